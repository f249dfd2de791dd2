package io.aggr.internal.encap;

import io.aggr.encap.Session;

/**
 * What two ends have agreed on: the association and the links that are open in it. Each link that opens makes a new session of the same
 * association, and the same may be made again for a core that has missed one.
 */
final class PlainSession implements Session {

    private final int peer;
    private final long serial;
    private final long ownId;
    private final long peerId;
    private final LinkNumbers openLinks;

    /**
     * Makes a session.
     *
     * @param peer number of the peer
     * @param serial rises with each session of the peer
     * @param ownId this end's id of the association
     * @param peerId the peer's id of it
     * @param openLinks links that may carry data
     */
    PlainSession(int peer, long serial, long ownId, long peerId, LinkNumbers openLinks) {
        this.peer = peer;
        this.serial = serial;
        this.ownId = ownId;
        this.peerId = peerId;
        this.openLinks = openLinks;
    }

    @Override
    public int peer() {
        return peer;
    }

    /** The same at both ends. */
    @Override
    public long association() {
        return mix(ownId) + mix(peerId);
    }

    /**
     * Whether it was made after another one.
     *
     * @param other a session of the same peer
     * @return true if it was made later
     */
    boolean isNewerThan(PlainSession other) {
        return serial > other.serial;
    }

    /**
     * Whether it names the same association as another one.
     *
     * @param other a session of the same peer
     * @return true if both ids are the same
     */
    boolean continues(PlainSession other) {
        return ownId == other.ownId && peerId == other.peerId;
    }

    /**
     * Finds this session at the peer.
     *
     * @return receiver index of what is sent
     */
    int sendIndex() {
        return indexOf(peerId);
    }

    /**
     * Finds this session here.
     *
     * @return receiver index of what arrives
     */
    int receiveIndex() {
        return indexOf(ownId);
    }

    /**
     * Links that may carry data.
     *
     * @return never changes
     */
    LinkNumbers openLinks() {
        return openLinks;
    }

    /**
     * The receiver index that stands for an id.
     *
     * @param id of an association
     * @return its low 32 bits
     */
    static int indexOf(long id) {
        return (int) id;
    }

    /** Finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
    private static long mix(long id) {
        long z = (id ^ (id >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
