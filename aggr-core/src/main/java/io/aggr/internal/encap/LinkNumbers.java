package io.aggr.internal.encap;

/** An immutable set of link numbers, 0 to 255. */
final class LinkNumbers {

    /** The empty set. */
    static final LinkNumbers NONE = new LinkNumbers(new long[4]);

    private final long[] bits;

    private LinkNumbers(long[] bits) {
        this.bits = bits;
    }

    /**
     * Whether a number is in the set.
     *
     * @param link 0 to 255
     * @return true if it is
     */
    boolean has(int link) {
        // A shift distance counts modulo 64.
        return (bits[link >> 6] & (1L << link)) != 0;
    }

    /**
     * The set with one number more.
     *
     * @param link 0 to 255
     * @return a changed copy
     */
    LinkNumbers with(int link) {
        long[] copy = bits.clone();
        copy[link >> 6] |= 1L << link;
        return new LinkNumbers(copy);
    }

    /**
     * How many numbers are in the set.
     *
     * @return 0 to 256
     */
    int size() {
        int size = 0;
        for (long word : bits) {
            size += Long.bitCount(word);
        }
        return size;
    }
}
