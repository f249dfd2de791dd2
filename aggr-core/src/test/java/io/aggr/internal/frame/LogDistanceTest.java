package io.aggr.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogDistanceTest {

    @Test
    void ranges_cover_all_distances_without_gap_or_overlap() {
        int next = 0;
        for (int code = 0; code <= 255; code++) {
            assertThat(LogDistance.min(code)).as("code %d", code).isEqualTo(next);
            assertThat(LogDistance.max(code)).isGreaterThanOrEqualTo(next);
            next = LogDistance.max(code) + 1;
        }
        assertThat(next).isEqualTo(LogDistance.LIMIT);
    }

    @Test
    void every_distance_lies_in_the_range_of_its_code() {
        for (int distance = 1; distance < LogDistance.LIMIT; distance++) {
            int code = LogDistance.encode(distance);
            if (code < 1 || code > 255 || LogDistance.min(code) > distance || LogDistance.max(code) < distance) {
                assertThat(code).as("code of %d", distance).isNull();
            }
        }
    }

    @Test
    void near_distances_are_exact_and_far_ones_within_a_sixteenth() {
        for (int code = 1; code < 255; code++) {
            int width = LogDistance.max(code) - LogDistance.min(code) + 1;
            assertThat(width).isLessThanOrEqualTo(code < 128 ? 1 : LogDistance.min(code) / 16);
        }
    }

    @Test
    void what_is_no_distance_or_too_far_is_none() {
        assertThat(LogDistance.encode(0)).isEqualTo(LogDistance.NONE);
        assertThat(LogDistance.encode(-5)).isEqualTo(LogDistance.NONE);
        assertThat(LogDistance.encode(Long.MIN_VALUE)).isEqualTo(LogDistance.NONE);
        assertThat(LogDistance.encode(LogDistance.LIMIT - 1)).isEqualTo(255);
        assertThat(LogDistance.encode(LogDistance.LIMIT)).isEqualTo(LogDistance.NONE);
        assertThat(LogDistance.encode(Long.MAX_VALUE)).isEqualTo(LogDistance.NONE);
    }
}
