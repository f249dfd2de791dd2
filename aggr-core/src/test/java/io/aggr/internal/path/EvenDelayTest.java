package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EvenDelayTest {

    private static final long MILLI = 1_000_000;
    private static final long OFFSET = 3_000 * MILLI;
    private static final int PACKET = 1_400;

    private final EvenDelay even = new EvenDelay(60 * MILLI);
    private long now = 77_777 * MILLI;

    /** A datagram that took so long, seen through clocks that differ by a time near the wrap of stamps. */
    private long arrive(int line, long delayNanos, int bytes) {
        return even.onStamp(line, Stamps.stamp(now - delayNanos - OFFSET), bytes, now);
    }

    private void carry(int line, long delayNanos, long nanos) {
        for (long end = now + nanos; now < end; now += 5 * MILLI) {
            arrive(line, delayNanos, PACKET);
        }
    }

    private long ageAbove(int line, long delayNanos) {
        return even.ageNanos(now) - arrive(line, delayNanos, 0);
    }

    @Test
    void knows_nothing_before_anything_has_come() {
        assertThat(even.ageNanos(now)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void wants_the_age_of_the_slowest_line_from_the_first_packet_on() {
        arrive(1, 10 * MILLI, 0);
        arrive(2, 50 * MILLI, 0);
        assertThat(ageAbove(1, 10 * MILLI)).isBetween(40 * MILLI, 42 * MILLI);
    }

    @Test
    void compares_lines_also_where_stamps_wrap() {
        for (long offset = 0; offset < 4_200; offset += 50) {
            EvenDelay other = new EvenDelay(60 * MILLI);
            long fast = other.onStamp(1, Stamps.stamp(now - (offset + 10) * MILLI), 0, now);
            long slow = other.onStamp(2, Stamps.stamp(now - (offset + 50) * MILLI), 0, now);
            assertThat(slow - fast).isBetween(39 * MILLI, 41 * MILLI);
        }
    }

    @Test
    void forgets_a_line_that_carries_next_to_nothing() {
        arrive(1, 10 * MILLI, 0);
        arrive(2, 50 * MILLI, 0);
        for (int i = 0; i < 20_000; i++) {
            now += MILLI;
            arrive(1, 10 * MILLI, PACKET);
            if (i % 100 == 0) {
                arrive(2, 50 * MILLI, 100);
            }
        }
        assertThat(ageAbove(1, 10 * MILLI)).isLessThan(3 * MILLI);
    }

    @Test
    void learns_nothing_from_what_has_waited_for_this_end_and_holds_none_of_it() {
        carry(1, 10 * MILLI, 1_000 * MILLI);
        long before = even.ageNanos(now);
        // Longer than stamps reach.
        for (long waited = 5_000 * MILLI; waited > 0; waited -= 100 * MILLI) {
            int stamp = Stamps.stamp(now - 10 * MILLI - waited - OFFSET);
            assertThat(even.delayNanos(stamp, now)).isGreaterThanOrEqualTo(before - 2 * MILLI);
        }
        assertThat(even.ageNanos(now)).isEqualTo(before);
        assertThat(ageAbove(1, 10 * MILLI)).isLessThan(2 * MILLI);
    }

    @Test
    void moves_slowly_while_somebody_looks_and_at_once_when_nobody_has() {
        carry(1, 10 * MILLI, 1_000 * MILLI);
        long before = even.ageNanos(now);
        for (int i = 0; i < 200; i++) {
            now += MILLI;
            arrive(2, 50 * MILLI, PACKET);
            arrive(1, 10 * MILLI, PACKET);
            even.ageNanos(now);
        }
        assertThat(even.ageNanos(now) - before).isBetween(MILLI, 4_100_000L);
        carry(1, 10 * MILLI, 500 * MILLI);
        now += 2_100 * MILLI;
        arrive(1, 10 * MILLI, 0);
        arrive(2, 50 * MILLI, 0);
        assertThat(even.ageNanos(now) - before).isGreaterThan(30 * MILLI);
    }

    @Test
    void evens_nothing_out_where_lines_are_far_apart() {
        arrive(1, 10 * MILLI, 0);
        arrive(2, 150 * MILLI, 0);
        assertThat(ageAbove(1, 10 * MILLI)).isLessThanOrEqualTo(MILLI);
    }

    @Test
    void leaves_out_a_line_that_has_fallen_silent() {
        for (int i = 0; i < 100; i++) {
            now += 10 * MILLI;
            arrive(1, 10 * MILLI, PACKET);
            arrive(2, 50 * MILLI, PACKET);
        }
        carry(1, 10 * MILLI, 1_500 * MILLI);
        now += 3_000 * MILLI;
        carry(1, 10 * MILLI, 200 * MILLI);
        for (int i = 0; i < 3_000; i++) {
            now += MILLI;
            arrive(1, 10 * MILLI, PACKET);
            even.ageNanos(now);
        }
        assertThat(ageAbove(1, 10 * MILLI)).isLessThan(2 * MILLI);
    }

    @Test
    void begins_again_with_an_association() {
        arrive(1, 10 * MILLI, 0);
        even.reset();
        assertThat(even.ageNanos(now)).isEqualTo(Long.MIN_VALUE);
    }
}
