package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportClockTest {

    private static final long MILLI = 1_000_000;
    private static final long START = -5_000 * MILLI;

    private final ReportClock clock = new ReportClock();
    private long now = START;

    private void packetsUntil(long end) {
        for (; now - end < 0; now += MILLI) {
            clock.want(now);
            if (clock.isDue(now)) {
                clock.onReported(now);
            }
        }
    }

    private int reportsInSilenceOf(long nanos) {
        int count = 0;
        for (long end = now + nanos; now - end < 0; now += MILLI) {
            if (clock.isDue(now)) {
                clock.onReported(now);
                count++;
            }
        }
        return count;
    }

    @Test
    void reports_the_first_packet_at_once() {
        assertThat(clock.nanosToDeadline(now)).isEqualTo(Long.MAX_VALUE);
        clock.want(now);
        assertThat(clock.isDue(now)).isTrue();
        clock.onReported(now);
        clock.want(now + MILLI);
        assertThat(clock.nanosToDeadline(now + MILLI)).isEqualTo(19 * MILLI);
    }

    @Test
    void goes_on_for_a_while_when_a_stream_breaks_off() {
        packetsUntil(START + 200 * MILLI);
        assertThat(reportsInSilenceOf(1_000 * MILLI)).isBetween(6, 7);
        assertThat(clock.nanosToDeadline(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void says_nothing_after_single_packets() {
        for (int i = 0; i < 10; i++) {
            packetsUntil(now + MILLI);
            assertThat(reportsInSilenceOf(100 * MILLI)).isZero();
        }
    }

    @Test
    void keeps_to_its_interval() {
        clock.interval(100 * MILLI);
        packetsUntil(START + 1_000 * MILLI);
        assertThat(reportsInSilenceOf(301 * MILLI)).isBetween(3, 4);
    }

    @Test
    void tries_again_an_interval_later_when_a_report_could_not_be_handed_over() {
        clock.want(now);
        clock.postpone(now);
        assertThat(clock.nanosToDeadline(now)).isEqualTo(20 * MILLI);
    }

    @Test
    void begins_anew_with_an_association() {
        packetsUntil(START + 200 * MILLI);
        clock.reset();
        assertThat(reportsInSilenceOf(500 * MILLI)).isZero();
    }
}
