package io.aggr.internal.engine;

import java.util.Arrays;

/**
 * When each peer of a hub has to be looked at next. A peer that nothing has happened to and that has nothing due is left alone, so that a thousand idle
 * peers cost the busy one next to nothing. Whenever there is something to do at all, peers that were left alone for a tenth of a second, idle ones for
 * five to ten seconds, are looked at too. With one peer there is nothing to be saved, and it is always looked at.
 *
 * <p>A round goes {@link #begin}, then {@link #next} and {@link #sleep} for each that is due. Its cost grows with the peers that are due, and with the
 * logarithm of the others; ten times a second it passes over all, or if all are idle over each fiftieth.
 *
 * <p>Confined to one thread. Allocates nothing but in {@link #add}.
 */
final class PeerAlarms {

    /** No more peers in this round. */
    static final int NONE = -1;

    private static final long LOOK_NANOS = 100_000_000;

    /** Idle peers are looked at with one of so many looks, not all with the same. */
    private static final int IDLE_LOOKS = 50;

    // What an idle peer has to send can wait a little: a hub wakes up once for all that is due in such a time.
    private static final long IDLE_GRAIN_NANOS = 25_000_000;
    private static final long LONG_SLEEP_NANOS = 1_000_000_000;

    /** Stands for "never"; far enough, and near enough to be compared by subtraction. */
    private static final long NEVER_NANOS = Long.MAX_VALUE / 4;

    private long[] dueNanos = {};
    private boolean[] present = {};
    private boolean[] awake = {};
    private boolean[] idle = {};
    private long[] sleptNanos = {};

    // Peers by their time, the earliest first, and where each stands; those of the present round do not.
    private int[] heap = {};
    private int[] places = {};
    private int heapSize;

    private int[] woken = {};
    private int wokenCount;
    private int[] round = {};
    private int roundCount;
    private int roundNext;
    private int peers;

    /** How many in the heap are not idle. */
    private int restless;

    private boolean looked;
    private long lookedNanos;
    private int looks;

    /** With peers 0 to so many, all awake. */
    PeerAlarms(int peers) {
        for (int peer = 0; peer < peers; peer++) {
            add(peer);
        }
    }

    /** A peer with this number is there from now on, and awake. Numbers are small. */
    final void add(int peer) {
        if (peer >= present.length) {
            int size = Math.max(8, Math.max(peer + 1, 2 * present.length));
            dueNanos = Arrays.copyOf(dueNanos, size);
            present = Arrays.copyOf(present, size);
            awake = Arrays.copyOf(awake, size);
            idle = Arrays.copyOf(idle, size);
            sleptNanos = Arrays.copyOf(sleptNanos, size);
            heap = Arrays.copyOf(heap, size);
            int before = places.length;
            places = Arrays.copyOf(places, size);
            Arrays.fill(places, before, size, NONE);
            woken = Arrays.copyOf(woken, size);
            round = Arrays.copyOf(round, size);
        }
        present[peer] = true;
        idle[peer] = false;
        peers++;
        wake(peer);
    }

    /** The peer with this number is not there any more. */
    void remove(int peer) {
        present[peer] = false;
        peers--;
        takeOut(peer);
    }

    /** Something has happened to a peer. */
    void wake(int peer) {
        if (!awake[peer] && present[peer]) {
            awake[peer] = true;
            woken[wokenCount++] = peer;
        }
    }

    /** Something has happened to all of them. */
    void wakeAll() {
        for (int peer = 0; peer < present.length; peer++) {
            wake(peer);
        }
    }

    /** Begins a round. */
    void begin(long nowNanos) {
        roundCount = 0;
        roundNext = 0;
        for (int i = 0; i < wokenCount; i++) {
            awake[woken[i]] = false;
            include(woken[i]);
        }
        wokenCount = 0;
        while (heapSize > 0 && dueNanos[heap[0]] - nowNanos <= 0) {
            include(heap[0]);
        }
        boolean look = !looked || nowNanos - lookedNanos >= LOOK_NANOS;
        if (look) {
            looked = true;
            lookedNanos = nowNanos;
            looks = (looks + 1) % IDLE_LOOKS;
        }
        if (peers == 1 || (look && restless > 0)) {
            for (int peer = 0; peer < present.length; peer++) {
                if (places[peer] != NONE && (peers == 1 || !idle[peer])) {
                    include(peer);
                }
            }
        }
        if (look && peers != 1) {
            for (int peer = looks; peer < present.length; peer += IDLE_LOOKS) {
                if (places[peer] != NONE && nowNanos - sleptNanos[peer] >= IDLE_LOOKS * LOOK_NANOS) {
                    include(peer);
                }
            }
        }
    }

    private void include(int peer) {
        if (present[peer]) {
            takeOut(peer);
            round[roundCount++] = peer;
        }
    }

    /** The next peer that has to be looked at now, or {@link #NONE}. {@link #sleep} has to follow. */
    int next() {
        while (roundNext < roundCount) {
            int peer = round[roundNext++];
            if (present[peer]) {
                return peer;
            }
        }
        return NONE;
    }

    /**
     * A peer was looked at.
     *
     * @param peer the peer
     * @param distanceNanos how long it has nothing to do, {@link Long#MAX_VALUE} if only events matter
     * @param isIdle whether nothing that is worth a look happens to it unnoticed
     * @param nowNanos monotonic time
     */
    void sleep(int peer, long distanceNanos, boolean isIdle, long nowNanos) {
        if (!present[peer]) {
            return;
        }
        takeOut(peer);
        idle[peer] = isIdle;
        sleptNanos[peer] = nowNanos;
        restless += isIdle ? 0 : 1;
        long due = nowNanos + Math.min(distanceNanos, NEVER_NANOS);
        if (isIdle && peers > 1 && distanceNanos >= LONG_SLEEP_NANOS) {
            due = endOfGrain(due);
        }
        dueNanos[peer] = due;
        heap[heapSize] = peer;
        places[peer] = heapSize;
        rise(heapSize++);
    }

    /** When a hub wakes up for what could wait: the first such time that is not before the one given. */
    static long endOfGrain(long nanos) {
        return nanos + IDLE_GRAIN_NANOS - 1 - Math.floorMod(nanos - 1, IDLE_GRAIN_NANOS);
    }

    /** How long until a peer has something to do, very long if only events matter. */
    long distance(long nowNanos) {
        if (wokenCount > 0 && peers != 1) {
            return 0;
        }
        return heapSize == 0 ? Long.MAX_VALUE : dueNanos[heap[0]] - nowNanos;
    }

    private void takeOut(int peer) {
        int place = places[peer];
        if (place == NONE) {
            return;
        }
        places[peer] = NONE;
        restless -= idle[peer] ? 0 : 1;
        heapSize--;
        if (place < heapSize) {
            int moved = heap[heapSize];
            heap[place] = moved;
            places[moved] = place;
            rise(place);
            sink(places[moved]);
        }
    }

    private boolean isEarlier(int one, int other) {
        return dueNanos[heap[one]] - dueNanos[heap[other]] < 0;
    }

    private void rise(int from) {
        int place = from;
        while (place > 0 && isEarlier(place, (place - 1) / 2)) {
            swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }

    private void sink(int from) {
        int place = from;
        while (true) {
            int least = place;
            for (int child = 2 * place + 1; child <= 2 * place + 2 && child < heapSize; child++) {
                least = isEarlier(child, least) ? child : least;
            }
            if (least == place) {
                return;
            }
            swap(place, least);
            place = least;
        }
    }

    private void swap(int one, int other) {
        int peer = heap[one];
        heap[one] = heap[other];
        heap[other] = peer;
        places[heap[one]] = one;
        places[heap[other]] = other;
    }
}
