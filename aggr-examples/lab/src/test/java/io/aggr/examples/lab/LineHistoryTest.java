package io.aggr.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.examples.lab.traffic.TransferPlan.Direction;
import io.aggr.sim.LineSpec;
import io.aggr.sim.Profiles;
import org.junit.jupiter.api.Test;

class LineHistoryTest {

    private final LineSpec fast = Profiles.UNEQUAL.lines().get(0);
    private final LineHistory history = new LineHistory(Profiles.UNEQUAL.lines());

    @Test
    void without_changes_it_is_the_sum_of_the_rates() {
        assertThat(history.meanRateBitsPerSecond(Direction.DOWN, 0, 100)).isEqualTo(22e6);
        assertThat(history.meanRateBitsPerSecond(Direction.UP, 0, 100)).isEqualTo(1.6e6);
        assertThat(history.bestLineBitsPerSecond(Direction.DOWN)).isEqualTo(16e6);
    }

    @Test
    void a_dead_line_counts_for_the_time_that_it_lived() {
        history.add(25, 1, fast.withBlackHole(true));
        history.add(75, 1, fast);

        assertThat(history.meanRateBitsPerSecond(Direction.DOWN, 0, 100)).isEqualTo(14e6);
        assertThat(history.meanRateBitsPerSecond(Direction.DOWN, 30, 70)).isEqualTo(6e6);
        assertThat(history.meanRateBitsPerSecond(Direction.DOWN, 80, 90)).isEqualTo(22e6);
    }
}
