package io.aggr.internal.tcporder;

import java.util.Arrays;

/**
 * The connections that are followed: a bounded table, four places to each hash. A connection that finds its places taken pushes out the one of them
 * that was silent longest, unless something of it is held. The hash is the core's, keyed by chance, so that nobody can choose whom to push out.
 */
final class FlowTable {

    /** No connection. */
    static final int NONE = -1;

    private static final int WAYS = 4;

    private final int mask;
    private final long[] identities;
    private final boolean[] known;
    private final int[] expected;
    private final long[] seenNanos;
    private final int[] first;
    private final int[] last;
    private final int[] heldPackets;
    private final int[] heldBytes;

    /**
     * An empty table.
     *
     * @param capacity connections, rounded up to a power of two
     */
    FlowTable(int capacity) {
        int size = Integer.highestOneBit(Math.max(WAYS, capacity) * 2 - 1);
        mask = size - 1;
        identities = new long[size];
        known = new boolean[size];
        expected = new int[size];
        seenNanos = new long[size];
        first = new int[size];
        last = new int[size];
        heldPackets = new int[size];
        heldBytes = new int[size];
        Arrays.fill(first, HeldSegments.NONE);
        Arrays.fill(last, HeldSegments.NONE);
    }

    /** How many places there are. */
    int size() {
        return identities.length;
    }

    /** Forgets all connections, of which nothing may be held. */
    void clear() {
        Arrays.fill(known, false);
    }

    /**
     * The place of a connection, old or new.
     *
     * @return {@link #NONE} if something of all that have its places is held
     */
    int place(int hash, long identity, long nowNanos) {
        int set = hash * WAYS & mask;
        int oldest = NONE;
        for (int flow = set; flow < set + WAYS; flow++) {
            if (known[flow] && identities[flow] == identity) {
                seenNanos[flow] = nowNanos;
                return flow;
            }
            if (!known[flow]) {
                oldest = oldest == NONE || known[oldest] ? flow : oldest;
            } else if (heldPackets[flow] == 0
                    && (oldest == NONE || (known[oldest] && seenNanos[flow] - seenNanos[oldest] < 0))) {
                oldest = flow;
            }
        }
        if (oldest != NONE) {
            known[oldest] = false;
            identities[oldest] = identity;
            seenNanos[oldest] = nowNanos;
        }
        return oldest;
    }

    /** Whether it is known what comes next. */
    boolean isKnown(int flow) {
        return known[flow];
    }

    /** The sequence number that comes next. */
    int expected(int flow) {
        return expected[flow];
    }

    /** Says what comes next. */
    void expect(int flow, int sequence) {
        known[flow] = true;
        expected[flow] = sequence;
    }

    /** The held segment with the lowest sequence number. */
    int first(int flow) {
        return first[flow];
    }

    void first(int flow, int entry) {
        first[flow] = entry;
    }

    /** The held segment with the highest sequence number. */
    int last(int flow) {
        return last[flow];
    }

    void last(int flow, int entry) {
        last[flow] = entry;
    }

    /** Segments of the connection that are held. */
    int heldPackets(int flow) {
        return heldPackets[flow];
    }

    /** Bytes of the connection that are held. */
    int heldBytes(int flow) {
        return heldBytes[flow];
    }

    /** One more is held, or with negative figures one less. */
    void count(int flow, int packets, int bytes) {
        heldPackets[flow] += packets;
        heldBytes[flow] += bytes;
    }
}
