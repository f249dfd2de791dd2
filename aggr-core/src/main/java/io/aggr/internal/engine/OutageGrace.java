package io.aggr.internal.engine;

import io.aggr.internal.path.Pacer;

/**
 * Gives the flows room for a while after a line has failed. What a flow has under way fits the lines as they were; on those that are left it
 * takes longer to drain, which says nothing about the flow and should cost it neither a drop nor its window. So the queue may be longer by what
 * the rate has fallen, and when the line is back soon there is enough to fill it at once. A longer outage is the new state of things, and the
 * allowance fades.
 *
 * <p>A dropped packet costs the receiving host a pause as long as the queue behind which it is sent again. Where what was under way makes a short
 * queue, the pause is short, and CoDel does its work. Where it makes a long one, a drop can only make a long pause, and the flow hardly shorter:
 * there it is left alone unless it grows a good deal more.
 *
 * <p>When the line is back, the queue that stands there is gone in a moment. Until then a drop would still cost a pause as long as before.
 *
 * <p>Confined to the thread that sends.
 */
final class OutageGrace {

    private static final long SECOND = 1_000_000_000L;
    private static final long FULL_NANOS = 15 * SECOND;
    private static final long FADING_NANOS = 15 * SECOND;
    private static final double MAX_FACTOR = 8;

    /** A queue up to this long makes a pause that hardly anybody notices, a quarter of a second with a round trip. */
    private static final long SHORT_QUEUE_NANOS = SECOND / 5;

    /** How much more than what was under way a flow may queue where a drop would be noticed. */
    private static final double GROWTH = 1.8;

    private static final long LONGEST_TARGET_NANOS = 7 * SECOND / 10;

    /** What stood in the queue has left over all lines, and the lines in use have found their rates. */
    private static final long DRAINING_NANOS = 4 * SECOND / 10;

    private boolean active;
    private long sinceNanos;
    private long beforeBitsPerSecond;
    private boolean draining;
    private long drainedNanos;
    private double drainingFactor;

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
        draining = false;
        sinceNanos = nowNanos;
    }

    /**
     * A line carries traffic again.
     *
     * @param othersBitsPerSecond what the lines carried without it
     * @param nowNanos monotonic time
     */
    void onLineBack(long othersBitsPerSecond, long nowNanos) {
        double factor = factor(othersBitsPerSecond, nowNanos);
        if (factor > 1) {
            draining = true;
            drainingFactor = factor;
            drainedNanos = nowNanos + DRAINING_NANOS;
        }
    }

    /**
     * By how much queues may be longer than usual.
     *
     * @param bitsPerSecond what the lines in use carry
     * @param nowNanos monotonic time
     * @return 1 or more
     */
    double factor(long bitsPerSecond, long nowNanos) {
        draining &= nowNanos - drainedNanos < 0;
        double least = draining ? drainingFactor : 1;
        long age = nowNanos - sinceNanos;
        if (!active || bitsPerSecond <= 0 || bitsPerSecond >= beforeBitsPerSecond || age >= FULL_NANOS + FADING_NANOS) {
            active = false;
            return least;
        }
        double full = Math.min(MAX_FACTOR, (double) beforeBitsPerSecond / bitsPerSecond);
        double left = Math.min(1, (double) (FULL_NANOS + FADING_NANOS - age) / FADING_NANOS);
        return Math.max(least, 1 + (full - 1) * left);
    }

    /**
     * By how much the hard limit of the queue is higher than usual: CoDel has to act before.
     *
     * @param factor from {@link #factor}
     * @return 1 or more
     */
    static double limitFactor(double factor) {
        return factor > 1 ? factor * GROWTH : 1;
    }

    /**
     * How long packets may wait: as long as it takes to drain what used to be on the lines and in the queue together, less what the lines in use
     * still hold themselves; longer where that is so long that a drop would be noticed.
     *
     * @param usualNanos what it is without an outage
     * @param roundTripNanos of the slowest line in use
     * @param factor from {@link #factor}
     * @return nanoseconds, {@code usualNanos} or more
     */
    static long targetNanos(long usualNanos, long roundTripNanos, double factor) {
        double drain = (usualNanos + roundTripNanos) * factor - roundTripNanos;
        if (factor > 1 && drain > SHORT_QUEUE_NANOS) {
            drain = Math.min(LONGEST_TARGET_NANOS, drain * GROWTH);
        }
        return Math.max(usualNanos, (long) drain);
    }
}
