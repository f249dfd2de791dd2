/**
 * Checks for plugins: do they keep what their interface promises? Needs no test framework; a broken promise is a {@link
 * io.aggr.testkit.BrokenRule}, which names it. Start from the class that is named after the interface, such as {@link
 * io.aggr.testkit.SchedulerConformance}; the scripted lines and packets beside it serve in a plugin's own tests too.
 */
@NullMarked
package io.aggr.testkit;

import org.jspecify.annotations.NullMarked;
