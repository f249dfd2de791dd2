package io.aggr.internal.engine;

import io.aggr.internal.packet.Arena;
import io.aggr.reorder.ArrivedPacket;
import java.util.function.IntConsumer;

/**
 * Packets that wait in the ingress arena for their turn, in order of arrival. Tells which part of the arena must not be overwritten.
 *
 * <p>Confined to the thread that receives. An id is a place in the ring; it is given again only after the packet has gone.
 */
final class HoldRing {

    private static final int FREE = -1;
    private static final int FREE_PACKET = 1;
    private static final int REPAIR = 2;

    private final int mask;
    private final long[] positions;
    private final int[] lengths;
    private final int[] peers;
    private final int[] flows;
    private final long[] sequences;
    private final long[] arrivals;
    private final byte[] notes;
    private long head;
    private long next;
    private int held;

    /** A ring for so many packets, rounded up to a power of two. */
    HoldRing(int capacity) {
        int size = Integer.highestOneBit(Math.max(2, capacity) * 2 - 1);
        mask = size - 1;
        positions = new long[size];
        lengths = new int[size];
        peers = new int[size];
        flows = new int[size];
        sequences = new long[size];
        arrivals = new long[size];
        notes = new byte[size];
    }

    /** How many packets find a place. A single old packet can keep places that are free behind it. */
    int room() {
        return mask + 1 - (int) (next - head);
    }

    /** Puts a packet in; there must be a place. */
    int add(int peer, long position, int length) {
        int id = (int) next++ & mask;
        positions[id] = position;
        lengths[id] = length;
        peers[id] = peer;
        held++;
        return id;
    }

    /** Notes what will be asked when the packet goes. */
    void note(int id, ArrivedPacket packet, long nowNanos) {
        flows[id] = packet.flowHash();
        sequences[id] = packet.sequence();
        arrivals[id] = nowNanos;
        notes[id] = (byte) ((packet.isFree() ? FREE_PACKET : 0) | (packet.isRepair() ? REPAIR : 0));
    }

    /** Whether an id stands for a packet of a peer. */
    boolean holds(int id, int peer) {
        return id >= 0 && id <= mask && lengths[id] != FREE && peers[id] == peer && isBetween(id);
    }

    private boolean isBetween(int id) {
        long place = head + ((id - head) & mask);
        return place < next;
    }

    /** Lets a packet go. */
    void remove(int id) {
        lengths[id] = FREE;
        held--;
        while (head < next && lengths[(int) head & mask] == FREE) {
            head++;
        }
    }

    int held() {
        return held;
    }

    /** The peer whose packet has waited longest. */
    int oldestPeer() {
        return peers[(int) head & mask];
    }

    /** Where the oldest packet lies, or {@link Long#MAX_VALUE} if none is held. */
    long oldestPosition() {
        return held == 0 ? Long.MAX_VALUE : positions[(int) head & mask];
    }

    /** When the oldest packet came; one must be held. */
    long oldestArrivalNanos() {
        return arrivals[(int) head & mask];
    }

    long position(int id) {
        return positions[id];
    }

    int flow(int id) {
        return flows[id];
    }

    long sequence(int id) {
        return sequences[id];
    }

    long arrivalNanos(int id) {
        return arrivals[id];
    }

    boolean isFree(int id) {
        return (notes[id] & FREE_PACKET) != 0;
    }

    boolean isRepair(int id) {
        return (notes[id] & REPAIR) != 0;
    }

    int length(int id) {
        return lengths[id];
    }

    /** Calls an action for each packet of a peer, oldest first. The action may remove it. */
    void forEach(int peer, IntConsumer action) {
        long end = next;
        for (long place = head; place < end; place++) {
            int id = (int) place & mask;
            if (lengths[id] != FREE && peers[id] == peer) {
                action.accept(id);
            }
        }
    }

    int offset(int id, Arena arena) {
        return arena.offset(positions[id]);
    }
}
