package io.aggr.internal.engine;

/** What egress notes of a packet beside its descriptor: parallel arrays by slot. Confined to the thread that sends. */
final class SlotNotes {

    /** The sequence of a packet that was not dispatched yet. */
    static final long NONE = 0;

    /** Deliver at once, in whatever order. */
    static final int FREE = 1;

    /** Was sent before. */
    static final int REPAIR = 2;

    /** A second copy, or moved from another line: not a member of a line's chain. */
    static final int UNCHAINED = 4;

    /** Given back by a line and not sent again yet: until then nothing may prove it lost. */
    static final int MOVED = 16;

    /** A copy that nobody asked for: it is not sent again whatever becomes of it. */
    static final int COPY = 64;

    /** Belongs to a flow that prefers an even delay. */
    static final int EVEN = 128;

    private final long[] sequences;
    private final int[] flowDistances;
    private final byte[] flags;

    SlotNotes(int capacity) {
        sequences = new long[capacity];
        flowDistances = new int[capacity];
        flags = new byte[capacity];
    }

    void set(int slot, long sequence, int flowDistance, int newFlags) {
        sequences[slot] = sequence;
        flowDistances[slot] = flowDistance;
        flags[slot] = (byte) newFlags;
    }

    /** A packet that was not dispatched yet; what the slot meant before is forgotten. */
    void clear(int slot) {
        sequences[slot] = NONE;
        flowDistances[slot] = 0;
        flags[slot] = 0;
    }

    void addFlags(int slot, int more) {
        flags[slot] |= (byte) more;
    }

    long sequence(int slot) {
        return sequences[slot];
    }

    int flowDistance(int slot) {
        return flowDistances[slot];
    }

    int flags(int slot) {
        return flags[slot];
    }

    void removeFlags(int slot, int fewer) {
        flags[slot] &= (byte) ~fewer;
    }

    boolean has(int slot, int flag) {
        return (flags[slot] & flag) != 0;
    }
}
