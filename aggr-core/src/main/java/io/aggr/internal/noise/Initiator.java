package io.aggr.internal.noise;

import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Sends INITs and takes their answers. */
final class Initiator {

    private static final long SECOND = 1_000_000_000L;
    private static final long LEAST_INTERVAL_NANOS = 2 * SECOND;
    private static final long RETRY_NANOS = 5 * SECOND;
    private static final long LONGEST_RETRY_NANOS = 60 * SECOND;
    private static final int STEADY_ATTEMPTS = 60;
    private static final int SILENT_ATTEMPTS = 3;
    private static final int RESERVED_BYTES = 10;

    private final NoiseIdentity own;
    private final NoisePeers peers;

    Initiator(NoiseIdentity own, NoisePeers peers) {
        this.own = own;
        this.peers = peers;
    }

    /** This end wants a session, or wants to know whether the peer still has the one that there is. */
    void ask(NoisePeer peer, long nowNanos, HandshakeOutput out) {
        peer.asked = true;
        if (peer.attempt == null) {
            // The core asks more often than a peer that is not there need be bothered.
            long soonest = peer.nextAttemptNanos;
            if (peer.hasTried && nowNanos - soonest < 0 && soonest - nowNanos > RETRY_NANOS) {
                peer.nextAttemptNanos = nowNanos;
            }
            return;
        }
        for (int line : peer.lines) {
            if (peer.attempt.mayHurry(line, nowNanos)) {
                send(peer, peer.attempt, line, nowNanos, out);
            }
        }
    }

    /** Does what is due. */
    void poll(NoisePeer peer, boolean isWanted, long nowNanos, HandshakeOutput out) {
        Attempt attempt = peer.attempt;
        if (attempt != null && attempt.isOver(nowNanos)) {
            giveUp(peer, nowNanos, out);
            attempt = null;
        }
        if (attempt == null && isWanted && peer.lines.length > 0 && isDue(peer, nowNanos)) {
            attempt = begin(peer, nowNanos);
        }
        if (attempt != null) {
            for (int i = 0; i < peer.lines.length; i++) {
                if (attempt.isDue(peer.lines[i], i, nowNanos)) {
                    send(peer, attempt, peer.lines[i], nowNanos, out);
                }
            }
        }
    }

    private static boolean isDue(NoisePeer peer, long nowNanos) {
        return !peer.hasTried || nowNanos - peer.nextAttemptNanos >= 0;
    }

    /** Distance to what is due next. */
    long nanosToDeadline(NoisePeer peer, boolean isWanted, long nowNanos) {
        if (peer.attempt != null) {
            return peer.attempt.nanosToDeadline(peer.lines, nowNanos);
        }
        if (!isWanted || peer.lines.length == 0) {
            return Long.MAX_VALUE;
        }
        return peer.hasTried ? peer.nextAttemptNanos - nowNanos : 0;
    }

    private void giveUp(NoisePeer peer, long nowNanos, HandshakeOutput out) {
        cancel(peer);
        peer.asked = false;
        peer.unanswered++;
        if (peer.unanswered > STEADY_ATTEMPTS) {
            long longer = RETRY_NANOS << Math.min(4, peer.unanswered - STEADY_ATTEMPTS);
            long pause = Math.min(LONGEST_RETRY_NANOS, longer) - RETRY_NANOS;
            peer.nextAttemptNanos = nowNanos + pause + own.chance.below(SECOND);
        }
        if (peer.unanswered == SILENT_ATTEMPTS) {
            out.warn(
                    peer.number,
                    "does not answer the handshake on any line; is it running, are the public keys right at both ends,"
                            + " and do both have cipher " + own.suite.optionName() + "?");
        }
    }

    /** Forgets the INIT that is under way. */
    void cancel(NoisePeer peer) {
        peers.end(peer);
    }

    private Attempt begin(NoisePeer peer, long nowNanos) {
        int index = peers.freshIndex(own.chance);
        byte[] init = new byte[HandshakeWire.INIT_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(init);
        buffer.put((byte) HandshakeWire.INIT)
                .put((byte) HandshakeWire.VERSION)
                .put((byte) own.suite.code())
                .put((byte) 0)
                .putInt(index);
        ByteBuffer payload = ByteBuffer.allocate(HandshakeWire.PAYLOAD_BYTES);
        payload.putLong(own.nextStamp())
                .putLong(peer.ownId)
                .putInt(0)
                .put((byte) peer.lines[0])
                .put((byte) Math.min(peer.lines.length, Inbound.MAX_LINKS))
                .putShort((short) 0)
                .putInt(index);
        NoiseIk noise = NoiseIk.initiator(true, NoiseIdentity.prologue(init), own.keys, peer.publicKey);
        try {
            buffer.put(noise.writeFirst(own.chance.secret(), peer.shared, payload.array()));
        } catch (NoiseException e) {
            // The peer's key was tried when the peer was added.
            throw new IllegalStateException(e);
        }
        HandshakeMacs.putMac1(init, HandshakeWire.INIT_MAC1, peer.mac1Key);
        Attempt attempt = new Attempt(index, peer.nextSerial(), init, noise, nowNanos, own.chance);
        peers.begin(peer, attempt);
        peer.hasTried = true;
        peer.nextAttemptNanos = nowNanos + LEAST_INTERVAL_NANOS;
        return attempt;
    }

    private static void send(NoisePeer peer, Attempt attempt, int line, long nowNanos, HandshakeOutput out) {
        byte[] copy = attempt.init.clone();
        byte[] cookie = peer.cookie(out.localLink(peer.number, line), nowNanos);
        if (cookie != null) {
            System.arraycopy(
                    HandshakeMacs.mac2(cookie, copy), 0, copy, HandshakeWire.INIT_MAC2, HandshakeWire.MAC_BYTES);
        }
        out.send(peer.number, line, ByteBuffer.wrap(copy));
        attempt.onSent(line, nowNanos);
    }

    /** A COOKIE of the right length and form has come: the peer wants a proof of address before it does any work. */
    void onCookie(byte[] datagram, HandshakeSource source, long nowNanos, HandshakeOutput out) {
        NoisePeer peer = peers.byAttempt(ByteBuffer.wrap(datagram).getInt(HandshakeWire.COOKIE_RECEIVER));
        if (peer == null || peer.attempt == null) {
            out.dropped("unsolicited", 1);
            return;
        }
        peers.deadlines().touch(peer);
        byte[] mac1 = Arrays.copyOfRange(peer.attempt.init, HandshakeWire.INIT_MAC1, HandshakeWire.INIT_MAC2);
        byte[] cookie;
        try {
            cookie = Cookies.read(datagram, peer.cookieKey, mac1);
        } catch (NoiseException e) {
            out.dropped("cookie", 1);
            return;
        }
        if (peer.keepCookie(source.localLink(), cookie, nowNanos)) {
            for (int line : peer.lines) {
                if (out.localLink(peer.number, line) == source.localLink()) {
                    send(peer, peer.attempt, line, nowNanos, out);
                }
            }
        }
    }

    /** A RESP of the right length and form has come. Returns the session that it makes, or null. */
    @Nullable
    NoiseSession onResponse(byte[] response, long nowNanos, HandshakeOutput out) {
        ByteBuffer buffer = ByteBuffer.wrap(response);
        NoisePeer peer = peers.byAttempt(buffer.getInt(HandshakeWire.RESP_RECEIVER));
        if (peer == null || peer.attempt == null) {
            out.dropped("unsolicited", 1);
            return null;
        }
        peers.deadlines().touch(peer);
        Attempt attempt = peer.attempt;
        if (!HandshakeMacs.isMac1(response, HandshakeWire.RESP_MAC1, own.mac1Key)) {
            out.dropped("mac1", 1);
            return null;
        }
        // Answers to answers are not limited by cookies, so there is none here.
        if (response[2] != own.suite.code()
                || !HandshakeMacs.isZero(response, HandshakeWire.RESP_MAC2, HandshakeWire.RESP_BYTES)) {
            out.dropped("malformed", 1);
            return null;
        }
        if (!attempt.mayTry()) {
            out.dropped("unauthentic", 1);
            return null;
        }
        NoiseIk noise = attempt.noise();
        byte[] message = Arrays.copyOfRange(response, HandshakeWire.RESP_NOISE, HandshakeWire.RESP_MAC1);
        byte[] bytes;
        try {
            bytes = noise.readSecond(message, peer.psk);
        } catch (NoiseException e) {
            attempt.onFailure();
            out.dropped("unauthentic", 1);
            out.warn(peer.number, "answers the handshake with other keys; is the preshared key the same at both ends?");
            return null;
        }
        int peerIndex = buffer.getInt(HandshakeWire.SENDER);
        ByteBuffer payload = ByteBuffer.wrap(bytes);
        long peerId = payload.getLong(0);
        if (peerId == 0
                || payload.getInt(HandshakeWire.PAYLOAD_BYTES - RESERVED_BYTES - Integer.BYTES) != peerIndex
                || !HandshakeMacs.isZero(bytes, bytes.length - RESERVED_BYTES, bytes.length)) {
            out.dropped("malformed", 1);
            return null;
        }
        long association = NoiseIdentity.association(peer.ownId, peerId);
        LinkCounters counters = peer.sessions.counters(association);
        NoiseSession session = new NoiseSession(
                null,
                peer.number,
                attempt.serial,
                attempt.index,
                peerIndex,
                nowNanos,
                own.suite,
                noise.split(),
                peer.presence,
                counters == null ? new LinkCounters(association) : counters);
        cancel(peer);
        peer.asked = false;
        peer.unanswered = 0;
        return session;
    }
}
