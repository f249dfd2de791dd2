package io.aggr.examples.lab.emulator;

/**
 * How late an emulator delivered, compared with when the line model said: what the machine added to the lines.
 *
 * @param packets deliveries
 * @param p50Nanos half of them were at most this late, nanoseconds
 * @param p99Nanos 99 % of them were at most this late, nanoseconds
 * @param maxNanos the latest, nanoseconds
 */
public record Lateness(long packets, long p50Nanos, long p99Nanos, long maxNanos) {

    /** With a larger {@link #p99Nanos} a run says more about the machine than about what was measured. */
    public static final long TOLERABLE_P99_NANOS = 1_000_000;

    /** With a larger {@link #maxNanos} the machine has stood still, and the figures show that and not a bond. */
    public static final long TOLERABLE_MAX_NANOS = 100_000_000;

    /**
     * Whether a run with this lateness counts.
     *
     * @return whether 99 % were late by at most 1 ms and none by more than 100 ms
     */
    public boolean isTolerable() {
        return p99Nanos <= TOLERABLE_P99_NANOS && maxNanos <= TOLERABLE_MAX_NANOS;
    }

    /**
     * For people.
     *
     * @return such as {@code p50 0.03 ms, p99 0.12 ms, max 0.80 ms}
     */
    @Override
    public String toString() {
        return String.format(
                java.util.Locale.ROOT,
                "p50 %.2f ms, p99 %.2f ms, max %.2f ms",
                p50Nanos / 1e6,
                p99Nanos / 1e6,
                maxNanos / 1e6);
    }
}
