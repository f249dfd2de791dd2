package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LossWindowTest {

    private static final long MILLI = 1_000_000;
    private static final long START = -3_000 * MILLI;

    private final LossWindow window = new LossWindow();

    private long report(long from, long nanos, int sent, int lost) {
        long now = from;
        for (; now - from < nanos; now += 20 * MILLI) {
            window.add(sent, lost, now);
        }
        return now;
    }

    @Test
    void judges_nothing_by_a_few_packets() {
        window.add(19, 19, START);
        assertThat(window.isTooLossy(0)).isFalse();
        assertThat(window.isSound()).isFalse();
    }

    @Test
    void calls_a_fifth_too_much_and_a_tenth_sound() {
        long now = report(START, 2_000 * MILLI, 100, 21);
        assertThat(window.isTooLossy(0)).isTrue();
        now = report(now, 2_000 * MILLI, 100, 15);
        assertThat(window.isTooLossy(0)).isFalse();
        assertThat(window.isSound()).isFalse();
        report(now, 2_000 * MILLI, 100, 9);
        assertThat(window.isSound()).isTrue();
    }

    @Test
    void takes_off_what_had_only_been_overtaken() {
        window.add(40, 15, START);
        assertThat(window.isTooLossy(0)).isTrue();
        assertThat(window.isTooLossy(10)).as("when ten may be on the way").isFalse();
        window.add(1, -14, START + 20 * MILLI);
        assertThat(window.isTooLossy(0)).isFalse();
        assertThat(window.isSound()).isTrue();
    }

    @Test
    void forgets_after_two_seconds() {
        long now = report(START, 1_000 * MILLI, 10, 10);
        assertThat(window.isTooLossy(0)).isTrue();
        window.add(0, 0, now + 2_100 * MILLI);
        assertThat(window.isTooLossy(0)).isFalse();
        report(now, 1_000 * MILLI, 10, 10);
        window.add(0, 0, now + 60_000 * MILLI);
        assertThat(window.isTooLossy(0)).isFalse();
    }
}
