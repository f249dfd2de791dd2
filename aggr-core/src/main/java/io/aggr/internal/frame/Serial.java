package io.aggr.internal.frame;

/**
 * Rebuilds numbers of which only the low bits travelled (RFC 9000, appendix A.3), and compares numbers that wrap.
 *
 * <p>Two kinds of numbers: those that count from a beginning ({@link #reconstruct} and its short forms, never negative, never above a ceiling),
 * and readings of a clock with any origin ({@link #unwrap}, any {@code long}).
 */
public final class Serial {

    /** The largest counter of a link. */
    public static final long MAX_COUNTER = Long.MAX_VALUE;

    /** The largest global sequence, 2^48 - 1. */
    public static final long MAX_SEQUENCE = (1L << 48) - 1;

    /** The first global sequence of an association; 0 stands for "none" on the wire. */
    public static final long FIRST_SEQUENCE = 1;

    /** A sender that reaches this sequence, 2^47, begins a new association. */
    public static final long RETIRE_SEQUENCE = 1L << 47;

    private Serial() {}

    /**
     * The counter nearest to the expected one.
     *
     * @param expected highest counter accepted on the link + 1, or 0 before the first; 0 to {@link #MAX_COUNTER}
     * @param low32 the 32 bits that travelled; higher bits are not looked at
     * @return 0 to {@link #MAX_COUNTER}
     */
    public static long counter(long expected, long low32) {
        return reconstruct(expected, low32, 32, MAX_COUNTER);
    }

    /**
     * The global sequence nearest to the expected one.
     *
     * @param expected highest sequence seen + 1, or 1 before the first; 0 to {@link #MAX_SEQUENCE}
     * @param low24 the 24 bits that travelled; higher bits are not looked at
     * @return 0 to {@link #MAX_SEQUENCE}; 0 is no sequence, and only hostile or damaged input leads to it
     */
    public static long sequence(long expected, long low24) {
        return reconstruct(expected, low24, 24, MAX_SEQUENCE);
    }

    /**
     * Among the numbers from 0 to {@code max} with the given low bits, the one in (expected - w/2, expected + w/2], w = 2^bits. At either end of
     * the range, where that one would lie outside, the nearest inside.
     *
     * @param expected 0 to {@code max}
     * @param low the bits that travelled; higher bits are not looked at
     * @param bits how many travelled, 1 to 62
     * @param max largest number that exists, at least 2^bits - 1
     * @return 0 to {@code max}
     */
    public static long reconstruct(long expected, long low, int bits, long max) {
        long window = 1L << bits;
        long half = window >>> 1;
        long candidate = (expected & -window) | (low & (window - 1));
        if (candidate > max) {
            return candidate - window;
        }
        // Both numbers lie in 0..max, so neither difference overflows.
        if (expected - candidate >= half) {
            return candidate <= max - window ? candidate + window : candidate;
        }
        if (candidate - expected > half && candidate >= window) {
            return candidate - window;
        }
        return candidate;
    }

    /**
     * The reading of a clock that is nearest to a reference and has the given low bits. A tie goes to the earlier one.
     *
     * @param reference any reading of the same clock
     * @param low the bits that travelled; higher bits are not looked at
     * @param bits how many travelled, 1 to 63
     * @return the reading; wraps like the clock itself
     */
    public static long unwrap(long reference, long low, int bits) {
        return reference + difference(low, reference, bits);
    }

    /**
     * Signed distance between two numbers that wrap at 2^bits.
     *
     * @param later only the low bits count
     * @param earlier only the low bits count
     * @param bits 1 to 63
     * @return later - earlier, from -2^(bits-1) to 2^(bits-1) - 1; positive if {@code later} is ahead
     */
    public static long difference(long later, long earlier, int bits) {
        int shift = Long.SIZE - bits;
        return (later - earlier) << shift >> shift;
    }
}
