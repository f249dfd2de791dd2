/**
 * Counts of things that happen, one per constant of an enum. Start from {@link io.aggr.internal.count.Tally}.
 */
@NullMarked
package io.aggr.internal.count;

import org.jspecify.annotations.NullMarked;
