package io.aggr.internal.engine;

import io.aggr.link.Link;
import java.nio.ByteBuffer;

/** What ingress tells egress. Filled by one, read by the other, never by both. */
final class EgressMessage {

    /** Longest frame or handshake datagram that is passed on. */
    static final int MAX_BYTES = 1_024;

    /** What a message says. */
    enum Kind {
        /** {@link #data} holds a checked control frame of the peer. */
        FRAME,
        /** {@link #data} holds a FEEDBACK frame to be sent to the peer. */
        REPORT,
        /** {@link #data} holds NACK frames to be sent to the peer, perhaps none. */
        REQUESTS,
        /** {@link #data} holds a datagram of the handshake. */
        HANDSHAKE,
        /** An authentic datagram, the newest of its line, came from a far end that the line is not bound to. */
        CANDIDATE
    }

    final ByteBuffer data = ByteBuffer.allocate(MAX_BYTES);
    Kind kind = Kind.FRAME;
    int peer;
    int line;
    int localLink;
    int remote = Link.NO_REMOTE;
    long atNanos;
    int length;

    /** Copies bytes into the message. */
    void copy(ByteBuffer source, int offset, int bytes) {
        data.put(0, source, offset, bytes);
        length = bytes;
    }
}
