/**
 * The simulator: lines, hosts and traffic in virtual time, the same result for the same seed on every machine.
 *
 * <p>Start with {@link io.aggr.sim.VirtualTime}, put a {@link io.aggr.sim.SimLine} into it and a
 * {@link io.aggr.sim.ModelHost} at each of its ends, then run a {@link io.aggr.sim.TcpFlow} and a
 * {@link io.aggr.sim.Ping} between the hosts. {@link io.aggr.sim.Profiles} has the line sets against which the project's
 * figures are stated. {@link io.aggr.sim.Line} itself knows no clock and is as useful in real time.
 *
 * <p><b>Threading.</b> Everything that belongs to one {@code VirtualTime} is used by one thread. Several simulations may
 * run at the same time in different threads: nothing here is static state.
 */
@NullMarked
package io.aggr.sim;

import org.jspecify.annotations.NullMarked;
