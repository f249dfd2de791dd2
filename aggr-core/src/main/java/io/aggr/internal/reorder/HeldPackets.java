package io.aggr.internal.reorder;

import java.util.Arrays;

/**
 * The packets that a buffer holds, as entries of arrays made once: in order of arrival, by sequence, by flow, and by what they wait for. Adding,
 * removing and finding cost a few array accesses each.
 */
final class HeldPackets {

    /** Stands for "no entry". */
    static final int NONE = -1;

    private static final int FLOW_LISTS = 256;

    // An entry is an index. Four lists run through the arrays: order of arrival and flow doubly linked, because entries
    // leave from the
    // middle; those with the same hash of the sequence, and those waiting for sequences with the same hash, singly
    // linked, because they
    // are short: sequences are close together, and so are hashed by their low bits alone. A peer that chooses them
    // badly finds at most
    // window / buckets of them in one list.
    private final int capacity;
    private final int bucketMask;

    private final int[] ids;
    private final int[] flows;
    private final int[] looks;
    private final long[] sequences;
    private final long[] predecessorMins;
    private final long[] predecessorMaxes;
    private final long[] arrivals;
    private final long[] blockers;

    private final int[] earlier;
    private final int[] later;
    private final int[] previousOfFlow;
    private final int[] nextOfFlow;
    private final int[] nextOfSequence;
    private final int[] nextWaiting;

    private final int[] firstOfFlow = new int[FLOW_LISTS];
    private final int[] firstOfSequence;
    private final int[] firstWaiting;

    private int oldest = NONE;
    private int newest = NONE;
    private int free = NONE;
    private int size;

    HeldPackets(int capacity) {
        this.capacity = Math.max(1, capacity);
        int buckets = Math.min(Sequences.WINDOW, Math.max(1024, Integer.highestOneBit(this.capacity) << 1));
        bucketMask = buckets - 1;
        ids = new int[this.capacity];
        flows = new int[this.capacity];
        looks = new int[this.capacity];
        sequences = new long[this.capacity];
        predecessorMins = new long[this.capacity];
        predecessorMaxes = new long[this.capacity];
        arrivals = new long[this.capacity];
        blockers = new long[this.capacity];
        earlier = new int[this.capacity];
        later = new int[this.capacity];
        previousOfFlow = new int[this.capacity];
        nextOfFlow = new int[this.capacity];
        nextOfSequence = new int[this.capacity];
        nextWaiting = new int[this.capacity];
        firstOfSequence = new int[buckets];
        firstWaiting = new int[buckets];
        clear();
    }

    void clear() {
        Arrays.fill(firstOfFlow, NONE);
        Arrays.fill(firstOfSequence, NONE);
        Arrays.fill(firstWaiting, NONE);
        for (int i = 0; i < capacity; i++) {
            later[i] = i + 1 < capacity ? i + 1 : NONE;
        }
        free = 0;
        oldest = NONE;
        newest = NONE;
        size = 0;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size == capacity;
    }

    /** The entry that was added first, or {@link #NONE}. */
    int oldest() {
        return oldest;
    }

    int id(int entry) {
        return ids[entry];
    }

    int flow(int entry) {
        return flows[entry];
    }

    long sequence(int entry) {
        return sequences[entry];
    }

    long predecessorMin(int entry) {
        return predecessorMins[entry];
    }

    long predecessorMax(int entry) {
        return predecessorMaxes[entry];
    }

    long arrivalNanos(int entry) {
        return arrivals[entry];
    }

    /** What the entry waits for; undefined before {@link #await}. */
    long blocker(int entry) {
        return blockers[entry];
    }

    /** Counts that the entry was looked at, and returns how often that was. */
    int countLook(int entry) {
        return ++looks[entry];
    }

    /** Adds a packet. The caller has made sure that there is room and that no packet of that sequence is held. */
    int add(int id, int flow, long sequence, long predecessorMin, long predecessorMax, long arrivalNanos) {
        int entry = free;
        free = later[entry];
        size++;
        ids[entry] = id;
        flows[entry] = flow;
        looks[entry] = 0;
        sequences[entry] = sequence;
        predecessorMins[entry] = predecessorMin;
        predecessorMaxes[entry] = predecessorMax;
        arrivals[entry] = arrivalNanos;

        earlier[entry] = newest;
        later[entry] = NONE;
        if (newest == NONE) {
            oldest = entry;
        } else {
            later[newest] = entry;
        }
        newest = entry;

        int bucket = bucketOf(sequence);
        nextOfSequence[entry] = firstOfSequence[bucket];
        firstOfSequence[bucket] = entry;

        int list = flow & (FLOW_LISTS - 1);
        int head = firstOfFlow[list];
        previousOfFlow[entry] = NONE;
        nextOfFlow[entry] = head;
        if (head != NONE) {
            previousOfFlow[head] = entry;
        }
        firstOfFlow[list] = entry;
        return entry;
    }

    /** Removes an entry that waits for nothing. */
    void remove(int entry) {
        link(earlier[entry], later[entry]);

        int bucket = bucketOf(sequences[entry]);
        if (firstOfSequence[bucket] == entry) {
            firstOfSequence[bucket] = nextOfSequence[entry];
        } else {
            int before = firstOfSequence[bucket];
            while (nextOfSequence[before] != entry) {
                before = nextOfSequence[before];
            }
            nextOfSequence[before] = nextOfSequence[entry];
        }

        int next = nextOfFlow[entry];
        int previous = previousOfFlow[entry];
        if (next != NONE) {
            previousOfFlow[next] = previous;
        }
        if (previous == NONE) {
            firstOfFlow[flows[entry] & (FLOW_LISTS - 1)] = next;
        } else {
            nextOfFlow[previous] = next;
        }

        later[entry] = free;
        free = entry;
        size--;
    }

    private void link(int before, int behind) {
        if (before == NONE) {
            oldest = behind;
        } else {
            later[before] = behind;
        }
        if (behind == NONE) {
            newest = before;
        } else {
            earlier[behind] = before;
        }
    }

    /** The entry with a sequence, or {@link #NONE}. */
    int find(long sequence) {
        int entry = firstOfSequence[bucketOf(sequence)];
        while (entry != NONE && sequences[entry] != sequence) {
            entry = nextOfSequence[entry];
        }
        return entry;
    }

    /**
     * The highest sequence of a flow that is held and lies in a range, both ends included.
     *
     * @param maxSteps how many entries to look at, at most
     * @return the sequence, or {@link Sequences#NONE}
     */
    long highestOfFlow(int flow, long from, long to, int maxSteps) {
        long highest = Sequences.NONE;
        int steps = 0;
        for (int entry = firstOfFlow[flow & (FLOW_LISTS - 1)];
                entry != NONE && steps < maxSteps;
                entry = nextOfFlow[entry]) {
            long sequence = sequences[entry];
            if (flows[entry] == flow && sequence >= from && sequence <= to && sequence > highest) {
                highest = sequence;
            }
            steps++;
        }
        return highest;
    }

    /** Lets an entry wait for a sequence. */
    void await(int entry, long blocker) {
        int bucket = bucketOf(blocker);
        blockers[entry] = blocker;
        nextWaiting[entry] = firstWaiting[bucket];
        firstWaiting[bucket] = entry;
    }

    /** Takes one of the entries that wait for a sequence out of waiting, or returns {@link #NONE}. */
    int takeWaiting(long blocker) {
        int bucket = bucketOf(blocker);
        int before = NONE;
        int entry = firstWaiting[bucket];
        while (entry != NONE && blockers[entry] != blocker) {
            before = entry;
            entry = nextWaiting[entry];
        }
        if (entry != NONE) {
            if (before == NONE) {
                firstWaiting[bucket] = nextWaiting[entry];
            } else {
                nextWaiting[before] = nextWaiting[entry];
            }
        }
        return entry;
    }

    /** Links an entry that does not wait into a list of the caller's, which ends with {@link #NONE}. */
    void setNextReady(int entry, int next) {
        nextWaiting[entry] = next;
    }

    int nextReady(int entry) {
        return nextWaiting[entry];
    }

    private int bucketOf(long sequence) {
        return (int) sequence & bucketMask;
    }
}
