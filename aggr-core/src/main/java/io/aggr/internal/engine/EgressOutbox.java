package io.aggr.internal.engine;

import io.aggr.encap.Session;
import io.aggr.internal.path.SendPath;
import org.jspecify.annotations.Nullable;

/**
 * What the way out tells the way in: writes the messages, and wakes the other thread where it should not wait for its next datagram.
 *
 * <p>Confined to the thread that sends. Allocates nothing in steady state.
 */
final class EgressOutbox {

    private final Mailbox<IngressMessage> toIngress;
    private final EngineEvents events;

    EgressOutbox(Mailbox<IngressMessage> toIngress, EngineEvents events) {
        this.toIngress = toIngress;
        this.events = events;
    }

    /** A message to fill and to hand back as a {@link #packet}; null if there is no room. */
    @Nullable
    IngressMessage claim() {
        return toIngress.claim();
    }

    private @Nullable IngressMessage claim(IngressMessage.Kind kind, int peer) {
        IngressMessage message = toIngress.claim();
        if (message != null) {
            message.kind = kind;
            message.peer = peer;
        }
        return message;
    }

    /** A packet for the TUN is in a claimed message. */
    void packet(IngressMessage message) {
        message.kind = IngressMessage.Kind.PACKET;
        toIngress.post(message);
        events.wakeIngress();
    }

    /**
     * There are keys to open with. Returns false if there is no room.
     *
     * @param isNews whether the other half does not use them yet
     */
    boolean session(Session session, boolean isNews) {
        IngressMessage message = claim(IngressMessage.Kind.SESSION, session.peer());
        if (message == null) {
            return false;
        }
        message.session = session;
        toIngress.post(message);
        if (isNews) {
            events.wakeIngress();
        }
        return true;
    }

    /** There is a line. */
    void line(int peer, SendPath path) {
        if (postLine(peer, path)) {
            events.wakeIngress();
        }
    }

    /** There is a line, and this is where it leads. */
    void boundLine(int peer, SendPath path) {
        postLine(peer, path);
        IngressMessage message = claim(IngressMessage.Kind.BOUND, peer);
        if (message != null) {
            message.line = path.id();
            message.localLink = path.localLink();
            message.remote = path.remote();
            toIngress.post(message);
        }
        events.wakeIngress();
    }

    private boolean postLine(int peer, SendPath path) {
        IngressMessage message = claim(IngressMessage.Kind.LINE, peer);
        if (message == null) {
            return false;
        }
        message.line = path.id();
        message.heard = path.heard();
        toIngress.post(message);
        return true;
    }

    /** The peer has withdrawn a line. */
    void lineGone(int peer, int line) {
        IngressMessage message = claim(IngressMessage.Kind.LINE_GONE, peer);
        if (message != null) {
            message.line = line;
            toIngress.post(message);
            events.wakeIngress();
        }
    }

    /** How often something is to be said to the peer. Returns false if there is no room. */
    boolean interval(IngressMessage.Kind kind, int peer, long nanos) {
        IngressMessage message = claim(kind, peer);
        if (message == null) {
            return false;
        }
        message.nanos = nanos;
        toIngress.post(message);
        return true;
    }

    /** What a connection, or all of them, may have under way. Returns false if there is no room. */
    boolean window(IngressMessage.Kind kind, int peer, long connection, int sequence, long bytes) {
        IngressMessage message = claim(kind, peer);
        if (message == null) {
            return false;
        }
        message.connection = connection;
        message.sequence = sequence;
        message.bytes = bytes;
        toIngress.post(message);
        return true;
    }
}
