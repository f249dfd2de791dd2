package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LineGapsTest {

    private static final long MILLI = 1_000_000;
    private static final long REPEAT = 60 * MILLI;
    private static final long UNSETTLED = 0;

    private final LineGaps gaps = new LineGaps();
    private final List<Long> asked = new ArrayList<>();

    private void poll(long now, long newest, long floor) {
        gaps.poll(now, REPEAT, newest, floor, asked::add);
    }

    @Test
    void asks_at_once_on_a_line_that_keeps_order() {
        gaps.add(3, 4, 0, 0);
        assertThat(gaps.nanosToDeadline(0)).isZero();
        poll(0, 10, UNSETTLED);
        assertThat(asked).containsExactly(3L, 4L);
        assertThat(gaps.firstAsked()).isEqualTo(2);
    }

    @Test
    void spares_what_was_merely_overtaken() {
        gaps.add(3, 4, 0, 5 * MILLI);
        poll(4 * MILLI, 10, UNSETTLED);
        assertThat(asked).isEmpty();
        assertThat(gaps.onArrived(3, 4 * MILLI)).isEqualTo(4 * MILLI);
        poll(5 * MILLI, 10, UNSETTLED);
        assertThat(asked).containsExactly(4L);
    }

    @Test
    void asks_again_until_everything_that_was_sent_by_then_is_here() {
        gaps.add(3, 3, 0, 0);
        poll(0, 10, UNSETTLED);
        poll(REPEAT / 2, 12, UNSETTLED);
        assertThat(asked).hasSize(1);
        poll(REPEAT, 20, 11);
        assertThat(asked).hasSize(2);
        poll(2 * REPEAT, 30, 11);
        assertThat(asked).hasSize(3);
        poll(3 * REPEAT, 40, 12);
        assertThat(asked).hasSize(3);
        assertThat(gaps.nanosToDeadline(3 * REPEAT)).isEqualTo(Long.MAX_VALUE);
        assertThat(gaps.gaveUp()).isZero();
    }

    @Test
    void gives_up_when_an_answer_would_come_too_late() {
        gaps.add(3, 3, 0, 0);
        for (long now = 0; now < LineGaps.GIVE_UP_NANOS; now += MILLI) {
            poll(now, 10, UNSETTLED);
        }
        int before = asked.size();
        assertThat(before).isBetween(5, 8);
        poll(LineGaps.GIVE_UP_NANOS + REPEAT, 10, UNSETTLED);
        assertThat(asked).hasSize(before);
        assertThat(gaps.gaveUp()).isEqualTo(1);
        assertThat(gaps.nanosToDeadline(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void offers_again_what_found_no_room() {
        gaps.add(1, 3, 0, 0);
        gaps.poll(0, REPEAT, 10, UNSETTLED, counter -> asked.size() < 2 && asked.add(counter));
        assertThat(asked).containsExactly(1L, 2L);
        assertThat(gaps.nanosToDeadline(0)).isZero();
        poll(0, 10, UNSETTLED);
        assertThat(asked).containsExactly(1L, 2L, 3L);
    }

    @Test
    void keeps_the_newest_when_there_are_too_many() {
        gaps.add(0, 5_000, 0, 0);
        poll(0, 10_000, UNSETTLED);
        assertThat(asked).hasSize(LineGaps.CAPACITY);
        assertThat(asked.get(asked.size() - 1)).isEqualTo(5_000);
        gaps.add(6_000, 6_009, MILLI, 0);
        assertThat(gaps.gaveUp()).isEqualTo(10);
        gaps.reset();
        assertThat(gaps.nanosToDeadline(MILLI)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void agrees_with_a_set_of_what_is_missing() {
        Random random = Seeded.random();
        TreeSet<Long> missing = new TreeSet<>();
        long next = 0;
        long now = 0;
        for (int step = 0; step < 50_000; step++) {
            now += random.nextInt(3_000_000);
            if (random.nextInt(3) == 0 && missing.size() < 900) {
                long to = next + random.nextInt(4);
                gaps.add(next, to, now, 0);
                for (long counter = next; counter <= to; counter++) {
                    missing.add(counter);
                }
                next = to + 1 + random.nextInt(5);
            } else {
                long counter = next - random.nextInt(200);
                assertThat(gaps.onArrived(counter, now) >= 0).isEqualTo(missing.remove(counter));
            }
            asked.clear();
            poll(now, Long.MAX_VALUE, UNSETTLED);
            // Until it is given up, and it is asked for at least once, everything that is missing is asked for.
            assertThat(missing).containsAll(asked);
            assertThat(asked).isSorted();
            if (step % 500 == 499) {
                now += LineGaps.GIVE_UP_NANOS;
                poll(now, Long.MAX_VALUE, UNSETTLED);
                missing.clear();
            }
        }
    }
}
