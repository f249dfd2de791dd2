package io.aggr.internal.noise;

/** So many events a second on average, and so many at once. */
final class TokenBucket {

    private static final long SECOND = 1_000_000_000L;

    private final long intervalNanos;
    private final long depthNanos;
    private long paidUntilNanos;
    private boolean used;

    /**
     * A full bucket.
     *
     * @param perSecond how many come back each second
     * @param burst how many it holds
     */
    TokenBucket(int perSecond, int burst) {
        intervalNanos = SECOND / perSecond;
        depthNanos = intervalNanos * burst;
    }

    /** Takes a token if there is one. */
    boolean take(long nowNanos) {
        if (!used || paidUntilNanos - nowNanos < 0) {
            used = true;
            paidUntilNanos = nowNanos;
        }
        if (paidUntilNanos + intervalNanos - nowNanos > depthNanos) {
            return false;
        }
        paidUntilNanos += intervalNanos;
        return true;
    }
}
