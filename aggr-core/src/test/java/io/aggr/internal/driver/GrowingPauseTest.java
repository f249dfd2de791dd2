package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrowingPauseTest {

    private final GrowingPause pause = new GrowingPause(10, 40);

    private long lengthFrom(long nowNanos) {
        long length = 0;
        while (!pause.isOver(nowNanos + length)) {
            length++;
        }
        return length;
    }

    @Test
    void is_twice_as_long_each_time_up_to_a_bound() {
        List<Long> lengths = new ArrayList<>();
        long now = Long.MAX_VALUE - 15;
        for (int i = 0; i < 5; i++) {
            pause.begin(now);
            lengths.add(lengthFrom(now));
            now += 100;
        }
        assertThat(lengths).containsExactly(10L, 20L, 40L, 40L, 40L);
    }

    @Test
    void is_over_before_it_has_begun_and_once_it_is_ended() {
        assertThat(pause.isOver(0)).isTrue();
        pause.begin(0);
        assertThat(pause.isOver(9)).isFalse();
        pause.end();
        assertThat(pause.isOver(9)).isTrue();
        pause.begin(0);
        assertThat(lengthFrom(0)).as("grown").isEqualTo(20);
    }

    @Test
    void begins_anew_when_all_is_well() {
        pause.begin(0);
        pause.begin(0);
        pause.reset();
        assertThat(pause.isOver(0)).isTrue();
        pause.begin(0);
        assertThat(lengthFrom(0)).isEqualTo(10);
    }

    @Test
    void can_have_the_first_length_without_growing() {
        pause.begin(0);
        pause.beginFirst(0);
        assertThat(lengthFrom(0)).isEqualTo(10);
        pause.begin(0);
        assertThat(lengthFrom(0)).isEqualTo(20);
    }
}
