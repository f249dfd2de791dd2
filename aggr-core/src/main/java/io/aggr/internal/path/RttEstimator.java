package io.aggr.internal.path;

/**
 * Smoothed round-trip time and its variation, RFC 6298 section 2, and the minimum of the last one to two windows. Used for time-outs and for the
 * scale of queues, never to compare lines: half of a thin uplink's queue would be blamed on the downlink.
 *
 * <p>Confined to one thread.
 */
public final class RttEstimator {

    private static final long WINDOW_NANOS = 15_000_000_000L;

    private long smoothedNanos = -1;
    private long variationNanos;
    private long windowStartNanos;
    private long currentMinNanos = Long.MAX_VALUE;
    private long previousMinNanos = Long.MAX_VALUE;

    /** Forgets everything, as when a line was opened again. */
    public void reset() {
        smoothedNanos = -1;
        variationNanos = 0;
        currentMinNanos = Long.MAX_VALUE;
        previousMinNanos = Long.MAX_VALUE;
    }

    /**
     * Takes a sample.
     *
     * @param nowNanos monotonic time
     * @param rttNanos round-trip time, hold time at the far end subtracted; below 1 is ignored
     */
    public void sample(long nowNanos, long rttNanos) {
        if (rttNanos < 1) {
            return;
        }
        if (smoothedNanos < 0) {
            smoothedNanos = rttNanos;
            variationNanos = rttNanos / 2;
            windowStartNanos = nowNanos;
        } else {
            variationNanos += (Math.abs(smoothedNanos - rttNanos) - variationNanos) / 4;
            smoothedNanos += (rttNanos - smoothedNanos) / 8;
        }
        if (nowNanos - windowStartNanos > WINDOW_NANOS) {
            windowStartNanos = nowNanos;
            previousMinNanos = currentMinNanos;
            currentMinNanos = Long.MAX_VALUE;
        }
        currentMinNanos = Math.min(currentMinNanos, rttNanos);
    }

    /**
     * Whether there was a sample.
     *
     * @return false before the first one
     */
    public boolean isMeasured() {
        return smoothedNanos >= 0;
    }

    /**
     * The smoothed round-trip time.
     *
     * @return nanoseconds, or -1 before the first sample
     */
    public long smoothedNanos() {
        return smoothedNanos;
    }

    /**
     * The smallest round-trip time of late.
     *
     * @return nanoseconds, or -1 before the first sample
     */
    public long minNanos() {
        long min = Math.min(currentMinNanos, previousMinNanos);
        return min == Long.MAX_VALUE ? -1 : min;
    }

    /**
     * The variation of the round-trip time.
     *
     * @return nanoseconds, 0 before the first sample
     */
    public long variationNanos() {
        return variationNanos;
    }
}
