package io.aggr.internal.noise;

import io.aggr.encap.Handshake;
import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Agrees with each peer on keys, and on new ones in time. Knows who the peers are and when something is due; what the datagrams say is the business of
 * {@link Initiator} and {@link Responder}. What it remembers is bounded by the configuration, not by what arrives.
 */
final class NoiseHandshake implements Handshake {

    private static final long SECOND = 1_000_000_000L;
    private static final long TICK_NANOS = SECOND;

    /** A peer of whom nothing is awaited is looked at with one of so many ticks, not all with the same: a hub has many. */
    private static final int QUIET_TICKS = 16;

    private static final long GRACE_NANOS = 15 * SECOND;
    private static final long HAND_OVER_NANOS = SECOND / 5;

    private final NoiseIdentity own;
    private final NoisePeers peers;
    private final PeerOptions options;
    private final Renewal renewal;
    private final Initiator initiator;
    private final Responder responder;
    private final ClockWatch clocks = new ClockWatch();
    private boolean ticking;
    private long nextTickNanos;
    private int ticks;

    /**
     * Makes a handshake without peers.
     *
     * @param own who this end is
     * @param table where sessions are found
     * @param options reads keys from options
     * @param renewal when there are new keys
     */
    NoiseHandshake(NoiseIdentity own, SessionTable table, PeerOptions options, Renewal renewal) {
        this.own = own;
        this.options = options;
        this.renewal = renewal;
        peers = new NoisePeers(table);
        initiator = new Initiator(own, peers);
        responder = new Responder(own, peers);
    }

    @Override
    public void addPeer(int peer, String name, ProviderConfig config) {
        byte[] publicKey = options.publicKey(config);
        Secret psk = options.presharedKey(config);
        if (peers.byNumber(peer) != null) {
            throw new IllegalArgumentException("peer " + peer + " was added before");
        }
        if (Arrays.equals(publicKey, own.publicKey)) {
            throw new IllegalArgumentException("public-key is this end's own; it must be that of the peer");
        }
        NoisePeer namesake = peers.byKey(publicKey);
        if (namesake != null) {
            throw new IllegalArgumentException(
                    "public-key must be unique: peers " + namesake.name + " and " + name + " have the same");
        }
        if (!X25519.isCanonical(publicKey)) {
            throw new IllegalArgumentException("public-key is no public key");
        }
        try {
            Secret shared = own.keys.shared(publicKey);
            peers.add(new NoisePeer(peer, name, publicKey, psk, shared, own.chance.id(), peers.table()));
        } catch (NoiseException e) {
            throw new IllegalArgumentException("public-key is no public key", e);
        }
    }

    @Override
    public void removePeer(int peer) {
        NoisePeer removed = peers.byNumber(peer);
        if (removed != null) {
            peers.remove(removed);
            removed.wipe();
        }
    }

    @Override
    public void connect(int peer, long nowNanos, HandshakeOutput out) {
        NoisePeer wanted = peers.byNumber(peer);
        if (wanted != null) {
            peers.deadlines().touch(wanted);
            learnLines(wanted, out);
            if (wanted.lines.length > 0) {
                startTicking(nowNanos);
                initiator.ask(wanted, nowNanos, out);
                poll(wanted, nowNanos, out);
            }
        }
    }

    @Override
    public void renumber(int peer, long nowNanos, HandshakeOutput out) {
        NoisePeer tired = peers.byNumber(peer);
        if (tired != null) {
            peers.deadlines().touch(tired);
            // An end without lines cannot ask. It tells its new id when the peer next asks for keys, within two
            // minutes.
            initiator.cancel(tired);
            tired.ownId = own.chance.id();
            tired.asked = true;
            tired.nextAttemptNanos = nowNanos;
            poll(tired, nowNanos, out);
        }
    }

    @Override
    public void receive(ByteBuffer datagram, HandshakeSource source, long nowNanos, HandshakeOutput out) {
        int lengthBytes = datagram.remaining();
        int type = lengthBytes == 0 ? 0 : datagram.get(datagram.position());
        if (lengthBytes == 0
                || HandshakeWire.lengthOf(type) != lengthBytes
                || !HandshakeWire.isWellFormed(datagram, datagram.position())) {
            return;
        }
        startTicking(nowNanos);
        byte[] bytes = new byte[lengthBytes];
        datagram.get(datagram.position(), bytes);
        switch (type) {
            case HandshakeWire.INIT -> responder.onInit(bytes, source, nowNanos, out);
            case HandshakeWire.RESP -> {
                NoiseSession session = initiator.onResponse(bytes, nowNanos, out);
                if (session != null) {
                    begin(session, nowNanos, out);
                }
            }
            default -> initiator.onCookie(bytes, source, nowNanos, out);
        }
    }

    /** The peer has answered, so it has the keys. */
    private void begin(NoiseSession session, long nowNanos, HandshakeOutput out) {
        NoisePeer peer = peers.byNumber(session.peer());
        if (peer != null) {
            peer.sessions.addConfirmed(session);
            peer.knownAssociation = session.association();
            handOver(peer, nowNanos, out);
        }
    }

    private static void handOver(NoisePeer peer, long nowNanos, HandshakeOutput out) {
        NoiseSession current = peer.sessions.current();
        if (current != null && !current.isInstalled()) {
            peer.handedOverNanos = nowNanos;
            out.established(current);
        }
    }

    /** The thread that receives may have seen the proof that a tentative session is wanted. */
    private void promote(NoisePeer peer, long nowNanos, HandshakeOutput out) {
        NoiseSession confirmed = peer.sessions.promote();
        NoiseSession.Offer offer = confirmed == null ? null : confirmed.offer();
        if (confirmed == null || offer == null) {
            return;
        }
        // The core has got it from the opener already, unless it had no room for the message.
        peer.handedOverNanos = nowNanos;
        peer.stamps.onConfirmed(offer.stamp());
        peer.unanswered = 0;
        peer.asked = false;
        initiator.cancel(peer);
        boolean isNew = peer.knownAssociation != confirmed.association();
        peer.knownAssociation = confirmed.association();
        if (isNew && peer.associations.onChange(offer.from(), nowNanos)) {
            out.warn(
                    peer.number,
                    "begins one association after the other from different hosts; its private key is in use in two places");
        }
    }

    @Override
    public void poll(long nowNanos, HandshakeOutput out) {
        if (ticking && nowNanos - nextTickNanos >= 0) {
            nextTickNanos = nowNanos + TICK_NANOS;
            watchClocks(nowNanos);
            // What other threads have done to sessions is noticed here at the latest.
            ticks = (ticks + 1) % QUIET_TICKS;
            for (NoisePeer peer : peers.all()) {
                if (peer.number % QUIET_TICKS == ticks || !isQuiet(peer)) {
                    pollAnew(peer, nowNanos, out);
                }
            }
        } else {
            for (NoisePeer peer : peers.deadlines().due(this::nanosToDeadline, nowNanos)) {
                pollAnew(peer, nowNanos, out);
            }
        }
    }

    /** Whether nothing is due of a peer but to forget old keys, which open nothing any more: it is the peer that asks, and it has all that it has asked for. */
    private static boolean isQuiet(NoisePeer peer) {
        return peer.lines.length == 0 && peer.attempt == null && !peer.sessions.awaitsProof();
    }

    private void pollAnew(NoisePeer peer, long nowNanos, HandshakeOutput out) {
        peers.deadlines().touch(peer);
        learnLines(peer, out);
        poll(peer, nowNanos, out);
    }

    private void poll(NoisePeer peer, long nowNanos, HandshakeOutput out) {
        promote(peer, nowNanos, out);
        peer.sessions.expire(nowNanos);
        if (nowNanos - peer.handedOverNanos >= HAND_OVER_NANOS) {
            handOver(peer, nowNanos, out);
        }
        initiator.poll(peer, isWanted(peer, nowNanos), nowNanos, out);
    }

    /** Whether another session is wanted now. */
    private boolean isWanted(NoisePeer peer, long nowNanos) {
        NoiseSession current = peer.sessions.current();
        if (peer.asked || current == null) {
            return peer.asked || peer.hasTried;
        }
        if (peer.renewOf != current) {
            peer.renewOf = current;
            peer.renewNanos = current.createdNanos()
                    + (current.isInitiator()
                            ? renewal.firstNanos() + own.chance.below(renewal.spreadNanos())
                            : renewal.otherNanos());
        }
        return nowNanos - peer.renewNanos >= 0
                || !current.canSeal()
                || current.sealedPackets() >= current.suite().renewAfterPackets();
    }

    private void watchClocks(long nowNanos) {
        long aheadNanos = clocks.lookAhead(nowNanos, own.wallNanos());
        if (aheadNanos == 0) {
            return;
        }
        for (NoisePeer peer : peers.all()) {
            if (aheadNanos > 0) {
                peer.sessions.onUnnoticedTime(nowNanos + GRACE_NANOS);
            }
            if (peer.sessions.current() != null) {
                peer.asked = true;
                peer.nextAttemptNanos = nowNanos;
            }
        }
    }

    private void startTicking(long nowNanos) {
        if (!ticking) {
            ticking = true;
            nextTickNanos = nowNanos;
        }
    }

    @Override
    public long nanosToDeadline(long nowNanos) {
        long tick = ticking && !peers.isEmpty() ? nextTickNanos - nowNanos : Long.MAX_VALUE;
        return Math.min(tick, peers.deadlines().nanosToDeadline(this::nanosToDeadline, nowNanos));
    }

    private long nanosToDeadline(NoisePeer peer, long nowNanos) {
        boolean mayAsk = peer.attempt != null || peer.lines.length > 0;
        boolean isWanted = mayAsk && isWanted(peer, nowNanos);
        long least = mayAsk ? initiator.nanosToDeadline(peer, isWanted, nowNanos) : Long.MAX_VALUE;
        NoiseSession current = peer.sessions.current();
        if (mayAsk && !isWanted && current != null) {
            // New keys in time, and not with the next tick.
            least = Math.min(least, peer.renewNanos - nowNanos);
        }
        return current == null || current.isInstalled()
                ? least
                : Math.min(least, peer.handedOverNanos + HAND_OVER_NANOS - nowNanos);
    }

    private static void learnLines(NoisePeer peer, HandshakeOutput out) {
        int count = out.lines(peer.number);
        if (peer.lines.length != count) {
            peer.lines = new int[count];
        }
        for (int i = 0; i < count; i++) {
            peer.lines[i] = out.line(peer.number, i);
        }
    }

    /** Ends everything and overwrites all keys. */
    void wipe() {
        for (NoisePeer peer : peers.all()) {
            peer.wipe();
        }
        own.keys.wipe();
    }

    /** For tests: sessions that can be found. */
    int sessions() {
        return peers.table().size();
    }

    /** For tests: hosts remembered. */
    int origins() {
        return responder.origins();
    }
}
