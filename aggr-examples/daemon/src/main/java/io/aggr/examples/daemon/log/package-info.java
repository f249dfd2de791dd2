/**
 * The daemon's log: one line per event on standard error. Start from {@link io.aggr.examples.daemon.log.LineLogProvider}.
 */
@NullMarked
package io.aggr.examples.daemon.log;

import org.jspecify.annotations.NullMarked;
