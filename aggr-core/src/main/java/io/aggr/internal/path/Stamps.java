package io.aggr.internal.path;

/**
 * Time as it travels: units of 64 microseconds, 16 bits of them in each packet. Differences are taken modulo 2^16 and mean what they say within
 * plus or minus 2.1 seconds.
 */
public final class Stamps {

    /** Length of one unit. */
    public static final long UNIT_NANOS = 64_000;

    private Stamps() {}

    /**
     * A point in time as a whole number of units.
     *
     * @param nanos monotonic time in nanoseconds
     * @return units since the same origin
     */
    public static long units(long nanos) {
        return Math.floorDiv(nanos, UNIT_NANOS);
    }

    /**
     * A point in time as it is written into a packet.
     *
     * @param nanos monotonic time in nanoseconds
     * @return 0 to 65535
     */
    public static int stamp(long nanos) {
        return (int) units(nanos) & 0xFFFF;
    }

    /**
     * The signed distance between two stamps.
     *
     * @param later the stamp that is thought to be later
     * @param earlier the other one
     * @return units, -32768 to 32767
     */
    public static int difference(int later, int earlier) {
        return (short) (later - earlier);
    }
}
