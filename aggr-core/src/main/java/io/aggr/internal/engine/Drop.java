package io.aggr.internal.engine;

/** Why a packet or a frame was dropped, where no other enumeration says so. Each is a counter. */
enum Drop {
    /** No peer is responsible for the packet's destination. */
    NO_ROUTE,
    /** No session with the peer, or no line in use, for so long that the packet's bytes were overwritten. */
    OVERWRITTEN,
    /** Longer than any line of the peer takes. */
    TOO_LARGE,
    /** The scheduler said so. */
    SCHEDULER,
    /** All packet descriptors are in use. */
    NO_SLOT,
    /** A copy of a packet that has arrived. */
    DUPLICATE,
    /** So late that nobody can tell whether it has arrived before. */
    TOO_LATE,
    /** From an address that is not the peer's to use. */
    SOURCE,
    /** A datagram of this tunnel, which must not go through the tunnel. */
    LOOP,
    /** On a line that was not announced. */
    UNKNOWN_LINE,
    /** A line beyond the most that a peer may have. */
    TOO_MANY_LINES,
    /** The TUN did not take it. */
    TUN_REFUSED,
    /** A datagram of the handshake that is longer than any can be. */
    HANDSHAKE_TOO_LONG,
    /** A datagram of the handshake that came while the sending thread had too much mail. */
    HANDSHAKE_BUSY,
    /** The other thread has not kept up. */
    MAILBOX_FULL,
    /** A control frame longer than any of this version's can be. */
    FRAME_TOO_LONG,
    /** A frame that nobody here makes use of. */
    UNUSED_FRAME,
    /** Longer than the inner packets of this tunnel may be. */
    OVER_MTU,
    /** A challenge of the peer beyond those that are answered in a second. */
    TOO_MANY_CHALLENGES,
    /** All sequences of the association are used up, and the peer has not agreed on a new one. */
    NUMBERS_USED_UP,
    /** To be sent again, but too old by now. */
    STALE,
    /** The association ended before it was sent. */
    NOT_SENT,
    /** A tunnel inside a tunnel that carries nothing but packets. */
    NESTED,
    /** A packet of the tunnel's own outer ends that has come into the tunnel: it would go round for ever. */
    OWN_ENDPOINT,
    /** Not IPv4, and the tunnel carries nothing else. */
    NOT_IPV4,
    /** Its peer was taken out of the configuration while it waited. */
    PEER_REMOVED,
    /** Of or for a peer that has just been taken out of the configuration. */
    NO_PEER,
    /** The line's system refused to send it, and it could not be given to another line. */
    REFUSED,
    /** It was being numbered when the reorder buffer was found to hang. */
    REORDER_HUNG
}
