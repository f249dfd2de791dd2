package io.aggr.internal.reorder;

import java.util.Arrays;

/**
 * The packets that a buffer holds, as entries of arrays: in order of arrival, by sequence, by flow, and by what they wait for. Adding, removing and
 * finding cost a few array accesses each. The arrays begin empty and double up to the capacity; {@link #clear} gives them back.
 */
final class HeldPackets {

    /** Stands for "no entry". */
    static final int NONE = -1;

    private static final int FLOW_LISTS = 256;
    private static final int LEAST = 1_024;

    // An entry is an index. Four lists run through the arrays: order of arrival and flow doubly linked, because entries
    // leave from the
    // middle; those with the same hash of the sequence, and those waiting for sequences with the same hash, singly
    // linked, because they
    // are short: sequences are close together, and so are hashed by their low bits alone. A peer that chooses them
    // badly finds at most
    // window / buckets of them in one list.
    private final int capacity;
    private int bucketMask;

    private int[] ids = {};
    private int[] flows = {};
    private int[] looks = {};
    private long[] sequences = {};
    private long[] predecessorMins = {};
    private long[] predecessorMaxes = {};
    private long[] arrivals = {};
    private long[] blockers = {};

    private int[] earlier = {};
    private int[] later = {};
    private int[] previousOfFlow = {};
    private int[] nextOfFlow = {};
    private int[] nextOfSequence = {};
    private int[] nextWaiting = {};

    private final int[] firstOfFlow = new int[FLOW_LISTS];
    private int[] firstOfSequence = {NONE};
    private int[] firstWaiting = {NONE};

    private int oldest = NONE;
    private int newest = NONE;
    private int free = NONE;
    private int size;

    HeldPackets(int capacity) {
        this.capacity = Math.max(1, capacity);
        clear();
    }

    /** Forgets all packets and gives the memory back. */
    final void clear() {
        Arrays.fill(firstOfFlow, NONE);
        bucketMask = 0;
        firstOfSequence = new int[] {NONE};
        firstWaiting = new int[] {NONE};
        resize(0);
        free = NONE;
        oldest = NONE;
        newest = NONE;
        size = 0;
    }

    private void resize(int entries) {
        ids = Arrays.copyOf(ids, entries);
        flows = Arrays.copyOf(flows, entries);
        looks = Arrays.copyOf(looks, entries);
        sequences = Arrays.copyOf(sequences, entries);
        predecessorMins = Arrays.copyOf(predecessorMins, entries);
        predecessorMaxes = Arrays.copyOf(predecessorMaxes, entries);
        arrivals = Arrays.copyOf(arrivals, entries);
        blockers = Arrays.copyOf(blockers, entries);
        earlier = Arrays.copyOf(earlier, entries);
        later = Arrays.copyOf(later, entries);
        previousOfFlow = Arrays.copyOf(previousOfFlow, entries);
        nextOfFlow = Arrays.copyOf(nextOfFlow, entries);
        nextOfSequence = Arrays.copyOf(nextOfSequence, entries);
        nextWaiting = Arrays.copyOf(nextWaiting, entries);
    }

    /** All entries are in use, and all of them wait for something. */
    private void grow() {
        int old = ids.length;
        int entries = Math.min(capacity, Math.max(LEAST, 2 * old));
        resize(entries);
        for (int i = old; i < entries; i++) {
            later[i] = i + 1 < entries ? i + 1 : NONE;
        }
        free = old;
        int buckets = Math.min(Sequences.WINDOW, Math.max(LEAST, Integer.highestOneBit(entries) << 1));
        firstOfSequence = spread(firstOfSequence, nextOfSequence, sequences, buckets);
        firstWaiting = spread(firstWaiting, nextWaiting, blockers, buckets);
        bucketMask = buckets - 1;
    }

    /** Lists by more bits of the number, each in the order in which it was. */
    private static int[] spread(int[] firsts, int[] nexts, long[] numbers, int buckets) {
        int[] newFirsts = new int[buckets];
        int[] lasts = new int[buckets];
        Arrays.fill(newFirsts, NONE);
        for (int first : firsts) {
            for (int entry = first; entry != NONE; ) {
                int next = nexts[entry];
                int bucket = (int) numbers[entry] & buckets - 1;
                if (newFirsts[bucket] == NONE) {
                    newFirsts[bucket] = entry;
                } else {
                    nexts[lasts[bucket]] = entry;
                }
                nexts[entry] = NONE;
                lasts[bucket] = entry;
                entry = next;
            }
        }
        return newFirsts;
    }

    /** How many packets find a place at present. */
    int places() {
        return ids.length;
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
        if (free == NONE) {
            grow();
        }
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
