package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReceivePathTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final ReceivePath path = new ReceivePath(3);

    @Test
    void shows_what_is_missing_below_the_highest() {
        assertThat(path.onDatagram(0, 0, 100)).isTrue();
        assertThat(path.missingBits()).isZero();
        assertThat(path.onDatagram(0, 3, 100)).isTrue();
        assertThat(path.missingBits()).isEqualTo(0b011);
        assertThat(path.onDatagram(0, 1, 100)).isFalse();
        assertThat(path.missingBits()).isEqualTo(0b001);
        assertThat(path.lostPackets()).isEqualTo(1);
        assertThat(path.packets()).isEqualTo(3);
        assertThat(path.bytes()).isEqualTo(300);
    }

    @Test
    void says_nothing_of_counters_that_never_were() {
        path.onDatagram(0, 2, 10);
        assertThat(path.missingBits()).isEqualTo(0b11);
        path.onDatagram(0, 63, 10);
        assertThat(path.missingBits() & 1L << 63).isZero();
    }

    @Test
    void agrees_with_a_set_of_counters() {
        Random random = Seeded.random();
        Set<Long> arrived = new HashSet<>();
        long highest = -1;
        for (int step = 0; step < 200_000; step++) {
            long counter = highest + (random.nextInt(50) == 0 ? random.nextInt(200) : random.nextInt(5) - 2);
            if (counter < 0 || !arrived.add(counter)) {
                continue;
            }
            assertThat(path.onDatagram(step, counter, 1)).isEqualTo(counter > highest);
            highest = Math.max(highest, counter);
            long expected = 0;
            for (int bit = 0; bit < 64 && highest - 1 - bit >= 0; bit++) {
                expected |= arrived.contains(highest - 1 - bit) ? 0 : 1L << bit;
            }
            if (path.missingBits() != expected) {
                assertThat(path.missingBits())
                        .as("step %d, highest %d", step, highest)
                        .isEqualTo(expected);
            }
            assertThat(path.lostPackets()).isEqualTo(highest + 1 - arrived.size());
        }
    }

    @Test
    void reports_the_smallest_delay_since_the_last_report_and_then_repeats_it() {
        long now = 10 * SECOND;
        stamp(now, 5 * MILLI);
        stamp(now + MILLI, 3 * MILLI);
        stamp(now + 2 * MILLI, 8 * MILLI);
        assertThat(path.minDelayUnits() * Stamps.UNIT_NANOS).isBetween(2 * MILLI, 4 * MILLI);
        assertThat(path.lastDelayUnits() * Stamps.UNIT_NANOS).isBetween(7 * MILLI, 9 * MILLI);
        path.onReported();
        assertThat(path.minDelayUnits() * Stamps.UNIT_NANOS).isBetween(2 * MILLI, 4 * MILLI);
        stamp(now + 3 * MILLI, 6 * MILLI);
        assertThat(path.minDelayUnits() * Stamps.UNIT_NANOS).isBetween(5 * MILLI, 7 * MILLI);
    }

    @Test
    void learns_how_much_later_an_overtaken_packet_comes() {
        long now = 10 * SECOND;
        path.onDatagram(now, 0, 100);
        path.onDatagram(now, 2, 100);
        assertThat(path.reorderNanos(now)).isZero();
        // Missed for 10 ms: a tenth more is granted from now on.
        path.onDatagram(now + 10 * MILLI, 1, 100);
        assertThat(path.reorderNanos(now + 10 * MILLI)).isEqualTo(11 * MILLI);
        assertThat(path.reorderNanos(now + 31 * SECOND)).isEqualTo(5_500_000L);
        assertThat(path.reorderNanos(now + 5_000 * SECOND)).isZero();
    }

    @Test
    void never_grants_more_than_fifty_milliseconds_of_reordering() {
        overtake(SECOND);
        assertThat(path.reorderNanos(10 * SECOND)).isEqualTo(50 * MILLI);
    }

    @Test
    void asks_for_what_is_missing_when_it_cannot_merely_have_been_overtaken() {
        path.onDatagram(0, 0, 100);
        path.onDatagram(0, 2, 100);
        assertThat(path.gaps().nanosToDeadline(0)).isZero();
        path.onDatagram(10 * MILLI, 1, 100);
        path.gaps().poll(10 * MILLI, SECOND, 5, 5, counter -> true);
        path.onDatagram(10 * MILLI, 4, 100);
        assertThat(path.gaps().nanosToDeadline(10 * MILLI)).isEqualTo(11 * MILLI);
    }

    private void overtake(long nanos) {
        path.onDatagram(9 * SECOND, 0, 100);
        path.onDatagram(9 * SECOND, 2, 100);
        path.onDatagram(9 * SECOND + nanos, 1, 100);
    }

    @Test
    void passes_forwards_only() {
        path.pass(10);
        path.pass(7);
        assertThat(path.passedSequence()).isEqualTo(10);
        path.reset();
        assertThat(path.passedSequence()).isZero();
        assertThat(path.hasArrivals()).isFalse();
    }

    private void stamp(long now, long delayNanos) {
        path.onStamp(now, Stamps.stamp(now - delayNanos));
    }
}
