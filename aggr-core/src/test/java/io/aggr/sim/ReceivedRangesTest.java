package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class ReceivedRangesTest {

    @Test
    void reports_the_range_that_changed_last_first() {
        ReceivedRanges ranges = new ReceivedRanges();
        ranges.add(10, 20);
        ranges.add(30, 40);
        ranges.add(50, 60);
        ranges.add(20, 25);
        assertThat(ranges.recentCount()).isEqualTo(3);
        assertThat(ranges.recentLeft(0)).isEqualTo(10);
        assertThat(ranges.recentRight(0)).isEqualTo(25);
        assertThat(ranges.recentLeft(1)).isEqualTo(50);
        assertThat(ranges.recentLeft(2)).isEqualTo(30);
    }

    @Test
    void agrees_with_a_bit_set_under_random_use() {
        long seed = Seeds.next("ReceivedRangesTest");
        SeededRandom random = new SeededRandom(seed);
        ReceivedRanges ranges = new ReceivedRanges();
        BitSet model = new BitSet();
        int next = 0;
        for (int step = 0; step < 50_000; step++) {
            int left = next + 1 + random.nextInt(300);
            int right = left + 1 + random.nextInt(20);
            if (random.nextInt(10) > 0) {
                boolean held = model.nextClearBit(left) >= right;
                assertThat(ranges.containing(left, right) >= 0)
                        .as("seed %d", seed)
                        .isEqualTo(held);
                if (!held) {
                    ranges.add(left, right);
                    model.set(left, right);
                }
            } else {
                int end = next + 1 + random.nextInt(20);
                model.set(next, end);
                long reached = ranges.takeUpTo(end);
                next = model.nextClearBit(next);
                assertThat(reached).as("seed %d", seed).isEqualTo(next);
            }
            assertThat(ranges.isEmpty()).isEqualTo(model.nextSetBit(next) < 0);
            for (int i = 0; i < ranges.recentCount(); i++) {
                int from = (int) ranges.recentLeft(i);
                assertThat(model.get(from)).as("seed %d", seed).isTrue();
                assertThat(model.get(from - 1)).isFalse();
                assertThat(ranges.recentRight(i)).isEqualTo(model.nextClearBit(from));
            }
        }
    }
}
