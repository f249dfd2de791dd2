package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class QuotaMeterTest {

    private static final long DAY = 86_400_000_000_000L;

    @Test
    void counts_from_what_was_used_before_the_start() {
        QuotaMeter meter = new QuotaMeter(1_000, DAY, 400, 0, -5);
        assertThat(meter.usedBytes()).isEqualTo(400);
        meter.count(599, 0);
        assertThat(meter.usedBytes()).isEqualTo(999);
        assertThat(meter.isExhausted()).isFalse();
        meter.count(600, 1);
        assertThat(meter.isExhausted()).isTrue();
    }

    @Test
    void begins_anew_with_each_period() {
        QuotaMeter meter = new QuotaMeter(1_000, DAY, 900, DAY - 100, Long.MAX_VALUE - 50);
        meter.count(200, Long.MAX_VALUE - 49);
        assertThat(meter.isExhausted()).isTrue();
        meter.count(300, Long.MAX_VALUE + 50);
        assertThat(meter.usedBytes()).isZero();
        assertThat(meter.isExhausted()).isFalse();
        meter.count(1_299, Long.MAX_VALUE + 60);
        assertThat(meter.isExhausted()).isFalse();
        meter.count(1_300, Long.MAX_VALUE + 70);
        assertThat(meter.isExhausted()).isTrue();
    }

    @Test
    void passes_over_periods_in_which_nobody_counted() {
        QuotaMeter meter = new QuotaMeter(1_000, DAY, 0, DAY / 2, 0);
        meter.count(5_000, 7 * DAY);
        assertThat(meter.usedBytes()).isZero();
        assertThat(meter.nanosToNextPeriod(7 * DAY)).isEqualTo(DAY / 2);
    }

    @Test
    void agrees_with_a_sum_over_the_period() {
        Random random = Seeded.random();
        QuotaMeter meter = new QuotaMeter(1_000_000, DAY, 0, 0, 0);
        long now = 0;
        long total = 0;
        long inPeriod = 0;
        for (int i = 0; i < 10_000; i++) {
            long next = now + random.nextInt(1_000_000) * (DAY / 10_000_000);
            long bytes = random.nextInt(50_000);
            // What came since the last look counts for the period of the last look unless a new one has begun.
            inPeriod = next / DAY == now / DAY ? inPeriod + bytes : 0;
            total += bytes;
            now = next;
            meter.count(total, now);
            assertThat(meter.usedBytes()).isEqualTo(inPeriod);
            assertThat(meter.isExhausted()).isEqualTo(inPeriod >= 1_000_000);
        }
    }
}
