package io.aggr.internal.encap;

/** At most so many events within any one second. */
final class AnswerLimit {

    private static final long WINDOW_NANOS = 1_000_000_000L;

    private final long[] recentNanos;
    private int next;
    private int filled;

    /**
     * Makes a limit that has seen no event.
     *
     * @param perSecond how many are allowed, 1 or more
     */
    AnswerLimit(int perSecond) {
        recentNanos = new long[perSecond];
    }

    /**
     * Asks for one more event and counts it if it is allowed.
     *
     * @param nowNanos monotonic time
     * @return whether it is allowed
     */
    boolean take(long nowNanos) {
        // The slot that would be written holds the event that lies as many back as are allowed.
        if (filled == recentNanos.length && nowNanos - recentNanos[next] < WINDOW_NANOS) {
            return false;
        }
        recentNanos[next] = nowNanos;
        next = next + 1 == recentNanos.length ? 0 : next + 1;
        filled = Math.min(filled + 1, recentNanos.length);
        return true;
    }
}
