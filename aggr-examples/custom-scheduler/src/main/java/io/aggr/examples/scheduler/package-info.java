/** A scheduler plugin in a jar of its own, which compiles against {@code aggr-api} alone. Start from {@link io.aggr.examples.scheduler.LowestRtt}. */
@NullMarked
package io.aggr.examples.scheduler;

import org.jspecify.annotations.NullMarked;
