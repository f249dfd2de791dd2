package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StallGuardTest {

    private static final long MILLI = 1_000_000;

    private final StallGuard guard = new StallGuard();

    private void run(long atMillis, long distanceMillis) {
        guard.onRun(atMillis * MILLI);
        guard.onDone(atMillis * MILLI, distanceMillis * MILLI);
    }

    @Test
    void sees_while_it_is_called_in_time_or_a_little_late() {
        run(0, 10);
        run(10, 50);
        run(75, 5);
        assertThat(guard.isBlind()).isFalse();
    }

    @Test
    void row_66_is_blind_for_a_while_after_it_was_called_late() {
        run(0, 10);
        run(50, 5);
        assertThat(guard.isBlind()).isTrue();
        for (long at = 55; at < 110; at += 5) {
            run(at, 5);
            assertThat(guard.isBlind()).isTrue();
        }
        run(110, 5);
        assertThat(guard.isBlind()).isFalse();
    }

    @Test
    void a_long_sleep_that_was_asked_for_is_no_stall() {
        guard.onRun(0);
        guard.onDone(0, Long.MAX_VALUE);
        run(100_000, 10_000);
        run(110_000, 1);
        assertThat(guard.isBlind()).isFalse();
    }

    @Test
    void an_early_call_is_no_stall() {
        run(0, 1_000);
        run(3, 1_000);
        assertThat(guard.isBlind()).isFalse();
    }
}
