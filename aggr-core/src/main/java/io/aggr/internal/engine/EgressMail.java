package io.aggr.internal.engine;

import io.aggr.encap.HandshakeSource;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.MtuFrame;
import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.frame.TokenFrame;
import io.aggr.internal.path.SendPath;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the way in tells the way out, and takes each message, and each control frame of a peer, to whoever acts upon it.
 *
 * <p>Confined to the thread that sends. Allocates nothing but for handshakes.
 */
final class EgressMail {

    private static final int MAX_MESSAGES = 256;

    private final Mailbox<EgressMessage> mail;
    private final EgressContext context;
    private final EgressPeers peers;
    private final PeerAlarms alarms;
    private final Greetings greetings;
    private final TunIntake tun;

    EgressMail(
            Mailbox<EgressMessage> mail,
            EgressContext context,
            EgressPeers peers,
            PeerAlarms alarms,
            Greetings greetings,
            TunIntake tun) {
        this.mail = mail;
        this.context = context;
        this.peers = peers;
        this.alarms = alarms;
        this.greetings = greetings;
        this.tun = tun;
    }

    /**
     * Reads what has come, up to a bound.
     *
     * @return whether there is more
     */
    boolean read(long nowNanos) {
        for (int i = 0; i < MAX_MESSAGES; i++) {
            EgressMessage message = mail.poll();
            if (message == null) {
                return false;
            }
            handle(message, nowNanos);
            mail.recycle(message);
        }
        return !mail.isEmpty();
    }

    /** What concerns a peer wakes it; the others wake whom they concern. */
    private void handle(EgressMessage message, long nowNanos) {
        switch (message.kind) {
            case HANDSHAKE -> {
                message.data.limit(message.length).position(0);
                greetings.receive(
                        message.data,
                        new HandshakeSource(message.localLink, message.remote, message.address),
                        nowNanos);
                message.data.clear();
                message.address = null;
            }
            case SESSION -> {
                if (message.session != null) {
                    greetings.onConfirmed(message.session, nowNanos);
                    message.session = null;
                }
            }
            case PACKET -> tun.takeOwn(message.data, message.length, nowNanos);
            default -> {
                if (peers.isThere(message.peer)) {
                    alarms.wake(message.peer);
                    handle(peers.at(message.peer), message, nowNanos);
                } else {
                    context.drops().count(Drop.NO_PEER);
                }
            }
        }
    }

    private static void handle(PeerEgress peer, EgressMessage message, long nowNanos) {
        switch (message.kind) {
            case REPORT -> {
                peer.noteTraffic(nowNanos);
                peer.reports().send(message.data, message.length, nowNanos);
            }
            case REQUESTS -> peer.repairs().send(message.data, message.length, nowNanos);
            case ECHO -> onEcho(peer, message, nowNanos);
            case CANDIDATE ->
                peer.lines()
                        .moves()
                        .onCandidate(message.line, message.localLink, message.remote, message.length, nowNanos);
            case FRAME -> onFrame(peer, message, nowNanos);
            case HANDSHAKE, SESSION, PACKET -> {
                // They concern no peer, or not yet.
            }
        }
    }

    private static @Nullable PathControl control(PeerEgress peer, int line) {
        SendPath path = peer.paths().byId(line);
        return path == null ? null : peer.controls().get(path.index());
    }

    private static void onEcho(PeerEgress peer, EgressMessage message, long nowNanos) {
        PathControl control = control(peer, message.line);
        if (control != null) {
            control.onEcho(message.data, message.length, message.atNanos, nowNanos);
            peer.paths().compareDelays();
            peer.adjustQueues(nowNanos);
        }
    }

    private static void onFrame(PeerEgress peer, EgressMessage message, long nowNanos) {
        ByteBuffer frame = message.data;
        PathControl control = control(peer, message.line);
        FrameType type = FrameType.of(frame.get(0));
        switch (type) {
            case FEEDBACK -> {
                peer.noteTraffic(nowNanos);
                peer.reports().onFeedback(frame, nowNanos);
            }
            case PROBE -> {
                if (control != null) {
                    if (ProbeFrame.isAnswer(frame, 0)) {
                        peer.reports().signs().onSign(nowNanos);
                    }
                    control.onProbe(frame, message.atNanos, nowNanos);
                    peer.adjustQueues(nowNanos);
                }
            }
            case NACK -> peer.repairs().onNack(frame, nowNanos);
            case LINK -> peer.lines().onLinkFrame(frame, message.line, nowNanos);
            case CHALLENGE, MTU -> {
                long token = type == FrameType.MTU ? MtuFrame.token(frame, 0) : TokenFrame.token(frame, 0);
                peer.lines().moves().answer(control, token, nowNanos);
            }
            case ANSWER -> {
                peer.lines().moves().onAnswer(frame, message.line, nowNanos);
                if (control != null) {
                    control.path().sizes().mtu().onAnswer(TokenFrame.token(frame, 0), nowNanos);
                }
            }
            case CLOSE -> peer.watch().onClose(nowNanos);
            default -> peer.drops().count(Drop.UNUSED_FRAME);
        }
    }
}
