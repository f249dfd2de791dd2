/**
 * The simulator: lines, hosts and traffic in virtual time, the same result for the same seed on every machine.
 *
 * <p>Start with {@link io.aggr.sim.Simulation}: ten lines run a whole bond with the engine that a real one has, and report
 * what TCP and a ping get out of it. {@link io.aggr.sim.Profiles} has the line sets against which the project's figures are
 * stated.
 *
 * <p>The parts can be used alone: a {@link io.aggr.sim.SimLine} in a {@link io.aggr.sim.VirtualTime} with a
 * {@link io.aggr.sim.ModelHost} at each of its ends, a {@link io.aggr.sim.TcpFlow} and a {@link io.aggr.sim.Ping} between the
 * hosts. {@link io.aggr.sim.Line} itself knows no clock and is as useful in real time.
 *
 * <p><b>Threading.</b> Everything that belongs to one {@code VirtualTime} is used by one thread. Several simulations may
 * run at the same time in different threads: nothing here is static state.
 */
@NullMarked
package io.aggr.sim;

import org.jspecify.annotations.NullMarked;
