package io.aggr.sim;

/** The monotonic clock of one machine: an origin of its own, and a pace that is a little off. Pure. */
final class SimClock {
    private static final double MILLION = 1e6;

    private final VirtualTime time;
    private final long startNanos;
    private final long originNanos;
    private final double pace;

    /**
     * A clock.
     *
     * @param time true time
     * @param originNanos what the clock shows now
     * @param driftPpm how much faster than true time it runs, in millionths
     */
    SimClock(VirtualTime time, long originNanos, double driftPpm) {
        this.time = time;
        this.startNanos = time.nowNanos();
        this.originNanos = originNanos;
        this.pace = 1 + driftPpm / MILLION;
    }

    /** What the clock shows. */
    long nowNanos() {
        long elapsed = time.nowNanos() - startNanos;
        return originNanos + elapsed + (long) (elapsed * (pace - 1));
    }

    /** True time when the clock will have advanced by a distance at least. */
    long whenPassed(long distanceNanos) {
        long distance = Math.max(0, distanceNanos);
        // A nanosecond more, so that rounding never makes a timer fire before what it stands for is due.
        return time.nowNanos() + (pace == 1 ? distance : (long) (distance / pace) + 1);
    }
}
