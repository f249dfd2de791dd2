package io.aggr;

/**
 * What a line carries, seen from the end that configures it: down is towards it, up is away from it. Bits of IP packets per second, headers
 * included.
 *
 * @param downBitsPerSecond rate towards this end, or {@link #UNKNOWN}
 * @param upBitsPerSecond rate away from this end, or {@link #UNKNOWN}
 * @since 0.1
 */
public record LinkRates(long downBitsPerSecond, long upBitsPerSecond) {

    /** A rate that nobody has said: the line is not paced in that direction. */
    public static final long UNKNOWN = 0;

    private static final long MIN = 8_000;
    private static final long MAX = 1_000_000_000_000L;

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a rate is neither unknown nor within 8 kbit/s to 1 Tbit/s
     */
    public LinkRates {
        check("down", downBitsPerSecond);
        check("up", upBitsPerSecond);
    }

    /**
     * Nothing known.
     *
     * @return both rates unknown
     */
    public static LinkRates unknown() {
        return new LinkRates(UNKNOWN, UNKNOWN);
    }

    /**
     * Both rates.
     *
     * @param downBitsPerSecond rate towards this end
     * @param upBitsPerSecond rate away from this end
     * @return the rates
     */
    public static LinkRates of(long downBitsPerSecond, long upBitsPerSecond) {
        return new LinkRates(downBitsPerSecond, upBitsPerSecond);
    }

    private static void check(String key, long rate) {
        if (rate != UNKNOWN && (rate < MIN || rate > MAX)) {
            throw new IllegalArgumentException(key + " must be 8 kbit/s to 1 Tbit/s, got " + rate + " bit/s");
        }
    }
}
