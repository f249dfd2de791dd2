/**
 * The cases by which a bond is judged, each with the marks that it has to reach: lines, what happens to them, what is sent. The simulator and the
 * lab run the same ones and show the same table. {@link io.aggr.sim.cases.Cases} has them all, {@link io.aggr.sim.cases.CaseSimulation} runs one
 * in virtual time.
 */
@NullMarked
package io.aggr.sim.cases;

import org.jspecify.annotations.NullMarked;
