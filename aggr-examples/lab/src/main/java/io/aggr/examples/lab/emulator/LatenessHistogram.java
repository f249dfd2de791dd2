package io.aggr.examples.lab.emulator;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How late deliveries were, in steps of 10 µs up to 100 ms.
 *
 * <p><b>Threading.</b> One thread records, any thread reads. Recording allocates nothing.
 */
final class LatenessHistogram {

    private static final long STEP_NANOS = 10_000;
    private static final int STEPS = 10_000;

    /** One slot per step, one for everything later, then the maximum. */
    private final AtomicLongArray slots = new AtomicLongArray(STEPS + 2);

    void record(long latenessNanos) {
        int slot = (int) Math.min(STEPS, Math.max(0, latenessNanos) / STEP_NANOS);
        slots.lazySet(slot, slots.get(slot) + 1);
        if (latenessNanos > slots.get(STEPS + 1)) {
            slots.lazySet(STEPS + 1, latenessNanos);
        }
    }

    /** Adds what is in here to {@code sums}, which has {@link #newSums} room, and returns the larger maximum. */
    long addTo(long[] sums, long maxNanos) {
        for (int i = 0; i <= STEPS; i++) {
            sums[i] += slots.get(i);
        }
        return Math.max(maxNanos, slots.get(STEPS + 1));
    }

    static long[] newSums() {
        return new long[STEPS + 1];
    }

    static Lateness summary(long[] sums, long maxNanos) {
        long total = 0;
        for (long sum : sums) {
            total += sum;
        }
        return new Lateness(
                total, quantile(sums, total, 0.5, maxNanos), quantile(sums, total, 0.99, maxNanos), maxNanos);
    }

    private static long quantile(long[] sums, long total, double share, long maxNanos) {
        long wanted = (long) Math.ceil(total * share);
        long seen = 0;
        for (int i = 0; i < sums.length; i++) {
            seen += sums[i];
            if (seen >= wanted && seen > 0) {
                return Math.min(maxNanos, (i + 1) * STEP_NANOS);
            }
        }
        return maxNanos;
    }
}
