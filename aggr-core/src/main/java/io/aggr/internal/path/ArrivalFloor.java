package io.aggr.internal.path;

import java.util.Arrays;

/**
 * The sequence up to which nothing is missing: everything has arrived, or is so old that nobody waits for it any more. Confined to the thread that
 * receives; constant memory.
 */
public final class ArrivalFloor {

    private static final int SAMPLES = 8;
    private static final long SPACING_NANOS = 75_000_000;

    private final long[] highest = new long[SAMPLES];
    private int at;
    private boolean sampled;
    private long sampledNanos;
    private long floor;

    /** Makes the floor of a new association. */
    public ArrivalFloor() {}

    /** A new association begins. */
    public void reset() {
        floor = 0;
        sampled = false;
        Arrays.fill(highest, 0);
    }

    /**
     * Notes how far the sequences have come. To be called now and then, at any interval.
     *
     * @param arrived the sequences that have arrived
     * @param nowNanos monotonic time
     */
    public void note(DuplicateFilter arrived, long nowNanos) {
        if (!sampled || nowNanos - sampledNanos >= SPACING_NANOS) {
            // The oldest of the samples is what was the highest half a second ago, or longer.
            floor = Math.max(floor, highest[at]);
            highest[at] = arrived.highest();
            at = (at + 1) % SAMPLES;
            sampled = true;
            sampledNanos = nowNanos;
        }
    }

    /**
     * Looks how far the floor has risen.
     *
     * @param arrived the sequences that have arrived
     * @return a sequence; never falls within an association
     */
    public long rise(DuplicateFilter arrived) {
        floor = Math.max(floor, arrived.highest() - DuplicateFilter.REACH + 1);
        while (arrived.contains(floor + 1)) {
            floor++;
        }
        return floor;
    }
}
