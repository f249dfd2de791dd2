package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RelativeDelayTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    @Test
    void compares_two_lines_whatever_the_clocks_show() {
        Random random = Seeded.random();
        for (int run = 0; run < 200; run++) {
            long offset = random.nextLong();
            RelativeDelay near = new RelativeDelay();
            RelativeDelay far = new RelativeDelay();
            for (int i = 0; i < 100; i++) {
                long now = i * 20L * MILLI;
                sample(near, now, offset + 15 * MILLI);
                sample(far, now, offset + 35 * MILLI);
            }
            long difference = Stamps.difference(far.smoothedStamp(), near.smoothedStamp()) * Stamps.UNIT_NANOS;
            assertThat(difference).isBetween(19_800_000L, 20_200_000L);
        }
    }

    @Test
    void keeps_its_sense_while_a_drifting_clock_wraps_the_stamps() {
        // 1000 ppm for an hour are 3.6 seconds: nearly a whole turn of the stamp.
        RelativeDelay near = new RelativeDelay();
        RelativeDelay far = new RelativeDelay();
        for (int i = 0; i < 3_600 * 20; i++) {
            long now = i * 50L * MILLI;
            long drift = now / 1_000;
            sample(near, now, drift + 15 * MILLI);
            sample(far, now, drift + 35 * MILLI);
            if (i > 20) {
                long difference = Stamps.difference(far.smoothedStamp(), near.smoothedStamp()) * Stamps.UNIT_NANOS;
                assertThat(difference).isBetween(19_500_000L, 20_500_000L);
                // What the drift adds within the window of the minimum looks like a queue, of 15 ms at most.
                assertThat(near.queueNanos()).isLessThan(16 * MILLI);
            }
        }
    }

    @Test
    void tells_a_queue_from_the_line() {
        RelativeDelay delay = new RelativeDelay();
        for (int i = 0; i < 50; i++) {
            sample(delay, i * 20L * MILLI, 20 * MILLI);
        }
        assertThat(delay.queueNanos()).isLessThan(MILLI);
        for (int i = 50; i < 100; i++) {
            sample(delay, i * 20L * MILLI, 50 * MILLI);
        }
        assertThat(delay.queueNanos()).isBetween(29 * MILLI, 31 * MILLI);
    }

    @Test
    void takes_a_longer_route_for_the_line_after_fifteen_seconds() {
        RelativeDelay delay = new RelativeDelay();
        sample(delay, 0, 20 * MILLI);
        for (long now = 0; now < 20 * SECOND; now += 20 * MILLI) {
            sample(delay, now, 60 * MILLI);
        }
        assertThat(delay.queueNanos()).isLessThan(MILLI);
    }

    @Test
    void deviates_by_half_a_millisecond_at_least() {
        RelativeDelay delay = new RelativeDelay();
        assertThat(delay.isMeasured()).isFalse();
        for (int i = 0; i < 1_000; i++) {
            sample(delay, i * 20L * MILLI, 20 * MILLI);
        }
        assertThat(delay.isMeasured()).isTrue();
        assertThat(delay.deviationNanos()).isBetween(490_000L, 510_000L);
    }

    private static void sample(RelativeDelay delay, long now, long relativeNanos) {
        int stamp = Stamps.stamp(relativeNanos);
        delay.sample(now, stamp, stamp);
    }
}
