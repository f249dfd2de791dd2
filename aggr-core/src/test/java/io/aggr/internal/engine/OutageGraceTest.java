package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aggr.internal.path.Pacer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class OutageGraceTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long START = -9 * SECOND;
    private static final Offset<Double> NEARLY = within(0.01);

    private final OutageGrace grace = new OutageGrace();

    @Test
    void gives_nothing_without_an_outage() {
        assertThat(grace.factor(22_000_000, START)).isEqualTo(1);
        assertThat(OutageGrace.targetNanos(50, 70, 1)).isEqualTo(50);
    }

    @Test
    void gives_room_for_what_the_lines_used_to_carry() {
        grace.onLineLost(16_000_000, 6_000_000, START);
        assertThat(grace.factor(6_000_000, START + SECOND)).isCloseTo(22.0 / 6, NEARLY);
    }

    @Test
    void ends_when_the_line_is_back() {
        grace.onLineLost(16_000_000, 6_000_000, START);
        assertThat(grace.factor(22_000_000, START + SECOND)).isEqualTo(1);
        assertThat(grace.factor(6_000_000, START + SECOND)).isEqualTo(1);
    }

    @Test
    void goes_on_until_what_stood_in_the_queue_has_left_over_the_line_that_is_back() {
        grace.onLineLost(16_000_000, 6_000_000, START);
        grace.onLineBack(6_000_000, START + SECOND);
        assertThat(grace.factor(22_000_000, START + SECOND + SECOND / 4)).isCloseTo(22.0 / 6, NEARLY);
        assertThat(grace.factor(22_000_000, START + 2 * SECOND)).isEqualTo(1);
    }

    @Test
    void gives_a_line_that_comes_up_without_an_outage_nothing() {
        grace.onLineBack(6_000_000, START);
        assertThat(grace.factor(22_000_000, START)).isEqualTo(1);
    }

    @Test
    void fades_when_it_lasts() {
        grace.onLineLost(10_000_000, 10_000_000, START);
        assertThat(grace.factor(10_000_000, START + 15 * SECOND)).isCloseTo(2, NEARLY);
        assertThat(grace.factor(10_000_000, START + 22 * SECOND + SECOND / 2)).isCloseTo(1.5, NEARLY);
        assertThat(grace.factor(10_000_000, START + 30 * SECOND)).isEqualTo(1);
    }

    @Test
    void adds_up_when_several_lines_fail_one_after_the_other() {
        grace.onLineLost(10_000_000, 20_000_000, START);
        grace.onLineLost(10_000_000, 10_000_000, START + SECOND);
        assertThat(grace.factor(10_000_000, START + SECOND)).isCloseTo(3, NEARLY);
    }

    @Test
    void knows_nothing_of_lines_without_a_rate() {
        grace.onLineLost(Pacer.UNLIMITED, 6_000_000, START);
        grace.onLineLost(6_000_000, Pacer.UNLIMITED, START);
        grace.onLineLost(6_000_000, 0, START);
        assertThat(grace.factor(6_000_000, START)).isEqualTo(1);
    }

    @Test
    void spares_flows_a_drop_that_would_make_a_long_pause() {
        long milli = 1_000_000;
        assertThat(OutageGrace.targetNanos(40 * milli, 50 * milli, 2)).isEqualTo(130 * milli);
        assertThat(OutageGrace.targetNanos(50 * milli, 70 * milli, 3)).isEqualTo(522 * milli);
        assertThat(OutageGrace.limitFactor(3))
                .as("of a limit of 250 ms, half of which CoDel may use")
                .isGreaterThan(522 / 125.0);
        assertThat(OutageGrace.limitFactor(1)).isEqualTo(1);
    }

    @Test
    void has_bounds() {
        long milli = 1_000_000;
        grace.onLineLost(1_000_000_000, 1_000_000, START);
        assertThat(grace.factor(1_000_000, START)).isEqualTo(8);
        assertThat(OutageGrace.targetNanos(50 * milli, 70 * milli, 8)).isEqualTo(700 * milli);
        assertThat(OutageGrace.targetNanos(750 * milli, 600 * milli, 8)).isEqualTo(750 * milli);
    }
}
