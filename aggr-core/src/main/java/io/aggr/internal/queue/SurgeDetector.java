package io.aggr.internal.queue;

/**
 * Tells for many queues whether a delay that has reached CoDel's target got there in a surge: by a sender in slow start, or because the lines carry much
 * less than a moment ago.
 *
 * <p>What comes in at r times the rate at which it leaves makes the delay of what leaves grow by 1 - 1/r nanoseconds a nanosecond: by half in slow start
 * (RFC 9438 section 4.10, a window that doubles in a round trip), by next to nothing once a flow avoids congestion. One burst, which ends by itself, makes
 * it grow by 1. The slope is that between half the target and the target.
 *
 * <p>Like {@link CoDel}, {@link #begin} and {@link #isSurge} change nothing for good until {@link #commit}.
 */
final class SurgeDetector {
    private static final double LEAST_SLOPE = 0.3;
    private static final double MOST_SLOPE = 0.9;
    private static final int FALL_SHARE = 20;

    private long rateBitsPerSecond;
    private boolean slower;
    private long slowerNanos;
    private boolean[] climbing = {};
    private long[] sinceNanos = {};
    private long[] fromNanos = {};

    // The outcome of the last evaluation.
    private boolean isClimbing;
    private long since;
    private long from;

    /** Makes storage, nothing known of any queue. */
    void allocate(int queues) {
        climbing = new boolean[queues];
        sinceNanos = new long[queues];
        fromNanos = new long[queues];
    }

    /**
     * Notes what the lines carry. A queue that grows because that has fallen is no sender's doing, and ends by itself: what is under way is the same.
     *
     * @param newBitsPerSecond the sum
     * @param nowNanos monotonic time
     */
    void rate(long newBitsPerSecond, long nowNanos) {
        if (newBitsPerSecond < rateBitsPerSecond - rateBitsPerSecond / FALL_SHARE) {
            slower = true;
            slowerNanos = nowNanos;
        }
        rateBitsPerSecond = newBitsPerSecond;
    }

    /** Forgets what it knows of a queue. */
    void forget(int queue) {
        climbing[queue] = false;
    }

    /** Takes up what is known of a queue. */
    void begin(int queue) {
        isClimbing = climbing[queue];
        since = sinceNanos[queue];
        from = fromNanos[queue];
    }

    /** The delay is too small to look at, or nothing is behind the packet. */
    void restart() {
        isClimbing = false;
    }

    /**
     * Notes a delay of half the target or more.
     *
     * @param pauseNanos how long after a fall of the rate nothing is a surge
     * @return whether it has grown as in a surge since it was half the target
     */
    boolean isSurge(long sojournNanos, long pauseNanos, long nowNanos) {
        slower = slower && nowNanos - slowerNanos < pauseNanos;
        if (!isClimbing) {
            isClimbing = true;
            since = nowNanos;
            from = sojournNanos;
        }
        double took = (double) nowNanos - since;
        double rose = (double) sojournNanos - from;
        // Nothing has risen where the target fell below a delay that stood already.
        return !slower && rose > 0 && rose >= LEAST_SLOPE * took && rose <= MOST_SLOPE * took;
    }

    /** Makes the last evaluation of the queue what is known of it. */
    void commit(int queue) {
        climbing[queue] = isClimbing;
        sinceNanos[queue] = since;
        fromNanos[queue] = from;
    }
}
