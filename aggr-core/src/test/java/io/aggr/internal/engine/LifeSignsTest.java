package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LifeSignsTest {

    private static final long MILLI = 1_000_000;

    private final LifeSigns signs = new LifeSigns();

    @Test
    void judges_as_of_now_before_the_first_sign() {
        assertThat(signs.lastNanos(17)).isEqualTo(17);
        assertThat(signs.isBlind(17)).isFalse();
    }

    @Test
    void judges_as_of_the_last_sign() {
        signs.onSign(Long.MAX_VALUE);
        assertThat(signs.lastNanos(Long.MIN_VALUE + 500 * MILLI)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void sees_while_signs_come_in_time() {
        for (long at = 0; at < 1_000; at += 100) {
            signs.onSign(at * MILLI);
            assertThat(signs.isBlind(at * MILLI)).isFalse();
        }
    }

    @Test
    void is_blind_for_a_while_after_a_pause() {
        signs.onSign(0);
        signs.onSign(200 * MILLI);
        assertThat(signs.isBlind(200 * MILLI)).isTrue();
        signs.onSign(220 * MILLI);
        assertThat(signs.isBlind(255 * MILLI)).isTrue();
        assertThat(signs.isBlind(260 * MILLI)).isFalse();
    }

    @Test
    void knows_nothing_of_another_association() {
        signs.onSign(0);
        signs.reset();
        signs.onSign(200 * MILLI);
        assertThat(signs.isBlind(200 * MILLI)).isFalse();
    }
}
