package io.aggr.internal.frame;

import java.util.Random;

/** Random numbers that a failing test can be given again, with {@code -Daggr.test.seed=...}. */
final class Seeded {

    private static final long SEED = Long.getLong("aggr.test.seed", 20_061_122L);

    static {
        System.out.println("random tests of frames: -Daggr.test.seed=" + SEED);
    }

    private Seeded() {}

    /** Makes a generator that begins anew for each test, so that tests can be run one by one. */
    static Random random() {
        return new Random(SEED);
    }
}
