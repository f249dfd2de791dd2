package io.aggr.internal.path;

import static io.aggr.internal.path.DuplicateFilter.REACH;
import static io.aggr.internal.path.DuplicateFilter.Verdict.DUPLICATE;
import static io.aggr.internal.path.DuplicateFilter.Verdict.NEW;
import static io.aggr.internal.path.DuplicateFilter.Verdict.TOO_OLD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DuplicateFilterTest {

    private final DuplicateFilter filter = new DuplicateFilter();

    @Test
    void tells_new_from_seen_from_too_old() {
        assertThat(filter.add(1)).isEqualTo(NEW);
        assertThat(filter.add(1)).isEqualTo(DUPLICATE);
        assertThat(filter.add(REACH)).isEqualTo(NEW);
        assertThat(filter.add(1)).isEqualTo(DUPLICATE);
        assertThat(filter.add(REACH + 1L)).isEqualTo(NEW);
        assertThat(filter.add(1)).isEqualTo(TOO_OLD);
        assertThat(filter.add(2)).isEqualTo(NEW);
    }

    @Test
    void forgets_everything_when_reset() {
        filter.add(77);
        filter.reset();
        assertThat(filter.highest()).isZero();
        assertThat(filter.contains(77)).isFalse();
        assertThat(filter.add(77)).isEqualTo(NEW);
    }

    @Test
    void agrees_with_a_set_over_a_million_steps() {
        Random random = Seeded.random();
        Set<Long> seen = new HashSet<>();
        long highest = 0;
        for (int step = 0; step < 1_000_000; step++) {
            long sequence = Math.max(1, highest + jump(random));
            DuplicateFilter.Verdict expected =
                    sequence <= highest - REACH ? TOO_OLD : seen.contains(sequence) ? DUPLICATE : NEW;
            DuplicateFilter.Verdict actual = filter.add(sequence);
            if (actual != expected) {
                assertThat(actual)
                        .as("step %d, sequence %d, highest %d", step, sequence, highest)
                        .isEqualTo(expected);
            }
            if (actual == NEW) {
                seen.add(sequence);
                highest = Math.max(highest, sequence);
            }
            long asked = Math.max(1, highest + jump(random));
            boolean known = asked > highest - REACH && seen.contains(asked);
            if (filter.contains(asked) != known) {
                assertThat(filter.contains(asked))
                        .as("step %d, asked %d", step, asked)
                        .isEqualTo(known);
            }
        }
        assertThat(filter.highest()).isEqualTo(highest);
    }

    /** Mostly near the front, sometimes far behind, now and then a leap that empties the ring. */
    private static long jump(Random random) {
        int kind = random.nextInt(10_000);
        if (kind < 2) {
            return random.nextInt(4 * REACH);
        }
        if (kind < 100) {
            return random.nextInt(3_000);
        }
        return kind < 2_000 ? -random.nextInt(REACH + 2_000) : random.nextInt(300) - 200;
    }
}
