package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaxBucketsTest {

    private static final long SECOND = 1_000_000_000L;

    private final MaxBuckets buckets = new MaxBuckets();

    @Test
    void remembers_the_largest_for_seven_seconds_of_samples() {
        buckets.add(0, 10);
        for (int second = 1; second <= 7; second++) {
            buckets.add(second * SECOND, second);
            assertThat(buckets.max()).isEqualTo(10);
        }
        buckets.add(8 * SECOND, 1);
        assertThat(buckets.max()).isEqualTo(7);
    }

    @Test
    void forgets_nothing_while_nothing_is_learned() {
        buckets.add(0, 10);
        buckets.add(3_600 * SECOND, 1);
        assertThat(buckets.max()).isEqualTo(10);
    }

    @Test
    void raises_without_letting_time_pass() {
        buckets.add(0, 10);
        buckets.raise(12);
        buckets.raise(11);
        assertThat(buckets.max()).isEqualTo(12);
    }

    @Test
    void takes_the_mean_of_the_seconds_that_have_samples() {
        buckets.add(0, 10);
        buckets.add(SECOND, 20);
        assertThat(buckets.mean()).isEqualTo(15);
        buckets.clear();
        assertThat(buckets.mean()).isZero();
        assertThat(buckets.max()).isZero();
    }
}
