package io.aggr.internal.frame;

/**
 * Distance to an earlier sequence in one byte: exact up to 127, then a range on a scale with sixteen equal steps per doubling, so that a range
 * is at most a sixteenth as wide as it is far. See docs/protocol.md, "Coded distances".
 */
public final class LogDistance {

    /** The code of "no predecessor that matters". */
    public static final int NONE = 0;

    /** Distances from here on are coded as {@link #NONE}: the filter for duplicates does not reach that far. */
    public static final int LIMIT = 131_072;

    private static final int FIRST_RANGE = 128;
    private static final int LAST_CODE = 255;
    private static final int LAST_RANGE_FROM = 31_744;

    private LogDistance() {}

    /**
     * Codes a distance.
     *
     * @param distance in sequences; 0 or less stands for no predecessor
     * @return 0 to 255; {@link #NONE} also for {@link #LIMIT} and more
     */
    public static int encode(long distance) {
        if (distance <= 0 || distance >= LIMIT) {
            return NONE;
        }
        if (distance < FIRST_RANGE) {
            return (int) distance;
        }
        if (distance >= LAST_RANGE_FROM) {
            return LAST_CODE;
        }
        int doublings = Integer.SIZE - 1 - Integer.numberOfLeadingZeros((int) distance) - 7;
        int step = ((int) distance >>> (doublings + 3)) - 16;
        return FIRST_RANGE + 16 * doublings + step;
    }

    /**
     * The smallest distance that a code stands for.
     *
     * @param code 0 to 255; higher bits are not looked at
     * @return distance in sequences, 0 for {@link #NONE}
     */
    public static int min(int code) {
        int c = code & 0xFF;
        return c < FIRST_RANGE ? c : lowerBound(c);
    }

    /**
     * The largest distance that a code stands for.
     *
     * @param code 0 to 255; higher bits are not looked at
     * @return distance in sequences, 0 for {@link #NONE}
     */
    public static int max(int code) {
        int c = code & 0xFF;
        if (c < FIRST_RANGE) {
            return c;
        }
        return c == LAST_CODE ? LIMIT - 1 : lowerBound(c + 1) - 1;
    }

    private static int lowerBound(int code) {
        int k = code - FIRST_RANGE;
        return (16 + (k & 15)) << (3 + (k >>> 4));
    }
}
