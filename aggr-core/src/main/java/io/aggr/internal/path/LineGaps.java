package io.aggr.internal.path;

/**
 * Counters of one line that have not arrived though later ones have, and when the peer is to be asked for them: first when the line may not merely
 * have let others overtake, then again and again, since the question or the answer may be lost as well, until nothing is missing any more or it
 * is too late. The time of a gap begins when it is seen; nothing that comes later prolongs it.
 *
 * <p>Counters are added in rising order and looked up by halving. The oldest are given up when there are too many. Confined to the thread that
 * receives; memory grows with the gaps up to a bound.
 */
public final class LineGaps {

    /** A gap older than this is not asked for: the receiver has let go by then what waited for it. */
    public static final long GIVE_UP_NANOS = 400_000_000;

    /** How many gaps are kept. */
    static final int CAPACITY = 1_024;

    private static final int LEAST = 16;
    private static final long NEVER = Long.MAX_VALUE;

    /** Takes the counters that the peer is to be asked for, in rising order. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Asks for a counter.
         *
         * @param counter it has not arrived
         * @return false if there is no room; it will be offered again
         */
        boolean ask(long counter);
    }

    private long[] counters = new long[LEAST];
    private long[] seenNanos = new long[LEAST];
    private long[] dueNanos = new long[LEAST];
    private long[] bounds = new long[LEAST];
    private byte[] asked = new byte[LEAST];
    private boolean[] closed = new boolean[LEAST];
    private int mask = LEAST - 1;
    private long head;
    private long tail;
    private long nextDueNanos;
    private boolean anyDue;
    private long gaveUp;
    private long firstAsked;

    /** Makes a line without gaps. */
    public LineGaps() {}

    private void resize(int size) {
        long[] newCounters = new long[size];
        long[] newSeenNanos = new long[size];
        long[] newDueNanos = new long[size];
        long[] newBounds = new long[size];
        byte[] newAsked = new byte[size];
        boolean[] newClosed = new boolean[size];
        for (long at = head; at < tail; at++) {
            int from = (int) at & mask;
            int to = (int) at & size - 1;
            newCounters[to] = counters[from];
            newSeenNanos[to] = seenNanos[from];
            newDueNanos[to] = dueNanos[from];
            newBounds[to] = bounds[from];
            newAsked[to] = asked[from];
            newClosed[to] = closed[from];
        }
        counters = newCounters;
        seenNanos = newSeenNanos;
        dueNanos = newDueNanos;
        bounds = newBounds;
        asked = newAsked;
        closed = newClosed;
        mask = size - 1;
    }

    /** Nothing has come for a while: memory is given back unless something is still missing. */
    public void rest() {
        if (!anyDue && mask + 1 > LEAST) {
            head = tail;
            resize(LEAST);
        }
    }

    /** Forgets all gaps. */
    public void reset() {
        head = tail;
        anyDue = false;
    }

    /**
     * Counters were skipped.
     *
     * @param from first one
     * @param to last one
     * @param nowNanos monotonic time
     * @param patienceNanos how long they may merely have been overtaken
     */
    public void add(long from, long to, long nowNanos, long patienceNanos) {
        for (long counter = Math.max(from, to - CAPACITY + 1); counter <= to; counter++) {
            if (tail - head > mask && mask + 1 < CAPACITY) {
                resize(2 * (mask + 1));
            }
            if (tail - head == CAPACITY) {
                close((int) head & mask, true);
                head++;
            }
            int slot = (int) tail++ & mask;
            counters[slot] = counter;
            seenNanos[slot] = nowNanos;
            dueNanos[slot] = nowNanos + patienceNanos;
            asked[slot] = 0;
            bounds[slot] = -1;
            closed[slot] = false;
        }
        wakeAt(nowNanos + patienceNanos);
    }

    private void wakeAt(long atNanos) {
        if (!anyDue || atNanos - nextDueNanos < 0) {
            nextDueNanos = atNanos;
            anyDue = true;
        }
    }

    private void close(int slot, boolean inVain) {
        if (!closed[slot]) {
            closed[slot] = true;
            gaveUp += inVain ? 1 : 0;
        }
    }

    /**
     * A counter below the highest has arrived.
     *
     * @param counter the counter
     * @param nowNanos monotonic time
     * @return how long it was missed, in nanoseconds, or -1 if it was not
     */
    public long onArrived(long counter, long nowNanos) {
        long low = head;
        long high = tail - 1;
        while (low <= high) {
            long middle = (low + high) >>> 1;
            int slot = (int) middle & mask;
            if (counters[slot] == counter) {
                boolean missed = !closed[slot];
                closed[slot] = true;
                return missed ? nowNanos - seenNanos[slot] : -1;
            }
            if (counters[slot] < counter) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /**
     * Asks for what is due.
     *
     * @param nowNanos monotonic time
     * @param repeatNanos when to ask again
     * @param newest newest sequence that the peer is known to have sent
     * @param floor sequence up to which nothing is missing
     * @param sink takes the counters
     */
    public void poll(long nowNanos, long repeatNanos, long newest, long floor, Sink sink) {
        if (!anyDue || nowNanos - nextDueNanos < 0) {
            return;
        }
        anyDue = false;
        boolean room = true;
        for (long at = head; at < tail; at++) {
            int slot = (int) at & mask;
            if (!closed[slot]) {
                room = look(slot, nowNanos, repeatNanos, newest, floor, room, sink);
            }
            if (!closed[slot]) {
                wakeAt(dueNanos[slot]);
            } else if (at == head) {
                head++;
            }
        }
    }

    private boolean look(int slot, long nowNanos, long repeatNanos, long newest, long floor, boolean room, Sink sink) {
        if (nowNanos - seenNanos[slot] >= GIVE_UP_NANOS) {
            close(slot, true);
        } else if (nowNanos - dueNanos[slot] >= 0) {
            if (asked[slot] > 0 && bounds[slot] < 0) {
                // Only now, when what was sent before the lost datagram has come as well, the newest sequence is
                // surely above that of the lost one.
                bounds[slot] = newest;
                dueNanos[slot] = nowNanos + repeatNanos / 2;
            } else if (asked[slot] > 0 && bounds[slot] <= floor) {
                // Whatever that datagram carried is here by now, or it carried nothing.
                close(slot, false);
            } else {
                return ask(slot, nowNanos, repeatNanos, room, sink);
            }
        }
        return room;
    }

    private boolean ask(int slot, long nowNanos, long repeatNanos, boolean room, Sink sink) {
        if (!room || !sink.ask(counters[slot])) {
            return false;
        }
        firstAsked += asked[slot] == 0 ? 1 : 0;
        dueNanos[slot] = nowNanos + (asked[slot] == 0 ? repeatNanos / 2 : repeatNanos);
        asked[slot] = 1;
        return true;
    }

    /**
     * When {@link #poll} has to be called next.
     *
     * @param nowNanos monotonic time
     * @return distance in nanoseconds, {@link Long#MAX_VALUE} if nothing is missing
     */
    public long nanosToDeadline(long nowNanos) {
        return anyDue ? nextDueNanos - nowNanos : NEVER;
    }

    /**
     * Gaps that stayed open until it was too late to ask.
     *
     * @return since the line is known
     */
    public long gaveUp() {
        return gaveUp;
    }

    /**
     * Gaps that the peer was asked for, each counted once.
     *
     * @return since the line is known
     */
    public long firstAsked() {
        return firstAsked;
    }
}
