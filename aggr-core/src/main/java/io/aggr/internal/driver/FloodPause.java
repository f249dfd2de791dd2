package io.aggr.internal.driver;

/**
 * Has datagrams that nobody wants fetched in larger pieces. To wake up for each of them costs more than to drop it; so while there are many, the thread
 * that receives rests a moment whenever it has fetched everything. The wanted ones among them wait for that moment too, which is a fraction of
 * what the system's timers are late.
 *
 * <p>Confined to the thread that receives.
 */
final class FloodPause {

    private static final long LOOK_NANOS = 10_000_000;

    /** In the time between two looks: ten thousand a second. */
    private static final int MANY = 100;

    private static final long PAUSE_NANOS = 300_000;

    private long lookedNanos;
    private long refusedThen;
    private boolean isFlooded;

    /**
     * How long to rest now that everything was fetched.
     *
     * @param refused datagrams that were of no use, since the start
     * @param nowNanos monotonic time
     * @return nanoseconds, usually 0
     */
    long nanos(long refused, long nowNanos) {
        if (nowNanos - lookedNanos >= LOOK_NANOS) {
            // After a longer rest than usual the rate was lower than it seems; the next look tells.
            isFlooded = refused - refusedThen >= MANY && nowNanos - lookedNanos < 2 * LOOK_NANOS;
            lookedNanos = nowNanos;
            refusedThen = refused;
        }
        return isFlooded ? PAUSE_NANOS : 0;
    }
}
