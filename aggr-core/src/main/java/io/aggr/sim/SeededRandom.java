package io.aggr.sim;

/**
 * A generator of pseudo-random numbers that is fully determined by its seed.
 *
 * <p>The algorithm is SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014): one
 * 64-bit counter with a fixed increment and a mixing function. It is fast, passes the usual batteries, and is the same
 * on every Java version. Not for cryptography.
 *
 * <p><b>Threading.</b> One thread.
 *
 * @since 0.1
 */
public final class SeededRandom {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private long state;

    /**
     * A generator.
     *
     * @param seed any number; near seeds give unrelated sequences
     */
    public SeededRandom(long seed) {
        state = mix(seed);
    }

    /**
     * The next 64 bits.
     *
     * @return any long, all equally likely
     */
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /**
     * A number of a range.
     *
     * @param bound exclusive upper end, at least 1
     * @return 0 to {@code bound - 1}
     */
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound must be at least 1, got " + bound);
        }
        // Multiply-shift instead of a remainder: the bias is below 2^-32 and it needs no division.
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /**
     * A fraction.
     *
     * @return 0 (inclusive) to 1 (exclusive), in steps of 2<sup>-53</sup>
     */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /**
     * A coin that falls on "yes" with a given probability.
     *
     * @param probability 0 (never) to 1 (always)
     * @return whether it fell on "yes"
     */
    public boolean chance(double probability) {
        return nextDouble() < probability;
    }

    /**
     * Derives a generator whose numbers are unrelated to those of this one.
     *
     * @return a new generator, determined by the state of this one
     */
    public SeededRandom split() {
        return new SeededRandom(nextLong());
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
