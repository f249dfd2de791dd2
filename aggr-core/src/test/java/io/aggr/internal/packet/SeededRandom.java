package io.aggr.internal.packet;

import java.util.SplittableRandom;

/** Random numbers of tests: a fixed seed unless {@code -Daggr.seed=n} says otherwise, printed to repeat a failure. */
public final class SeededRandom {
    private SeededRandom() {}

    public static SplittableRandom create() {
        long seed = Long.getLong("aggr.seed", 20_060_401L);
        System.out.println("aggr.seed=" + seed);
        return new SplittableRandom(seed);
    }
}
