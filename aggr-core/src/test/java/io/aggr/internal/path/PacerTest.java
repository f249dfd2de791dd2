package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacerTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final Pacer pacer = new Pacer();

    @Test
    void lets_everything_through_without_a_rate() {
        pacer.onSent(-5, 1_500);
        assertThat(pacer.isPaced()).isFalse();
        assertThat(pacer.nanosUntilFree(-5)).isZero();
        assertThat(pacer.serializationNanos(1_500)).isZero();
        assertThat(pacer.leavesAtNanos(-5, 1_500)).isEqualTo(-5);
    }

    @Test
    void waits_for_as_long_as_the_packet_takes() {
        pacer.rate(1_000_000);
        pacer.restart(7);
        pacer.onSent(7, 1_500);
        assertThat(pacer.nanosUntilFree(7)).isEqualTo(12 * MILLI);
        assertThat(pacer.nanosUntilFree(7 + 12 * MILLI)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 3 * SECOND, Long.MIN_VALUE, -1})
    void keeps_the_rate_when_each_wake_up_is_late(long originNanos) {
        pacer.rate(10_000_000);
        pacer.restart(originNanos);
        Random random = Seeded.random();
        long now = originNanos;
        long bytes = 0;
        while (now - originNanos < 10 * SECOND) {
            while (pacer.nanosUntilFree(now) <= 0) {
                pacer.onSent(now, 1_250);
                bytes += 1_250;
            }
            now += pacer.nanosUntilFree(now) + random.nextInt(900_000);
        }
        // 10 Mbit/s for 10 seconds are 12.5 million bytes.
        assertThat(bytes).isBetween(12_490_000L, 12_510_000L);
    }

    @Test
    void makes_good_two_milliseconds_and_not_more() {
        pacer.rate(8_000_000);
        pacer.restart(0);
        long late = 50 * MILLI;
        int sent = 0;
        while (pacer.nanosUntilFree(late) <= 0) {
            pacer.onSent(late, 1_000);
            sent++;
        }
        // One packet takes a millisecond: the two that were missed, and the one of now.
        assertThat(sent).isEqualTo(3);
    }

    @Test
    void makes_good_what_a_coarse_timer_costs_and_not_more() {
        Pacer pacer = new Pacer();
        pacer.rate(8_000_000);
        pacer.toleratesLateness(20_000_000);
        pacer.onSent(0, 1000);
        int sent = 0;
        while (pacer.nanosUntilFree(100_000_000) <= 0) {
            pacer.onSent(100_000_000, 1000);
            sent++;
        }
        assertThat(sent).isEqualTo(21);
    }

    @Test
    void does_not_burst_into_a_thin_line_after_a_pause() {
        pacer.rate(600_000);
        pacer.restart(0);
        pacer.onSent(SECOND, 1_500);
        assertThat(pacer.nanosUntilFree(SECOND)).isEqualTo(18 * MILLI);
    }

    @Test
    void knows_when_a_packet_will_have_left_behind_those_before_it() {
        pacer.rate(8_000_000);
        pacer.restart(0);
        long now = 100 * MILLI;
        assertThat(pacer.leavesAtNanos(now, 1_000)).isEqualTo(101 * MILLI);
        pacer.onSent(now, 1_000);
        // The second goes at once to make good the pause, but not before the first has left.
        assertThat(pacer.nanosUntilFree(now)).isNegative();
        assertThat(pacer.leavesAtNanos(now, 1_000)).isEqualTo(102 * MILLI);
    }

    @Test
    void pauses_until_a_time_but_never_shortens_a_wait() {
        pacer.rate(8_000_000);
        pacer.restart(0);
        pacer.onSent(0, 10_000);
        pacer.pauseUntil(5 * MILLI);
        assertThat(pacer.nanosUntilFree(0)).isEqualTo(10 * MILLI);
        pacer.pauseUntil(20 * MILLI);
        assertThat(pacer.nanosUntilFree(0)).isEqualTo(20 * MILLI);
    }
}
