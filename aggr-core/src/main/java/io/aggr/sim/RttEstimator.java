package io.aggr.sim;

/**
 * Smoothed round-trip time and retransmission time-out (RFC 6298), with the floor of Linux: the variance part of the
 * time-out is at least 200 ms.
 */
final class RttEstimator {
    private static final long INITIAL_TIMEOUT_NANOS = 1_000_000_000L;
    private static final long MIN_VARIANCE_PART_NANOS = 200_000_000L;
    private static final long MAX_TIMEOUT_NANOS = 120_000_000_000L;

    private long smoothedNanos = -1;
    private long deviationNanos;
    private long minimumNanos = Long.MAX_VALUE;

    void onSample(long rttNanos) {
        minimumNanos = Math.min(minimumNanos, rttNanos);
        smooth(rttNanos);
    }

    /** A sample from a clock of milliseconds: good enough for the time-out, not for the minimum. */
    void onCoarseSample(long rttNanos) {
        smooth(Math.max(1_000_000, rttNanos));
    }

    private void smooth(long rttNanos) {
        if (smoothedNanos < 0) {
            smoothedNanos = rttNanos;
            deviationNanos = rttNanos / 2;
        } else {
            deviationNanos += (Math.abs(smoothedNanos - rttNanos) - deviationNanos) / 4;
            smoothedNanos += (rttNanos - smoothedNanos) / 8;
        }
    }

    /** Nanoseconds, -1 before the first sample. */
    long smoothedNanos() {
        return smoothedNanos;
    }

    /** Smallest sample of the connection, {@link Long#MAX_VALUE} before the first. */
    long minimumNanos() {
        return minimumNanos;
    }

    long timeoutNanos() {
        if (smoothedNanos < 0) {
            return INITIAL_TIMEOUT_NANOS;
        }
        return Math.min(MAX_TIMEOUT_NANOS, smoothedNanos + Math.max(MIN_VARIANCE_PART_NANOS, 4 * deviationNanos));
    }
}
