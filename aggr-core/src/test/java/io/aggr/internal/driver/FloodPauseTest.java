package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FloodPauseTest {

    private static final long MILLI = 1_000_000;

    private final FloodPause pause = new FloodPause();
    private long nowNanos = 77 * MILLI;
    private long refused;

    /** Longest rest within a time in which so many a millisecond come to nothing. */
    private long longest(int millis, int perMilli) {
        long longest = 0;
        for (int i = 0; i < millis; i++) {
            nowNanos += MILLI;
            refused += perMilli;
            longest = Math.max(longest, pause.nanos(refused, nowNanos));
        }
        return longest;
    }

    @Test
    void rests_a_fraction_of_a_millisecond_while_much_comes_to_nothing_and_never_otherwise() {
        assertThat(longest(100, 0)).isZero();
        assertThat(longest(100, 5)).as("five thousand a second").isZero();
        assertThat(longest(100, 50)).as("fifty thousand a second").isBetween(1L, MILLI / 2);
        assertThat(longest(20, 0)).isPositive();
        assertThat(longest(100, 0)).as("when it is over").isZero();
    }
}
