package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.LinkState;
import org.junit.jupiter.api.Test;

/** What is told of a rate, and what becomes of it. */
class PathRateTest {

    private static final long MEGABIT = 1_000_000;

    private final PathRate rate = new PathRate(new RelativeDelay(), new InFlight(64), new PathSizes(20));

    private final InFlight inFlight = new InFlight(64);
    private final PathRate busy = new PathRate(new RelativeDelay(), inFlight, new PathSizes(20));

    private long bitsPerSecond() {
        return rate.pacer().bitsPerSecond();
    }

    @Test
    void begins_with_the_rate_that_was_told_and_sends_no_train() {
        rate.describe(4 * MEGABIT, 0);
        rate.onUsable(LinkState.PROBING, false, 0);
        assertThat(bitsPerSecond()).isEqualTo(4 * MEGABIT);
        assertThat(rate.isKnown()).isTrue();
        assertThat(rate.train().nanosUntilDue(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void finds_the_rate_that_nobody_told_by_a_train_but_not_where_bytes_cost() {
        rate.describe(0, 0);
        rate.onUsable(LinkState.PROBING, true, 0);
        assertThat(rate.isKnown()).isFalse();
        assertThat(rate.train().nanosUntilDue(0)).isEqualTo(Long.MAX_VALUE);
        rate.onUsable(LinkState.PROBING, false, 0);
        assertThat(rate.train().nanosUntilDue(0)).isNotEqualTo(Long.MAX_VALUE);
    }

    @Test
    void believes_a_train_more_than_a_seed_within_the_bound() {
        rate.describe(4 * MEGABIT, 6 * MEGABIT);
        rate.onTrain((double) (5 * MEGABIT));
        assertThat(bitsPerSecond()).isEqualTo(5 * MEGABIT);
        rate.onTrain((double) (50 * MEGABIT));
        assertThat(bitsPerSecond()).isEqualTo(6 * MEGABIT);
    }

    @Test
    void keeps_to_a_rate_that_is_its_own_bound() {
        rate.describe(4 * MEGABIT, 4 * MEGABIT);
        assertThat(bitsPerSecond()).isBetween(3_970_000L, 4 * MEGABIT);
        rate.onTrain((double) MEGABIT);
        assertThat(bitsPerSecond()).isBetween(3_970_000L, 4 * MEGABIT);
    }

    @Test
    void does_not_pace_a_line_without_a_narrow_place() {
        rate.describe(Pacer.UNLIMITED, 0);
        assertThat(rate.pacer().isPaced()).isFalse();
        rate.onTrain((double) MEGABIT);
        assertThat(rate.pacer().isPaced()).isFalse();
    }

    @Test
    void keeps_what_was_found_when_the_same_is_told_again() {
        rate.describe(4 * MEGABIT, 0);
        rate.onTrain((double) (5 * MEGABIT));
        rate.describe(4 * MEGABIT, 0);
        assertThat(bitsPerSecond()).isEqualTo(5 * MEGABIT);
        rate.describe(8 * MEGABIT, 0);
        assertThat(bitsPerSecond()).isEqualTo(8 * MEGABIT);
    }

    /** A full packet takes 48 ms at 0.25 Mbit/s and 12 ms at one. */
    @Test
    void corrects_the_delays_of_packets_that_were_stamped_for_a_lower_rate() {
        busy.onTrain((double) (MEGABIT / 4));
        long before = inFlight.add(0, 1, 0, 0, 0, 0, 100, 0);
        assertThat(busy.staleNanos(before)).isZero();
        busy.onTrain((double) MEGABIT);
        assertThat(busy.staleNanos(before)).isEqualTo(36_000_000);
        long after = inFlight.add(0, 2, 0, 0, 0, 0, 100, 0);
        assertThat(busy.staleNanos(after)).isZero();
    }

    @Test
    void begins_again_with_what_was_told_when_the_line_leads_elsewhere() {
        rate.describe(4 * MEGABIT, 0);
        rate.onTrain((double) (5 * MEGABIT));
        rate.resetMeasurements();
        assertThat(bitsPerSecond()).isEqualTo(4 * MEGABIT);
    }

    @Test
    void keeps_to_what_was_told_where_no_reports_come() {
        rate.withoutReports();
        rate.describe(4 * MEGABIT, 0);
        rate.onTrain((double) (5 * MEGABIT));
        assertThat(bitsPerSecond()).isLessThanOrEqualTo(4 * MEGABIT);
        rate.describe(0, 3 * MEGABIT);
        assertThat(bitsPerSecond()).isEqualTo(3 * MEGABIT);
    }

    @Test
    void keeps_what_was_found_as_a_first_idea_when_the_line_has_moved() {
        rate.onTrain((double) (5 * MEGABIT));
        rate.onMoved(false);
        assertThat(bitsPerSecond()).isEqualTo(5 * MEGABIT);
        rate.onMoved(true);
        assertThat(bitsPerSecond()).isEqualTo(5 * MEGABIT);
        assertThat(rate.train().nanosUntilDue(0))
                .as("nothing interrupts the traffic")
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void does_not_take_what_went_to_the_address_before_for_the_loss_of_the_line() {
        for (boolean moved : new boolean[] {true, false}) {
            InFlight sent = new InFlight(4_096);
            RelativeDelay delay = new RelativeDelay();
            PathRate line = new PathRate(delay, sent, new PathSizes(20));
            line.onTrain((double) (12 * MEGABIT));
            long now = 0;
            long arrived = 0;
            long least = Long.MAX_VALUE;
            for (int packet = 0; packet < 3_000; packet++, now += 1_000_000) {
                // A full packet takes 1 ms. A fifth of a second of them goes to where nobody is any more.
                long counter = sent.add(now, packet, 0, 0, 0, 0, 1_450, 0);
                boolean lost = packet >= 500 && packet < 700;
                arrived += lost ? 0 : 1;
                if (packet == 700 && moved) {
                    sent.onMoved();
                    line.onMoved(false);
                }
                if (!lost && packet % 20 == 19) {
                    delay.sample(now, 100, 100);
                    line.onReport(now + 20_000_000, counter, arrived, arrived * 1_472, now + 10_000_000);
                    least = Math.min(least, line.pacer().bitsPerSecond());
                }
            }
            assertThat(least >= 12 * MEGABIT)
                    .as("moved " + moved + ": " + least)
                    .isEqualTo(moved);
        }
    }

    @Test
    void begins_where_the_line_was_in_an_earlier_life_and_has_found_nothing_yet() {
        rate.describe(0, 6 * MEGABIT);
        rate.startFrom(5 * MEGABIT);
        rate.onUsable(LinkState.PROBING, true, 0);
        assertThat(bitsPerSecond()).isEqualTo(5 * MEGABIT);
        assertThat(rate.isKnown()).isTrue();
        assertThat(rate.train().nanosUntilDue(0)).isEqualTo(Long.MAX_VALUE);
        assertThat(rate.foundBitsPerSecond()).isZero();
        rate.onTrain((double) (4 * MEGABIT));
        assertThat(rate.foundBitsPerSecond()).isEqualTo(4 * MEGABIT);
    }

    @Test
    void never_begins_above_the_bound_and_counts_that_as_found_no_more_than_the_rest() {
        rate.describe(0, 3 * MEGABIT);
        rate.startFrom(5 * MEGABIT);
        assertThat(bitsPerSecond()).isEqualTo(3 * MEGABIT);
        assertThat(rate.foundBitsPerSecond()).isZero();
    }

    @Test
    void believes_a_train_more_than_an_earlier_life() {
        rate.startFrom(10 * MEGABIT);
        rate.onUsable(LinkState.PROBING, false, 0);
        assertThat(rate.train().nanosUntilDue(0)).isNotEqualTo(Long.MAX_VALUE);
        rate.onTrain((double) (7 * MEGABIT));
        assertThat(bitsPerSecond()).isEqualTo(7 * MEGABIT);
    }

    @Test
    void begins_as_configured_whatever_was_in_an_earlier_life() {
        rate.describe(4 * MEGABIT, 0);
        rate.startFrom(5 * MEGABIT);
        assertThat(bitsPerSecond()).isEqualTo(4 * MEGABIT);
        rate.describe(Pacer.UNLIMITED, 0);
        assertThat(rate.pacer().isPaced()).isFalse();
        assertThat(rate.foundBitsPerSecond()).isZero();
    }

    @Test
    void keeps_what_was_found_when_an_earlier_life_is_told_late() {
        rate.onTrain((double) (7 * MEGABIT));
        rate.startFrom(5 * MEGABIT);
        assertThat(bitsPerSecond()).isEqualTo(7 * MEGABIT);
    }

    @Test
    void begins_there_when_its_socket_is_opened_late_but_not_when_the_line_moves_later() {
        rate.startFrom(5 * MEGABIT);
        rate.resetMeasurements();
        assertThat(bitsPerSecond()).isEqualTo(5 * MEGABIT);
        rate.onTrain((double) (7 * MEGABIT));
        rate.resetMeasurements();
        assertThat(rate.isKnown()).isFalse();
    }

    @Test
    void has_a_line_measured_that_carries_next_to_nothing_all_at_once() {
        InFlight sent = new InFlight(16_384);
        RelativeDelay delay = new RelativeDelay();
        PathRate line = new PathRate(delay, sent, new PathSizes(20));
        line.onTrain((double) (12 * MEGABIT));
        long now = 0;
        long arrived = 0;
        for (int packet = 0; packet < 8_000; packet++, now += 1_000_000) {
            // A full packet took 1 ms; after a second it takes 16.
            sent.add(now, packet, 0, 0, 0, 0, 1_450, 0);
            boolean slow = packet >= 1_000;
            arrived += !slow || packet % 16 == 0 ? 1 : 0;
            if (packet % 64 == 0) {
                long counter = arrived - 1;
                int units = (int) ((now - counter * 1_000_000) / Stamps.UNIT_NANOS) + 100;
                delay.sample(now, units, units);
                line.onReport(now, counter, arrived, arrived * 1_472, now);
            }
            line.measureIfSunk(now);
            if (line.pacer().bitsPerSecond() > 2 * MEGABIT) {
                assertThat(line.train().nanosUntilDue(now)).isEqualTo(Long.MAX_VALUE);
            }
        }
        assertThat(line.pacer().bitsPerSecond()).isLessThan(12 * MEGABIT / 8);
        assertThat(line.train().nanosUntilDue(now)).isLessThanOrEqualTo(0);

        line.train().onFailed(now);
        line.onTrain((double) MEGABIT);
        now += 20_000_000_000L;
        line.measureIfSunk(now);
        assertThat(line.train().nanosUntilDue(now))
                .as("a train has said that it is so slow")
                .isEqualTo(Long.MAX_VALUE);
    }
}
