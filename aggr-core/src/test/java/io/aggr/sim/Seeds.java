package io.aggr.sim;

/** Seeds of random tests: a new one each day would hide failures, so they are fixed unless {@code -Daggr.seed} says another. */
final class Seeds {
    private Seeds() {}

    static long next(String test) {
        long seed = Long.getLong("aggr.seed", 20_061_122L);
        System.out.println(test + " runs with -Daggr.seed=" + seed);
        return seed;
    }
}
