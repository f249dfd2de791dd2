package io.aggr.internal.engine;

import io.aggr.encap.Opener;
import io.aggr.internal.count.Tally;
import io.aggr.link.Link;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the way out tells the way in, and does what it says.
 *
 * <p>Confined to the thread that receives. Allocates nothing in steady state.
 */
final class IngressMail {

    private final Mailbox<IngressMessage> mail;
    private final IngressPeers peers;
    private final PeerAlarms alarms;
    private final Opener opener;
    private final FarEnds farEnds;
    private final Delivery delivery;
    private final Tally<Drop> drops;

    /** A field, since another thread gives it back if this one gets stuck in a plugin. */
    private @Nullable IngressMessage reading;

    IngressMail(
            Mailbox<IngressMessage> mail,
            IngressPeers peers,
            PeerAlarms alarms,
            Opener opener,
            FarEnds farEnds,
            Delivery delivery,
            Tally<Drop> drops) {
        this.mail = mail;
        this.peers = peers;
        this.alarms = alarms;
        this.opener = opener;
        this.farEnds = farEnds;
        this.delivery = delivery;
        this.drops = drops;
    }

    /** Reads all that has come. */
    void read(long nowNanos) {
        for (IngressMessage next = mail.poll(); next != null; next = mail.poll()) {
            reading = next;
            handle(next, nowNanos);
            reading = null;
            mail.recycle(next);
        }
    }

    /** Another thread goes on where this one is stuck: what it was reading is done with. */
    void takeOver() {
        IngressMessage unread = reading;
        if (unread != null) {
            reading = null;
            mail.recycle(unread);
        }
    }

    private void handle(IngressMessage message, long nowNanos) {
        if (message.kind == IngressMessage.Kind.PACKET) {
            delivery.deliverOwn(message.data, message.length);
            return;
        }
        if (!peers.isThere(message.peer)) {
            drops.count(Drop.NO_PEER);
            message.session = null;
            message.heard = null;
            return;
        }
        alarms.wake(message.peer);
        PeerIngress peer = peers.at(message.peer);
        switch (message.kind) {
            case SESSION -> {
                if (message.session != null) {
                    opener.install(message.session);
                    peer.onSession(message.session.association(), nowNanos);
                    message.session = null;
                }
            }
            case LINE -> {
                if (message.heard != null) {
                    peer.lines().announce(message.line, message.heard);
                    message.heard = null;
                }
            }
            case LINE_GONE -> farEnds.bind(peer, message.line, message.localLink, Link.NO_REMOTE);
            case BOUND -> farEnds.bind(peer, message.line, message.localLink, message.remote);
            case REPORT_INTERVAL -> peer.reports().interval(message.nanos);
            case REPEAT_INTERVAL -> peer.requests().repeatAfter(message.nanos);
            case PACKET -> {
                // Dealt with above: it is nobody's.
            }
            case FREEZE -> peer.windows().freeze(message.connection, message.sequence, message.bytes);
            case RELEASE -> peer.windows().release(message.connection);
            case THAW -> peer.windows().thaw(nowNanos);
        }
    }
}
