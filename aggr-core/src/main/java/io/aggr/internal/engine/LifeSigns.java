package io.aggr.internal.engine;

/**
 * When the peer last showed that it hears us and speaks: by a report, or by the answer to a probe. While it does neither over any line, its threads may
 * have been held up on a busy host, or our own that receives; a line cannot be told from the others then. So what is overdue is judged as of the last
 * sign, and for a while after a pause nothing is: what was held up comes in the order in which sockets are read.
 *
 * <p>Confined to the thread that sends.
 */
final class LifeSigns {

    private static final long MILLI = 1_000_000;

    /** Reports come every 100 ms at the least while there is traffic. */
    private static final long PAUSE_NANOS = 120 * MILLI;

    private static final long BLIND_NANOS = 60 * MILLI;

    private boolean known;
    private long lastNanos;
    private boolean blind;
    private long blindUntilNanos;

    /** Forgets the peer, as when another association begins. */
    void reset() {
        known = false;
        blind = false;
    }

    /**
     * A report or an answer has come.
     *
     * @param nowNanos monotonic time
     */
    void onSign(long nowNanos) {
        if (known && nowNanos - lastNanos > PAUSE_NANOS) {
            blind = true;
            blindUntilNanos = nowNanos + BLIND_NANOS;
        }
        known = true;
        lastNanos = nowNanos;
    }

    /**
     * Whether it is too soon after a pause to judge lines.
     *
     * @param nowNanos monotonic time
     * @return true for a while after the first sign
     */
    boolean isBlind(long nowNanos) {
        blind = blind && nowNanos - blindUntilNanos < 0;
        return blind;
    }

    /**
     * As of when lines are judged.
     *
     * @param nowNanos monotonic time
     * @return the time of the last sign, {@code nowNanos} before the first
     */
    long lastNanos(long nowNanos) {
        return known ? lastNanos : nowNanos;
    }
}
