/**
 * Which line takes the next packet. Start from {@link io.aggr.schedule.Scheduler}; the first twenty lines of a plugin are in its documentation.
 */
@NullMarked
package io.aggr.schedule;

import org.jspecify.annotations.NullMarked;
