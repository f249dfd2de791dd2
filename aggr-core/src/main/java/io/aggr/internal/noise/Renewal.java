package io.aggr.internal.noise;

/**
 * When a session is to be followed by another one. The end that has asked for it asks again at an age drawn between {@code firstNanos} and {@code
 * firstNanos + spreadNanos}, so that many ends do not ask at once; the other end, if it has lines, when that should have happened long ago.
 *
 * @param firstNanos least age at which the end that has asked asks again, nanoseconds
 * @param spreadNanos what chance adds to it, nanoseconds, at least 1
 * @param otherNanos age at which the other end asks, nanoseconds, beyond the first two together
 */
public record Renewal(long firstNanos, long spreadNanos, long otherNanos) {

    private static final long SECOND = 1_000_000_000L;

    /** At 110 to 130 s, the other end at 165 s. */
    public static final Renewal USUAL = new Renewal(110 * SECOND, 20 * SECOND, 165 * SECOND);

    /** The middle of the usual range. */
    private static final long USUAL_SECONDS = 120;

    /** Checks the parts. */
    public Renewal {
        if (firstNanos < 1
                || spreadNanos < 1
                || otherNanos <= firstNanos + spreadNanos
                || otherNanos >= NoiseSession.LIFE_NANOS) {
            throw new IllegalArgumentException("renewal must come before the keys run out, got " + firstNanos + " + "
                    + spreadNanos + " ns, then " + otherNanos + " ns");
        }
    }

    /**
     * The usual times, shortened for tests that want many changes of keys.
     *
     * @param seconds from one session to the next on average, 2 to 120
     * @return the same proportions
     */
    public static Renewal every(int seconds) {
        if (seconds < 2 || seconds > USUAL_SECONDS) {
            throw new IllegalArgumentException("renewal must be every 2..120 seconds, got " + seconds);
        }
        return new Renewal(
                USUAL.firstNanos * seconds / USUAL_SECONDS,
                USUAL.spreadNanos * seconds / USUAL_SECONDS,
                USUAL.otherNanos * seconds / USUAL_SECONDS);
    }
}
