package io.aggr.internal.encap;

import java.util.stream.LongStream;

/** Where random tests begin: fixed seeds unless {@code -Daggr.seed=n} says otherwise. */
final class Seeds {

    private static final long DEFAULT = 20_060_401L;

    private Seeds() {}

    /** One seed, printed to repeat a failure. */
    static long first() {
        long seed = Long.getLong("aggr.seed", DEFAULT);
        System.out.println("aggr.seed=" + seed);
        return seed;
    }

    /** Several seeds, the first of them as above. */
    static LongStream several(int count) {
        long first = first();
        return LongStream.range(first, first + count);
    }
}
