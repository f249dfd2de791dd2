package io.aggr.internal.noise;

import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Answers INITs. What costs little comes first: a stranger who knows nothing gets two MACs' worth of work and no answer, one who knows the public key
 * has a budget, and only a configured peer gets an answer.
 */
final class Responder {

    private static final long ALIVE_NANOS = 15_000_000_000L;
    private static final int RESERVED_BYTES = 20;

    private final NoiseIdentity own;
    private final NoisePeers peers;
    private final Cookies cookies;
    private final HandshakeBudget budget = new HandshakeBudget();
    private final ResponseCache answers = new ResponseCache();

    Responder(NoiseIdentity own, NoisePeers peers) {
        this.own = own;
        this.peers = peers;
        cookies = new Cookies(own.chance, own.publicKey);
    }

    /** What an INIT says inside. */
    private record Payload(long stamp, long association, boolean isRight) {

        static Payload read(byte[] bytes, byte[] init) {
            ByteBuffer payload = ByteBuffer.wrap(bytes);
            long stamp = payload.getLong();
            long association = payload.getLong();
            // Capabilities, line, lines and MTU are for people and for later versions.
            payload.position(24);
            boolean sameIndex = payload.getInt() == ByteBuffer.wrap(init).getInt(HandshakeWire.SENDER);
            boolean reserved = HandshakeMacs.isZero(bytes, bytes.length - RESERVED_BYTES, bytes.length);
            return new Payload(stamp, association, sameIndex && reserved && association != 0);
        }
    }

    /** An INIT of the right length and form has come. */
    void onInit(byte[] init, HandshakeSource source, long nowNanos, HandshakeOutput out) {
        if (!HandshakeMacs.isMac1(init, HandshakeWire.INIT_MAC1, own.mac1Key)) {
            out.dropped("mac1", 1);
            return;
        }
        boolean loaded = budget.isLoaded(nowNanos);
        boolean proved = false;
        byte[] address = Origin.address(source);
        if (!HandshakeMacs.isZero(init, HandshakeWire.INIT_MAC2, HandshakeWire.INIT_BYTES)) {
            proved = cookies.isProof(init, address, nowNanos);
            if (!proved) {
                // An old cookie, or somebody else's. A new one costs the honest sender a round trip.
                demandProof(init, address, source, nowNanos, out, "mac2");
                return;
            }
        }
        Origin origin = Origin.of(source);
        byte[] known = answers.find(init, nowNanos);
        if (known == null && loaded && !proved) {
            demandProof(init, address, source, nowNanos, out, "busy");
            return;
        }
        if (!budget.take(origin, proved, nowNanos)) {
            out.dropped("budget", 1);
            return;
        }
        if (known != null) {
            out.reply(source, ByteBuffer.wrap(known));
            return;
        }
        try {
            answer(init, source, origin, proved, nowNanos, out);
        } catch (NoiseException e) {
            out.dropped("unauthentic", 1);
        }
    }

    private void demandProof(
            byte[] init, byte[] address, HandshakeSource source, long nowNanos, HandshakeOutput out, String reason) {
        out.dropped(reason, 1);
        out.reply(source, ByteBuffer.wrap(cookies.reply(init, address, nowNanos)));
    }

    private void answer(
            byte[] init, HandshakeSource source, Origin origin, boolean proved, long nowNanos, HandshakeOutput out)
            throws NoiseException {
        NoiseIk noise = NoiseIk.responder(true, NoiseIdentity.prologue(init), own.keys);
        byte[] message = Arrays.copyOfRange(init, HandshakeWire.INIT_NOISE, HandshakeWire.INIT_MAC1);
        NoisePeer peer = peers.byKey(noise.readInitiator(message));
        if (peer == null) {
            out.dropped("unknown-key", 1);
            return;
        }
        peers.deadlines().touch(peer);
        Payload payload = Payload.read(noise.readFirst(message, peer.shared), init);
        Suite suite = Suite.of(init[2]);
        if (suite != own.suite) {
            out.dropped("cipher", 1);
            out.warn(
                    peer.number,
                    "wants cipher " + (suite == null ? "?" : suite.optionName()) + ", this end is configured for "
                            + own.suite.optionName());
            return;
        }
        if (!payload.isRight) {
            out.dropped("malformed", 1);
            return;
        }
        if (!isWelcome(peer, payload, init, source, origin, proved, nowNanos, out)) {
            return;
        }
        int index = peers.freshIndex(own.chance);
        byte[] response = respond(noise, init, index, source, peer);
        long association = NoiseIdentity.association(peer.ownId, payload.association);
        LinkCounters counters = peer.sessions.counters(association);
        peer.sessions.offer(new NoiseSession(
                new NoiseSession.Offer(payload.stamp, origin),
                peer.number,
                peer.answerSerial(own.isLowerThan(peer.publicKey), association, nowNanos),
                index,
                ByteBuffer.wrap(init).getInt(HandshakeWire.SENDER),
                nowNanos,
                suite,
                noise.split(),
                peer.presence,
                counters == null ? new LinkCounters(association) : counters));
        peer.stamps.onAnswered(payload.stamp);
        answers.store(init, response, nowNanos);
        out.reply(source, ByteBuffer.wrap(response));
    }

    /** The peer has the keys. What is left is whether this INIT is new, and whether the peer is in one place. */
    private boolean isWelcome(
            NoisePeer peer,
            Payload payload,
            byte[] init,
            HandshakeSource source,
            Origin origin,
            boolean proved,
            long nowNanos,
            HandshakeOutput out) {
        peer.sessions.collect();
        StampFilter.Verdict verdict = peer.stamps.check(payload.stamp);
        boolean alive = peer.presence.isHeard(nowNanos, ALIVE_NANOS);
        if (verdict == StampFilter.Verdict.STALE && alive) {
            out.dropped("replayed", 1);
            return false;
        }
        if (verdict != StampFilter.Verdict.RISING) {
            if (!proved) {
                demandProof(init, Origin.address(source), source, nowNanos, out, "stamp");
                return false;
            }
            if (!peer.stamps.admits(origin, nowNanos)) {
                out.dropped("stamp", 1);
                return false;
            }
        }
        NoiseSession current = peer.sessions.current();
        boolean changes =
                current != null && current.association() != NoiseIdentity.association(peer.ownId, payload.association);
        if (changes && alive && peer.associations.isHasty(origin, nowNanos)) {
            out.dropped("hasty", 1);
            return false;
        }
        return true;
    }

    private byte[] respond(NoiseIk noise, byte[] init, int index, HandshakeSource source, NoisePeer peer)
            throws NoiseException {
        ByteBuffer payload = ByteBuffer.allocate(HandshakeWire.PAYLOAD_BYTES);
        payload.putLong(peer.ownId).putInt(0).put((byte) 0);
        Origin.putObserved(source, payload);
        payload.putShort((short) 0).putInt(index);
        byte[] message = noise.writeSecond(own.chance.secret(), peer.psk, payload.array());
        byte[] response = ByteBuffer.allocate(HandshakeWire.RESP_BYTES)
                .put((byte) HandshakeWire.RESP)
                .put((byte) HandshakeWire.VERSION)
                .put(init[2])
                .put((byte) 0)
                .putInt(index)
                .put(init, HandshakeWire.SENDER, Integer.BYTES)
                .put(message)
                .array();
        HandshakeMacs.putMac1(response, HandshakeWire.RESP_MAC1, peer.mac1Key);
        return response;
    }

    /** For tests: hosts remembered. */
    int origins() {
        return budget.origins();
    }
}
