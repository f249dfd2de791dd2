/**
 * Raw IPv4 and IPv6 packets as they come from and go to the TUN: checks, header access, flow hash, class, prefix
 * lookup, checksums, MSS clamp, ICMP too-big, and the arena that holds them. Everything works on a {@code ByteBuffer}
 * in big-endian order with absolute offsets, changes no position or limit, and allocates nothing. Start with {@link
 * io.aggr.internal.packet.InnerPackets}: what it has checked is the precondition of the rest.
 */
@NullMarked
package io.aggr.internal.packet;

import org.jspecify.annotations.NullMarked;
