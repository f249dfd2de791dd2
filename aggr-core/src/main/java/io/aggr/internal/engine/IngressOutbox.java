package io.aggr.internal.engine;

import io.aggr.encap.Opened;
import io.aggr.encap.Session;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.FrameCursor;
import io.aggr.internal.packet.IcmpEcho;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the way in tells the way out: writes the messages, counts those that find no room, and wakes the other thread once for all of a batch.
 *
 * <p>Confined to the thread that receives. Allocates nothing in steady state.
 */
final class IngressOutbox {

    private final Mailbox<EgressMessage> toEgress;
    private final FarEnds farEnds;
    private final EngineEvents events;
    private final Tally<Drop> drops;
    private boolean posted;

    IngressOutbox(Mailbox<EgressMessage> toEgress, FarEnds farEnds, EngineEvents events, Tally<Drop> drops) {
        this.toEgress = toEgress;
        this.farEnds = farEnds;
        this.events = events;
        this.drops = drops;
    }

    /** A message to fill and to {@link #post}; null if there is no room, which nobody has counted. */
    @Nullable
    EgressMessage claim() {
        return toEgress.claim();
    }

    void post(EgressMessage message) {
        toEgress.post(message);
        posted = true;
    }

    /** How many messages the other half has not read; a hint. */
    int waiting() {
        return toEgress.waiting();
    }

    /** Wakes the other half if there is something new for it. */
    void wake() {
        if (posted) {
            posted = false;
            events.wakeEgress();
        }
    }

    private @Nullable EgressMessage claimOrCount() {
        EgressMessage message = toEgress.claim();
        if (message == null) {
            drops.count(Drop.MAILBOX_FULL);
        }
        return message;
    }

    /** A message about a datagram that has come, null if there is no room. */
    private @Nullable EgressMessage claimOrCount(
            EgressMessage.Kind kind, Opened opened, int localLink, int remote, long nowNanos) {
        EgressMessage message = claimOrCount();
        if (message != null) {
            message.kind = kind;
            message.peer = opened.peer();
            message.line = opened.link();
            message.localLink = localLink;
            message.remote = remote;
            message.atNanos = nowNanos;
        }
        return message;
    }

    /** A control frame that the other half has to act upon. */
    void frame(Opened opened, int localLink, int remote, ByteBuffer buffer, FrameCursor frame, long nowNanos) {
        if (frame.lengthBytes() > EgressMessage.MAX_BYTES) {
            drops.count(Drop.FRAME_TOO_LONG);
            return;
        }
        EgressMessage message = claimOrCount(EgressMessage.Kind.FRAME, opened, localLink, remote, nowNanos);
        if (message != null) {
            message.copy(buffer, frame.offset(), frame.lengthBytes());
            post(message);
        }
    }

    /** A checked ICMP echo that speaks of the line over which it has come. */
    void echo(Opened opened, int localLink, int remote, ByteBuffer buffer, long nowNanos) {
        EgressMessage message = claimOrCount(EgressMessage.Kind.ECHO, opened, localLink, remote, nowNanos);
        if (message == null) {
            return;
        }
        if (IcmpEcho.isSized(buffer, opened.offset(), opened.lengthBytes())) {
            IcmpEcho.putHead(message.data, 0, buffer, opened.offset());
            message.length = IcmpEcho.PROBE_BYTES;
        } else {
            message.copy(buffer, opened.offset(), opened.lengthBytes());
        }
        post(message);
    }

    /** The peer has proved to have a session that was only offered. If there is no room, the handshake hands it over again until it is in use. */
    void session(Session session) {
        EgressMessage message = claimOrCount();
        if (message != null) {
            message.kind = EgressMessage.Kind.SESSION;
            message.session = session;
            post(message);
        }
    }

    /** The newest datagram of a line has come from where the line does not lead. */
    void candidate(Opened opened, int localLink, int remote, int datagramBytes, long nowNanos) {
        EgressMessage message = claimOrCount(EgressMessage.Kind.CANDIDATE, opened, localLink, remote, nowNanos);
        if (message != null) {
            message.remote = farEnds.keep(localLink, remote);
            message.length = datagramBytes;
            post(message);
        }
    }

    /** The peer is to be told what has come. If there is no room, that is tried again an interval later. */
    void report(PeerIngress peer, long nowNanos) {
        EgressMessage message = claimOrCount();
        if (message == null) {
            peer.reports().postpone(nowNanos);
            return;
        }
        peer.reports().write(message, peer.reorder().fill(), nowNanos);
        post(message);
    }

    /** The peer is to be asked for what is missing, if something is and its time has come. */
    void requests(PeerIngress peer, long nowNanos) {
        if (!peer.settings().repair() || peer.requests().nanosToDeadline(nowNanos) > 0) {
            return;
        }
        int bytes = peer.requests().write(nowNanos);
        EgressMessage message = bytes == 0 ? null : claimOrCount();
        if (message != null) {
            message.kind = EgressMessage.Kind.REQUESTS;
            message.peer = peer.settings().index();
            message.copy(peer.requests().buffer(), 0, bytes);
            post(message);
        }
    }
}
