package io.aggr.internal.engine;

/**
 * Notices that this thread itself was held up: by other programs, a garbage collection, a suspended machine. What was stamped before and left
 * behind it looks overdue to the peer, so for a while nobody's silence proves anything; and what has come meanwhile has waited for this thread, so its
 * delay says nothing of its line.
 *
 * <p>One for each thread, confined to it.
 */
final class StallGuard {

    private static final long MILLI = 1_000_000;
    private static final long STALL_NANOS = 20 * MILLI;
    private static final long BLIND_NANOS = 60 * MILLI;

    private boolean known;
    private long dueNanos;
    private boolean blind;
    private long blindUntilNanos;

    /**
     * A run begins.
     *
     * @param nowNanos monotonic time
     */
    void onRun(long nowNanos) {
        if (known && nowNanos - dueNanos > STALL_NANOS) {
            blind = true;
            blindUntilNanos = nowNanos + BLIND_NANOS;
        } else if (blind && nowNanos - blindUntilNanos >= 0) {
            blind = false;
        }
    }

    /**
     * The run is over.
     *
     * @param nowNanos the time with which it began
     * @param distanceNanos within which the next one was asked for
     */
    void onDone(long nowNanos, long distanceNanos) {
        known = distanceNanos <= Long.MAX_VALUE / 2;
        dueNanos = nowNanos + (known ? distanceNanos : 0);
    }

    /** Whether it is too soon after a stall to judge others. */
    boolean isBlind() {
        return blind;
    }
}
