package io.aggr.sim;

import java.util.Arrays;

/** A growing ring of packet descriptors, in parallel arrays: no object per packet. */
final class PacketRing {
    private long[] tokens;
    private int[] sizes;
    private long[] instants;
    private LineOutcome[] outcomes;
    private int head;
    private int count;

    /**
     * An empty ring.
     *
     * @param capacity first capacity, a power of two
     */
    PacketRing(int capacity) {
        tokens = new long[capacity];
        sizes = new int[capacity];
        instants = new long[capacity];
        outcomes = new LineOutcome[capacity];
        Arrays.fill(outcomes, LineOutcome.CARRIED);
    }

    int count() {
        return count;
    }

    long firstToken() {
        return tokens[head];
    }

    int firstSizeBytes() {
        return sizes[head];
    }

    long firstAtNanos() {
        return instants[head];
    }

    LineOutcome firstOutcome() {
        return outcomes[head];
    }

    long lastAtNanos() {
        return instants[slot(count - 1)];
    }

    void removeFirst() {
        head = (head + 1) & (tokens.length - 1);
        count--;
    }

    void addLast(long token, int sizeBytes, long atNanos, LineOutcome outcome) {
        if (count == tokens.length) {
            grow();
        }
        put(slot(count++), token, sizeBytes, atNanos, outcome);
    }

    /** Adds behind all entries that are not later. Cost: the number of entries that are later. */
    void addSorted(long token, int sizeBytes, long atNanos, LineOutcome outcome) {
        if (count == tokens.length) {
            grow();
        }
        int place = count++;
        while (place > 0) {
            int before = slot(place - 1);
            if (instants[before] - atNanos <= 0) {
                break;
            }
            put(slot(place), tokens[before], sizes[before], instants[before], outcomes[before]);
            place--;
        }
        put(slot(place), token, sizeBytes, atNanos, outcome);
    }

    private int slot(int place) {
        return (head + place) & (tokens.length - 1);
    }

    private void put(int slot, long token, int sizeBytes, long atNanos, LineOutcome outcome) {
        tokens[slot] = token;
        sizes[slot] = sizeBytes;
        instants[slot] = atNanos;
        outcomes[slot] = outcome;
    }

    private void grow() {
        PacketRing larger = new PacketRing(tokens.length * 2);
        for (int i = 0; i < count; i++) {
            int from = slot(i);
            larger.put(i, tokens[from], sizes[from], instants[from], outcomes[from]);
        }
        tokens = larger.tokens;
        sizes = larger.sizes;
        instants = larger.instants;
        outcomes = larger.outcomes;
        head = 0;
    }
}
