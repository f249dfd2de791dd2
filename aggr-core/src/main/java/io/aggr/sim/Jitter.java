package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How the delay of a line varies around its mean.
 *
 * <p>Order-preserving jitter is a slow wave: every {@code period} a new deviation is drawn evenly from
 * ±{@code amplitude}, and the deviation moves in a straight line from one to the next; a packet never overtakes the one
 * before it. This is how a scheduled radio link behaves. Independent jitter draws a deviation for each packet, so packets
 * overtake each other inside the line, as with netem.
 *
 * @param amplitude largest deviation to either side, not negative, at most the line's delay
 * @param period time between two draws of order-preserving jitter, positive; not used by independent jitter
 * @param reorders whether each packet's deviation is independent, so that packets overtake each other
 * @since 0.1
 */
public record Jitter(Duration amplitude, Duration period, boolean reorders) {
    private static final Duration DEFAULT_PERIOD = Duration.ofMillis(50);
    private static final Jitter NONE = new Jitter(Duration.ZERO, DEFAULT_PERIOD, false);

    /** Checks the parts. */
    public Jitter {
        requireNonNull(amplitude, "jitter.amplitude");
        requireNonNull(period, "jitter.period");
        if (amplitude.isNegative()) {
            throw new IllegalArgumentException("jitter.amplitude must not be negative, got " + amplitude);
        }
        if (period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException("jitter.period must be positive, got " + period);
        }
    }

    /**
     * A constant delay.
     *
     * @return jitter of amplitude zero
     */
    public static Jitter none() {
        return NONE;
    }

    /**
     * Jitter in which no packet overtakes another.
     *
     * @param amplitude largest deviation to either side
     * @return jitter with a period of 50 ms
     */
    public static Jitter inOrder(Duration amplitude) {
        return new Jitter(amplitude, DEFAULT_PERIOD, false);
    }

    /**
     * Jitter in which packets overtake each other.
     *
     * @param amplitude largest deviation to either side
     * @return independent jitter
     */
    public static Jitter reordering(Duration amplitude) {
        return new Jitter(amplitude, DEFAULT_PERIOD, true);
    }
}
