package io.aggr.internal.path;

import java.util.Random;

/** Random numbers that a failing test can be given again, with {@code -Daggr.test.seed=...}. */
final class Seeded {

    private static final long SEED = Long.getLong("aggr.test.seed", 20_061_122L);

    static {
        System.out.println("random tests of lines: -Daggr.test.seed=" + SEED);
    }

    private Seeded() {}

    static Random random() {
        return new Random(SEED);
    }
}
