/**
 * The built-in schedulers, each with its provider, and the aliases under which OpenBSD's trunk(4) knows some of them. Start from {@link
 * io.aggr.internal.schedule.EarliestArrivalScheduler}, the default.
 */
@NullMarked
package io.aggr.internal.schedule;

import org.jspecify.annotations.NullMarked;
