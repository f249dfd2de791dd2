/**
 * The built-in reorder buffers, each with its provider. Start from {@link io.aggr.internal.reorder.GapReorderBuffer}, the default.
 */
@NullMarked
package io.aggr.internal.reorder;

import org.jspecify.annotations.NullMarked;
