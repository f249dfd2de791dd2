package io.aggr.internal.engine;

import io.aggr.encap.Opened;
import io.aggr.encap.Session;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.FrameCursor;
import io.aggr.internal.packet.IcmpEcho;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the way in tells the way out: writes the messages, counts those that find no room, and wakes the other thread once for all of a batch. For what can
 * wait a little it is not woken: a hub of a thousand idle peers would do hardly anything else. It reads that when it is awake the next time, which at such
 * a hub is at the end of the grain that its own alarms keep to ({@link PeerAlarms}), and is woken only if that does not come.
 *
 * <p>Confined to the thread that receives. Allocates nothing in steady state.
 */
final class IngressOutbox {

    /** How long after the end of a grain the other half may take to be awake by itself. */
    private static final long OWN_ACCORD_NANOS = 10_000_000;

    /** So many messages are not left to wait. */
    private static final int MOST_PATIENT = 64;

    private final Mailbox<EgressMessage> toEgress;
    private final FarEnds farEnds;
    private final EngineEvents events;
    private final Tally<Drop> drops;
    private boolean posted;
    private boolean patient;
    private long patienceEndsNanos;

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

    private void postPatiently(EgressMessage message, long nowNanos) {
        toEgress.post(message);
        if (!patient) {
            patient = true;
            patienceEndsNanos = PeerAlarms.endOfGrain(nowNanos) + OWN_ACCORD_NANOS;
        }
    }

    /** Wakes the other half if there is something new for it that cannot wait, or has waited long enough. */
    void wake(long nowNanos) {
        if (patient && !posted) {
            if (toEgress.isEmpty()) {
                // It was awake for another reason.
                patient = false;
            } else {
                posted = nowNanos - patienceEndsNanos >= 0 || toEgress.waiting() > MOST_PATIENT;
            }
        }
        if (posted) {
            posted = false;
            patient = false;
            events.wakeEgress();
        }
    }

    /** How long until {@link #wake} has to be called at the latest, very long if only messages matter. */
    long nanosToDeadline(long nowNanos) {
        return patient ? patienceEndsNanos - nowNanos : Long.MAX_VALUE;
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

    /** A control frame that the other half has to act upon, at once or when it is awake anyway. */
    void frame(
            Opened opened,
            int localLink,
            int remote,
            ByteBuffer buffer,
            FrameCursor frame,
            boolean canWait,
            long nowNanos) {
        if (frame.lengthBytes() > EgressMessage.MAX_BYTES) {
            drops.count(Drop.FRAME_TOO_LONG);
            return;
        }
        EgressMessage message = claimOrCount(EgressMessage.Kind.FRAME, opened, localLink, remote, nowNanos);
        if (message != null) {
            message.copy(buffer, frame.offset(), frame.lengthBytes());
            if (canWait) {
                postPatiently(message, nowNanos);
            } else {
                post(message);
            }
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
