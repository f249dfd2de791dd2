package io.aggr.internal.engine;

import io.aggr.encap.Session;
import io.aggr.internal.path.Heard;
import io.aggr.link.Link;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What egress tells ingress. Filled by one, read by the other, never by both. */
final class IngressMessage {

    /** Longest packet that is passed on. */
    static final int MAX_BYTES = 1_280;

    /** What a message says. */
    enum Kind {
        /** {@link #session} is to be used for opening. */
        SESSION,
        /** The peer has announced a line, or this end has it: IP frames on it are welcome, {@link #heard} is to be touched. */
        LINE,
        /** The peer has withdrawn a line. */
        LINE_GONE,
        /** A line's far end is {@link #localLink}, {@link #remote} from now on. */
        BOUND,
        /** Reports to the peer shall be {@link #nanos} apart. */
        REPORT_INTERVAL,
        /** What the peer was asked to send again is asked for anew after {@link #nanos}. */
        REPEAT_INTERVAL,
        /** {@link #data} holds a packet for the TUN: an ICMP message of ours. */
        PACKET,
        /** A {@link #connection} that has sent up to {@link #sequence} shall not have more under way than now, or than so many {@link #bytes}. */
        FREEZE,
        /** A {@link #connection} may have as much under way as it likes. */
        RELEASE,
        /** All connections may again have as much under way as they like. */
        THAW
    }

    final ByteBuffer data = ByteBuffer.allocate(MAX_BYTES);
    Kind kind = Kind.SESSION;
    int peer;
    int line;
    int localLink;
    int remote = Link.NO_REMOTE;
    long nanos;
    int length;
    long connection;
    int sequence;
    long bytes;

    @Nullable
    Session session;

    @Nullable
    Heard heard;
}
