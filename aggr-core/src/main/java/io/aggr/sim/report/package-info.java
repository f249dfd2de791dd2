/**
 * Tables and charts of a run, for the simulator, the lab and the demo alike: plain text and SVG, no libraries.
 *
 * <p>Start with {@link io.aggr.sim.report.Chart}, which draws {@link io.aggr.sim.report.Series} in panels over a common time
 * axis, and {@link io.aggr.sim.report.Table}.
 */
@NullMarked
package io.aggr.sim.report;

import org.jspecify.annotations.NullMarked;
