package io.aggr.internal.encap;

import static io.aggr.internal.encap.ReplayWindow.Verdict.FRESH;
import static io.aggr.internal.encap.ReplayWindow.Verdict.REPLAYED;
import static io.aggr.internal.encap.ReplayWindow.Verdict.TOO_OLD;
import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.encap.ReplayWindow.Verdict;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {

    /** The highest, and those before it. */
    private static final int TOLD_APART = ReplayWindow.USABLE + 1;

    private final ReplayWindow window = new ReplayWindow();

    private Verdict offer(long counter) {
        Verdict verdict = window.check(counter);
        if (verdict == FRESH) {
            window.mark(counter);
        }
        return verdict;
    }

    @Test
    void accepts_each_counter_once() {
        assertThat(window.highest()).isEqualTo(-1);
        assertThat(window.expected()).isZero();
        assertThat(offer(0)).isEqualTo(FRESH);
        assertThat(offer(0)).isEqualTo(REPLAYED);
        assertThat(offer(2)).isEqualTo(FRESH);
        assertThat(offer(1)).isEqualTo(FRESH);
        assertThat(offer(1)).isEqualTo(REPLAYED);
        assertThat(window.highest()).isEqualTo(2);
        assertThat(window.expected()).isEqualTo(3);
    }

    @Test
    void checking_changes_nothing() {
        assertThat(window.check(1_000_000)).isEqualTo(FRESH);
        assertThat(window.check(1_000_000)).isEqualTo(FRESH);
        assertThat(window.highest()).isEqualTo(-1);
        assertThat(offer(0)).isEqualTo(FRESH);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                TOLD_APART - 1,
                TOLD_APART,
                TOLD_APART + 1,
                10_000,
                8191,
                8192,
                8193,
                1L << 31,
                1L << 32,
                (1L << 47) + 63
            })
    void tells_the_highest_and_8128_before_it_apart_wherever_the_highest_lies(long highest) {
        for (int shift = 0; shift < 64; shift++) {
            ReplayWindow fresh = new ReplayWindow();
            long top = highest + shift;
            fresh.mark(top);
            assertThat(fresh.check(top - TOLD_APART + 2)).isEqualTo(FRESH);
            assertThat(fresh.check(top - TOLD_APART + 1)).isEqualTo(FRESH);
            if (top >= TOLD_APART) {
                assertThat(fresh.check(top - TOLD_APART)).isEqualTo(TOO_OLD);
            }
            if (top > TOLD_APART) {
                assertThat(fresh.check(top - TOLD_APART - 1)).isEqualTo(TOO_OLD);
            }
            fresh.mark(top - TOLD_APART + 1);
            assertThat(fresh.check(top - TOLD_APART + 1)).isEqualTo(REPLAYED);
            assertThat(fresh.check(top)).isEqualTo(REPLAYED);
            assertThat(fresh.check(top - 1)).isEqualTo(FRESH);
        }
    }

    @Test
    void fills_up_backwards() {
        long top = 3 * TOLD_APART + 17;
        for (long counter = top; counter > top - TOLD_APART; counter--) {
            assertThat(offer(counter)).isEqualTo(FRESH);
        }
        for (long counter = top; counter > top - TOLD_APART; counter--) {
            assertThat(offer(counter)).isEqualTo(REPLAYED);
        }
        assertThat(offer(top - TOLD_APART)).isEqualTo(TOO_OLD);
    }

    @ParameterizedTest
    @ValueSource(longs = {63, 64, 65, TOLD_APART - 1, TOLD_APART, TOLD_APART + 1, 8191, 8192, 8193, 100_000, 1L << 40})
    void forgets_what_a_jump_leaves_behind_and_nothing_else(long jump) {
        for (long counter = 0; counter < 20_000; counter++) {
            window.mark(counter);
        }
        long top = 19_999 + jump;
        window.mark(top);
        for (long counter = Math.max(0, top - 9_000); counter <= top; counter++) {
            Verdict expected =
                    top - counter >= TOLD_APART ? TOO_OLD : counter < 20_000 || counter == top ? REPLAYED : FRESH;
            assertThat(window.check(counter)).as("counter %d", counter).isEqualTo(expected);
        }
    }

    @Test
    void reaches_the_largest_counter() {
        assertThat(offer(Long.MAX_VALUE - 1)).isEqualTo(FRESH);
        assertThat(window.expected()).isEqualTo(Long.MAX_VALUE);
        assertThat(offer(Long.MAX_VALUE)).isEqualTo(FRESH);
        assertThat(window.expected()).isEqualTo(Long.MAX_VALUE);
        assertThat(offer(Long.MAX_VALUE)).isEqualTo(REPLAYED);
        assertThat(offer(Long.MAX_VALUE - TOLD_APART + 1)).isEqualTo(FRESH);
        assertThat(offer(Long.MAX_VALUE - TOLD_APART)).isEqualTo(TOO_OLD);
        assertThat(offer(0)).isEqualTo(TOO_OLD);
    }

    @Test
    void agrees_with_a_set_over_a_million_random_steps() {
        long seed = Seeds.first();
        SplittableRandom random = new SplittableRandom(seed);
        TreeSet<Long> seen = new TreeSet<>();
        long highest = -1;
        for (int step = 0; step < 1_000_000; step++) {
            long counter = nextCounter(random, highest);
            Verdict expected = counter > highest
                    ? FRESH
                    : highest - counter >= TOLD_APART ? TOO_OLD : seen.contains(counter) ? REPLAYED : FRESH;
            Verdict verdict = window.check(counter);
            if (verdict != expected) {
                assertThat(verdict)
                        .as("seed %d, step %d, counter %d, highest %d", seed, step, counter, highest)
                        .isEqualTo(expected);
            }
            if (expected == FRESH && random.nextInt(8) != 0) {
                window.mark(counter);
                seen.add(counter);
                highest = Math.max(highest, counter);
                seen.headSet(highest - 2L * TOLD_APART).clear();
            }
        }
        assertThat(window.highest()).isEqualTo(highest);
    }

    /** Mostly near the top, often at the edges of the window and of blocks, now and then far ahead. */
    private static long nextCounter(SplittableRandom random, long highest) {
        long counter = switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> highest + 1;
            case 5, 6 -> highest + random.nextInt(200);
            case 7, 8, 9 -> highest - random.nextInt(300);
            case 10, 11 -> highest - random.nextInt(TOLD_APART + 200);
            case 12 -> highest - TOLD_APART + random.nextInt(5) - 2;
            case 13 -> (highest & -64) + random.nextInt(5) - 2;
            case 14 -> random.nextInt(500) == 0 ? highest + random.nextInt(40_000) : highest - random.nextInt(64);
            default -> (highest & -64) - 64L * random.nextInt(128) + random.nextInt(3) - 1;
        };
        return Math.max(0, counter);
    }
}
