/**
 * Packets that wait for a line: descriptors in a pool of slots, and flow queues with deficit round robin, an urgent
 * class, CoDel and ECN (RFC 8290, RFC 8289). Start with {@link io.aggr.internal.queue.FlowQueues}; a packet is a slot
 * number of {@link io.aggr.internal.queue.PacketSlots} everywhere.
 */
@NullMarked
package io.aggr.internal.queue;

import org.jspecify.annotations.NullMarked;
