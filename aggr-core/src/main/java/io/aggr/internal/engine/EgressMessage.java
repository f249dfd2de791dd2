package io.aggr.internal.engine;

import io.aggr.encap.Session;
import io.aggr.link.Link;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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
        /** {@link #data} holds an inner packet of our own for the peer that its destination belongs to; empty if there was nothing to say. */
        PACKET,
        /** {@link #session} was confirmed by its first datagram: it is the one to send with. */
        SESSION,
        /** {@link #data} holds an ICMP echo between the inner addresses of a line that carries nothing but packets. */
        ECHO,
        /** An authentic datagram, {@link #length} bytes, the newest of its line, came from a far end that the line is not bound to. */
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

    /** Where a datagram of the handshake came from, null if nobody knows. */
    @Nullable
    SocketAddress address;

    @Nullable
    Session session;

    /** Copies bytes into the message. */
    void copy(ByteBuffer source, int offset, int bytes) {
        data.put(0, source, offset, bytes);
        length = bytes;
    }
}
