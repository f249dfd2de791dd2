package io.aggr;

/**
 * What a line carries, seen from the end that configures it: down is towards it, up is away from it. Bits of IP packets per second, headers
 * included.
 *
 * <p>None of it has to be said: the bond finds the rates by itself and follows them when they change. A rate that is given is where it begins, so that
 * a new connection has all of the line at once; a bound is never exceeded. A rate that is its own bound is exact: the line is paced a little below it and
 * nothing is measured. A direction that is {@link #UNLIMITED} is not paced and not measured either: for lines without a narrow place, such as a LAN.
 *
 * @param downBitsPerSecond rate towards this end, {@link #UNKNOWN} or {@link #UNLIMITED}
 * @param upBitsPerSecond rate away from this end, {@link #UNKNOWN} or {@link #UNLIMITED}
 * @param maxDownBitsPerSecond bound on the rate towards this end, {@link #UNKNOWN} if there is none
 * @param maxUpBitsPerSecond bound on the rate away from this end, {@link #UNKNOWN} if there is none
 * @since 0.1
 */
public record LinkRates(
        long downBitsPerSecond, long upBitsPerSecond, long maxDownBitsPerSecond, long maxUpBitsPerSecond) {

    /** A rate that nobody has said: it is found. Of a bound: there is none. */
    public static final long UNKNOWN = 0;

    /** No rate: the line takes whatever is sent, and is neither paced nor measured in that direction. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final long MIN = 8_000;
    private static final long MAX = 1_000_000_000_000L;

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a rate is neither unknown nor unlimited nor within 8 kbit/s to 1 Tbit/s, or a bound contradicts a rate
     */
    public LinkRates {
        check("down", downBitsPerSecond, true);
        check("up", upBitsPerSecond, true);
        check("max-down", maxDownBitsPerSecond, false);
        check("max-up", maxUpBitsPerSecond, false);
        checkBound("down", downBitsPerSecond, maxDownBitsPerSecond);
        checkBound("up", upBitsPerSecond, maxUpBitsPerSecond);
    }

    /**
     * Nothing said: both rates are found.
     *
     * @return both rates unknown, no bounds
     */
    public static LinkRates unknown() {
        return of(UNKNOWN, UNKNOWN);
    }

    /**
     * A line without a narrow place.
     *
     * @return both rates unlimited
     */
    public static LinkRates unlimited() {
        return of(UNLIMITED, UNLIMITED);
    }

    /**
     * Both rates, without bounds.
     *
     * @param downBitsPerSecond rate towards this end
     * @param upBitsPerSecond rate away from this end
     * @return the rates
     */
    public static LinkRates of(long downBitsPerSecond, long upBitsPerSecond) {
        return new LinkRates(downBitsPerSecond, upBitsPerSecond, UNKNOWN, UNKNOWN);
    }

    /**
     * The same rates as exact ones: they are kept to, whatever the lines do.
     *
     * @return a changed copy, with each known rate as its own bound
     */
    public LinkRates asExact() {
        return withBounds(bound(downBitsPerSecond), bound(upBitsPerSecond));
    }

    private static long bound(long rate) {
        return rate == UNLIMITED ? UNKNOWN : rate;
    }

    /**
     * The same with bounds.
     *
     * @param newMaxDownBitsPerSecond bound on the rate towards this end, or {@link #UNKNOWN}
     * @param newMaxUpBitsPerSecond bound on the rate away from this end, or {@link #UNKNOWN}
     * @return a changed copy
     */
    public LinkRates withBounds(long newMaxDownBitsPerSecond, long newMaxUpBitsPerSecond) {
        return new LinkRates(downBitsPerSecond, upBitsPerSecond, newMaxDownBitsPerSecond, newMaxUpBitsPerSecond);
    }

    private static void check(String key, long rate, boolean mayBeUnlimited) {
        if (rate != UNKNOWN && !(mayBeUnlimited && rate == UNLIMITED) && (rate < MIN || rate > MAX)) {
            throw new IllegalArgumentException(key + " must be 8 kbit/s to 1 Tbit/s, got " + rate + " bit/s");
        }
    }

    private static void checkBound(String key, long rate, long bound) {
        if (rate != UNKNOWN && bound != UNKNOWN && rate > bound) {
            String told = rate == UNLIMITED ? "unlimited" : rate + " bit/s";
            throw new IllegalArgumentException(
                    key + " must not be above max-" + key + " of " + bound + " bit/s, got " + told);
        }
    }
}
