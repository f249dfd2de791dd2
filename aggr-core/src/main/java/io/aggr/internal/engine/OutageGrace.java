package io.aggr.internal.engine;

import io.aggr.internal.path.Pacer;

/**
 * Gives the flows room for a while after a line has failed. What a flow has under way fits the lines as they were; on those that are left it
 * takes longer to drain, which says nothing about the flow and should cost it neither a drop nor its window. So the queue may be longer by what
 * the rate has fallen, and when the line is back soon there is enough to fill it at once. A longer outage is the new state of things, and the
 * allowance fades.
 *
 * <p>Confined to the thread that sends.
 */
final class OutageGrace {

    private static final long SECOND = 1_000_000_000L;
    private static final long FULL_NANOS = 15 * SECOND;
    private static final long FADING_NANOS = 15 * SECOND;
    private static final double MAX_FACTOR = 8;

    /** A drop costs the receiving host a pause as long as the queue, so there is a bound. */
    private static final long LONGEST_TARGET_NANOS = SECOND / 5;

    private boolean active;
    private long sinceNanos;
    private long beforeBitsPerSecond;

    /**
     * A line has failed.
     *
     * @param lostBitsPerSecond what it carried
     * @param leftBitsPerSecond what the others carry
     * @param nowNanos monotonic time
     */
    void onLineLost(long lostBitsPerSecond, long leftBitsPerSecond, long nowNanos) {
        if (lostBitsPerSecond == Pacer.UNLIMITED || leftBitsPerSecond == Pacer.UNLIMITED || leftBitsPerSecond == 0) {
            return;
        }
        long before = lostBitsPerSecond + leftBitsPerSecond;
        beforeBitsPerSecond = active ? Math.max(beforeBitsPerSecond, before) : before;
        active = true;
        sinceNanos = nowNanos;
    }

    /**
     * By how much queues may be longer than usual.
     *
     * @param bitsPerSecond what the lines in use carry
     * @param nowNanos monotonic time
     * @return 1 or more
     */
    double factor(long bitsPerSecond, long nowNanos) {
        long age = nowNanos - sinceNanos;
        if (!active || bitsPerSecond <= 0 || bitsPerSecond >= beforeBitsPerSecond || age >= FULL_NANOS + FADING_NANOS) {
            active = false;
            return 1;
        }
        double full = Math.min(MAX_FACTOR, (double) beforeBitsPerSecond / bitsPerSecond);
        double left = Math.min(1, (double) (FULL_NANOS + FADING_NANOS - age) / FADING_NANOS);
        return 1 + (full - 1) * left;
    }

    /**
     * How long packets may wait: as long as it takes to drain what used to be on the lines and in the queue together, less what the lines in use
     * still hold themselves.
     *
     * @param usualNanos what it is without an outage
     * @param roundTripNanos of the slowest line in use
     * @param factor from {@link #factor}
     * @return nanoseconds, {@code usualNanos} or more
     */
    static long targetNanos(long usualNanos, long roundTripNanos, double factor) {
        double drain = (usualNanos + roundTripNanos) * factor - roundTripNanos;
        return Math.max(usualNanos, Math.min(LONGEST_TARGET_NANOS, (long) drain));
    }
}
