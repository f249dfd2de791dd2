package io.aggr.internal.noise;

import io.aggr.encap.Session;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The keys that one handshake has given. What it is never changes. How far its life has got is told from thread to thread by the few atomic fields
 * at the end.
 *
 * <p>Made by the responder it is <i>tentative</i>: it opens packets, and only its first authentic packet shows that the peer has the keys too, and
 * that the handshake was not an old one sent again. Until then it replaces nothing.
 */
final class NoiseSession implements Session {

    /** At this age a session seals and opens nothing any more. */
    static final long LIFE_NANOS = 180_000_000_000L;

    private static final int TENTATIVE = 0;
    private static final int CONFIRMED = 1;
    private static final int DROPPED = 2;
    private static final int LONG_PACKET_BYTES = 2048;
    private static final int LONG_PACKET_WEIGHT = 32;

    private final int peer;
    private final long serial;
    private final int ownIndex;
    private final int peerIndex;
    private final long createdNanos;
    private final Suite suite;
    private final PeerPresence presence;
    private final LinkCounters counters;
    private final @Nullable Offer offer;
    private final Inbound inbound;
    private final PacketCipher sealing;

    // Told from thread to thread.
    private final AtomicInteger state;
    private final AtomicLong sealedPackets = new AtomicLong();
    private final AtomicLong endNanos;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean sendingStopped = new AtomicBoolean();
    private final AtomicBoolean installed = new AtomicBoolean();

    /**
     * What came with the INIT of a session that the peer has asked for.
     *
     * @param stamp of the INIT
     * @param from where it came from
     */
    record Offer(long stamp, Origin from) {}

    /**
     * Makes a session.
     *
     * @param offer what the peer has asked for it with; null if this end has asked, and the peer's answer has proved that it has the keys
     * @param peer number of the peer
     * @param serial of the sessions that a peer has, the one with the highest serial is sent with
     * @param ownIndex finds the session here
     * @param peerIndex finds the session at the peer
     * @param nowNanos monotonic time
     * @param suite the cipher of packets
     * @param keys for what the initiator sends, for what the responder sends; wiped
     * @param presence shared by all sessions of the peer
     * @param counters shared by all sessions of the association
     */
    NoiseSession(
            @Nullable Offer offer,
            int peer,
            long serial,
            int ownIndex,
            int peerIndex,
            long nowNanos,
            Suite suite,
            Secret[] keys,
            PeerPresence presence,
            LinkCounters counters) {
        this.offer = offer;
        this.peer = peer;
        this.serial = serial;
        this.ownIndex = ownIndex;
        this.peerIndex = peerIndex;
        this.createdNanos = nowNanos;
        this.suite = suite;
        this.presence = presence;
        this.counters = counters;
        int own = offer == null ? 0 : 1;
        sealing = PacketCipher.sealing(suite, keys[own]);
        inbound = new Inbound(PacketCipher.opening(suite, keys[1 - own]));
        keys[0].wipe();
        keys[1].wipe();
        state = new AtomicInteger(offer == null ? CONFIRMED : TENTATIVE);
        endNanos = new AtomicLong(nowNanos + LIFE_NANOS);
    }

    @Override
    public int peer() {
        return peer;
    }

    @Override
    public long association() {
        return counters.association();
    }

    boolean isInitiator() {
        return offer == null;
    }

    /** What the peer has asked for it with, null if this end has asked. */
    @Nullable
    Offer offer() {
        return offer;
    }

    /** Of the sessions that a peer has, the one with the highest serial is sent with. */
    long serial() {
        return serial;
    }

    int ownIndex() {
        return ownIndex;
    }

    int peerIndex() {
        return peerIndex;
    }

    long createdNanos() {
        return createdNanos;
    }

    Suite suite() {
        return suite;
    }

    PeerPresence presence() {
        return presence;
    }

    /** The thread that receives. */
    LinkCounters counters() {
        return counters;
    }

    /** The thread that receives. */
    Inbound inbound() {
        return inbound;
    }

    /** The thread that sends. */
    PacketCipher sealing() {
        return sealing;
    }

    boolean isTentative() {
        return state.get() == TENTATIVE;
    }

    boolean isConfirmed() {
        return state.get() == CONFIRMED;
    }

    /** The first authentic packet has come. Returns false if the session was dropped a moment before. */
    boolean confirm() {
        return state.compareAndSet(TENTATIVE, CONFIRMED);
    }

    /** The session is not wanted any more. Returns false if it was confirmed a moment before, and so has to stay. */
    boolean dropTentative() {
        return state.compareAndSet(TENTATIVE, DROPPED);
    }

    /** Whether it is too old, or was ended, to open anything. */
    boolean isOver(long nowNanos) {
        return ended.get() || nowNanos - endNanos.get() >= 0;
    }

    /** Nothing is sealed or opened from now on. */
    void end() {
        ended.set(true);
        sendingStopped.set(true);
    }

    /** Nothing is sealed from now on. */
    void stopSending() {
        sendingStopped.set(true);
    }

    /** It opens nothing any more at this time; never later than it would have anyway. */
    void endAt(long nanos) {
        if (nanos - endNanos.get() < 0) {
            endNanos.set(nanos);
        }
    }

    /** Whether anything may still be sealed. */
    boolean canSeal() {
        return !sendingStopped.get() && sealedPackets.get() < suite.mostPackets();
    }

    /** Counts a packet before it is sealed. The thread that sends; returns false if the key has had all that it may. */
    boolean takePacket(int plainBytes) {
        long count = sealedPackets.get();
        if (count >= suite.mostPackets() || sendingStopped.get()) {
            return false;
        }
        // The limits hold for packets of up to 2^11 bytes. For longer ones they are 2^5 times lower.
        sealedPackets.lazySet(count + (plainBytes > LONG_PACKET_BYTES ? LONG_PACKET_WEIGHT : 1));
        return true;
    }

    /** Packets that were sealed, long ones counted more than once. */
    long sealedPackets() {
        return sealedPackets.get();
    }

    /** For tests of the limits. */
    void sealedPackets(long count) {
        sealedPackets.set(count);
    }

    /** The thread that sends knows of it. */
    void onInstalled() {
        installed.set(true);
    }

    boolean isInstalled() {
        return installed.get();
    }

    @Override
    public String toString() {
        return "NoiseSession(peer " + peer + ", serial " + serial + ")";
    }
}
