package io.aggr.internal.frame;

/**
 * Time as it travels: ticks of 64 µs and microseconds, both of the end's own monotonic clock. The origin means nothing, so readings may be
 * negative; {@code micros >> 6} is the tick.
 */
public final class Ticks {

    /** Nanoseconds in a tick. */
    public static final long NANOS_PER_TICK = 64_000;

    /** Width of the stamp in an IP frame and of delays in FEEDBACK. */
    public static final int STAMP_BITS = 16;

    /** Width of the receiver's time in FEEDBACK. */
    public static final int FEEDBACK_BITS = 32;

    private Ticks() {}

    /**
     * The tick that a moment lies in.
     *
     * @param nanos reading of a monotonic clock in nanoseconds
     * @return tick number, rounded down
     */
    public static long ofNanos(long nanos) {
        return Math.floorDiv(nanos, NANOS_PER_TICK);
    }

    /**
     * Length of a number of ticks.
     *
     * @param ticks may be negative
     * @return nanoseconds
     */
    public static long toNanos(long ticks) {
        return ticks * NANOS_PER_TICK;
    }

    /**
     * A moment in microseconds, as PROBE carries it.
     *
     * @param nanos reading of a monotonic clock in nanoseconds
     * @return microseconds, rounded down
     */
    public static long microsOfNanos(long nanos) {
        return Math.floorDiv(nanos, 1000L);
    }

    /**
     * The stamp of a time on the same clock.
     *
     * @param micros from {@link #microsOfNanos}
     * @return low 16 bits of the tick number
     */
    public static int stampOfMicros(long micros) {
        return (int) (micros >> 6) & 0xFFFF;
    }
}
