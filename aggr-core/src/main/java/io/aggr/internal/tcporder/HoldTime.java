package io.aggr.internal.tcporder;

/**
 * How long a segment waits for what is missing before it: a little longer than the latest that has come of late, within bounds. What is really lost
 * then costs the sender that much and no more before it hears of it.
 */
final class HoldTime {

    private static final long LEAST_NANOS = 15_000_000;
    private static final long MARGIN_NANOS = 5_000_000;
    private static final long FORGET_NANOS = 10_000_000_000L;

    private final long mostNanos;
    private boolean learned;
    private long worstNanos;
    private long worstAtNanos;
    private long nanos;

    /**
     * Nothing is known yet, so it is as long as it may be.
     *
     * @param mostNanos the bound
     */
    HoldTime(long mostNanos) {
        this.mostNanos = mostNanos;
        nanos = mostNanos;
    }

    /** Forgets what was learned. */
    void reset() {
        learned = false;
        worstNanos = 0;
        nanos = mostNanos;
    }

    /** The present time to wait. */
    long nanos() {
        return nanos;
    }

    /** The bound. */
    long mostNanos() {
        return mostNanos;
    }

    /**
     * Something that was waited for has come.
     *
     * @param lateNanos so long after what is behind it
     * @param nowNanos monotonic time
     */
    void learn(long lateNanos, long nowNanos) {
        long ageNanos = learned ? Math.max(0, Math.min(FORGET_NANOS, nowNanos - worstAtNanos)) : FORGET_NANOS;
        long remembered = worstNanos - (long) ((double) worstNanos * ageNanos / FORGET_NANOS);
        worstNanos = Math.min(mostNanos, Math.max(lateNanos, remembered));
        worstAtNanos = nowNanos;
        learned = true;
        nanos = Math.min(mostNanos, Math.max(LEAST_NANOS, worstNanos + worstNanos / 2 + MARGIN_NANOS));
    }
}
