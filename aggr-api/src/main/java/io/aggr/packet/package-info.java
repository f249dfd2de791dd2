/**
 * How packets are handed between the core and its plugins: in batches over one slab, or one at a time through a view. Start from {@link
 * io.aggr.packet.PacketBatch}.
 */
@NullMarked
package io.aggr.packet;

import org.jspecify.annotations.NullMarked;
