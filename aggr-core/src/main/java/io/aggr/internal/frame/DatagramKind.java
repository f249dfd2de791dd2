package io.aggr.internal.frame;

/** What the first byte and the length of a datagram make of it. */
public enum DatagramKind {
    /** DATA, and long enough to be opened. */
    DATA,
    /** INIT, RESP or COOKIE of the authenticated encapsulation; their sizes are not checked yet. */
    HANDSHAKE,
    /** Empty, or DATA without room for a frame. Dropped. */
    SHORT,
    /** No type of version 1. Dropped. */
    UNKNOWN
}
