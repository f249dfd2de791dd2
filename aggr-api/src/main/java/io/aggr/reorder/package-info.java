/**
 * In which order and when arrived packets go on. Start from {@link io.aggr.reorder.ReorderBuffer}.
 */
@NullMarked
package io.aggr.reorder;

import org.jspecify.annotations.NullMarked;
