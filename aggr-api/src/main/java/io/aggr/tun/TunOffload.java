package io.aggr.tun;

/**
 * Work that a TUN device can leave to, or take from, the core.
 *
 * @since 0.1
 */
public enum TunOffload {
    /** {@link TunDevice#read} may deliver TCP super-packets. */
    READ_TCP_SEGMENTS,
    /** {@link TunDevice#read} may deliver UDP super-packets. */
    READ_UDP_SEGMENTS,
    /** {@link TunDevice#read} may deliver packets with an unfinished transport checksum. */
    READ_PARTIAL_CHECKSUM,
    /** {@link TunDevice#write} takes TCP super-packets. */
    WRITE_TCP_SEGMENTS,
    /** {@link TunDevice#write} takes UDP super-packets. */
    WRITE_UDP_SEGMENTS
}
