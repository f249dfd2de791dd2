package io.aggr.internal.path;

import java.util.Arrays;

/**
 * The largest of what was added within the last seven to eight seconds, in eight buckets of a second. What lies in a bucket is forgotten with it; a
 * filter that nothing is added to keeps its value, because time in which nothing was learned must not make anything be forgotten.
 *
 * <p>Confined to one thread.
 */
final class MaxBuckets {

    private static final long BUCKET_NANOS = 1_000_000_000L;

    private final double[] buckets = new double[8];
    private int current;
    private long currentSinceNanos;
    private boolean any;

    /** Forgets everything. */
    void clear() {
        Arrays.fill(buckets, 0);
        any = false;
    }

    /**
     * Adds a sample and lets time pass.
     *
     * @param nowNanos monotonic time
     * @param value 0 or more
     */
    void add(long nowNanos, double value) {
        if (!any) {
            any = true;
            currentSinceNanos = nowNanos;
        } else if (nowNanos - currentSinceNanos >= BUCKET_NANOS) {
            // One bucket at most: a pause without samples does not empty the others.
            currentSinceNanos = nowNanos;
            current = (current + 1) % buckets.length;
            buckets[current] = 0;
        }
        raise(value);
    }

    /**
     * Adds a sample that may raise the maximum but does not let time pass.
     *
     * @param value 0 or more
     */
    void raise(double value) {
        buckets[current] = Math.max(buckets[current], value);
    }

    /**
     * The largest sample.
     *
     * @return 0 if there is none
     */
    double max() {
        double max = 0;
        for (double bucket : buckets) {
            max = Math.max(max, bucket);
        }
        return max;
    }

    /**
     * The mean of the largest samples of the seconds: less than {@link #max} where single samples stick out.
     *
     * @return 0 if there is no sample
     */
    double mean() {
        double sum = 0;
        int count = 0;
        for (double bucket : buckets) {
            if (bucket > 0) {
                sum += bucket;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }
}
