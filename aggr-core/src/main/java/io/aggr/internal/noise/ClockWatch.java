package io.aggr.internal.noise;

/**
 * Compares the progress of two clocks, the monotonic one and that on the wall. They part when the machine was suspended, since the monotonic clock
 * stands still meanwhile on Linux, when a snapshot of it is brought back, and when somebody sets the clock.
 */
final class ClockWatch {

    /** How far apart they may drift between two looks. */
    static final long TOLERANCE_NANOS = 5_000_000_000L;

    private boolean begun;
    private long monotonicNanos;
    private long wallNanos;

    /**
     * Looks at both.
     *
     * @param nowNanos monotonic
     * @param nowWallNanos since 1970
     * @return by how much the clock on the wall has gone ahead since the last look; negative if it was left behind; 0 within the tolerance
     */
    long lookAhead(long nowNanos, long nowWallNanos) {
        long ahead = begun ? (nowWallNanos - wallNanos) - (nowNanos - monotonicNanos) : 0;
        begun = true;
        monotonicNanos = nowNanos;
        wallNanos = nowWallNanos;
        return Math.abs(ahead) > TOLERANCE_NANOS ? ahead : 0;
    }
}
