package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BlackHoleWatchTest {

    private static final long MILLI = 1_000_000;

    private final BlackHoleWatch watch = new BlackHoleWatch();
    private long now;

    private boolean longLost() {
        return watch.onReported(1500, true, false, now);
    }

    private boolean shortArrived() {
        return watch.onReported(100, false, true, now);
    }

    @Test
    void sees_a_hole_when_three_long_packets_are_lost_while_short_ones_arrive() {
        for (int i = 0; i < 2; i++) {
            assertThat(longLost()).isFalse();
            assertThat(shortArrived()).isFalse();
            now += 30 * MILLI;
        }
        assertThat(longLost()).isTrue();
    }

    @Test
    void takes_a_burst_of_losses_for_one() {
        for (int i = 0; i < 20; i++) {
            assertThat(longLost()).isFalse();
            assertThat(shortArrived()).isFalse();
            now += 2 * MILLI;
        }
    }

    @Test
    void blames_the_line_when_short_ones_are_lost_too() {
        for (int i = 0; i < 20; i++) {
            assertThat(longLost()).isFalse();
            assertThat(watch.onReported(100, false, false, now)).isFalse();
            now += 30 * MILLI;
        }
    }

    @Test
    void takes_losses_on_a_lossy_line_for_what_they_are() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            boolean isLong = random.nextInt(8) != 0;
            assertThat(watch.onReported(isLong ? 1500 : 100, isLong, random.nextDouble() > 0.2, now))
                    .isFalse();
            now += 3 * MILLI;
        }
    }

    @Test
    void counts_what_is_on_its_way_over_a_silent_line_as_well() {
        assertThat(watch.isPossible(2)).isFalse();
        assertThat(longLost()).isFalse();
        assertThat(watch.isPossible(2)).isTrue();
        watch.clear();
        assertThat(watch.isPossible(2)).isFalse();
    }

    @Test
    void knows_since_when_long_packets_arrive() {
        assertThat(watch.hasLongArrivedSince(0)).isFalse();
        assertThat(watch.onReported(1500, true, true, 7)).isFalse();
        assertThat(watch.hasLongArrivedSince(7)).isTrue();
        assertThat(watch.hasLongArrivedSince(8)).isFalse();
        watch.clear();
        assertThat(watch.hasLongArrivedSince(7)).isTrue();
        watch.forget();
        assertThat(watch.hasLongArrivedSince(7)).isFalse();
    }
}
