package io.aggr.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SeriesTest {

    @Test
    void keeps_points_in_order() {
        Series series = new Series("s");
        for (int i = 0; i < 1000; i++) {
            series.add(i * 10L, i);
        }
        assertThat(series.size()).isEqualTo(1000);
        assertThat(series.timeNanos(999)).isEqualTo(9990);
        assertThat(series.value(999)).isEqualTo(999);
        assertThatThrownBy(() -> series.add(9989, 0)).hasMessageContaining("points of series s must be in order");
        assertThatThrownBy(() -> series.value(1000)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void takes_the_mean_of_a_span() {
        Series series = new Series("s").add(0, 1).add(10, 2).add(20, Double.NaN).add(30, 6);
        assertThat(series.mean(0, 20)).isEqualTo(1.5);
        assertThat(series.mean(10, 31)).isEqualTo(4);
        assertThat(series.mean(40, 50)).isNaN();
    }

    @Test
    void copies_under_another_name() {
        Series copy = new Series("a").add(1, 2).named("b");
        copy.add(3, 4);
        assertThat(copy.name()).isEqualTo("b");
        assertThat(copy.size()).isEqualTo(2);
    }
}
