package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trains over a model of one line that carries packets at a rate and reports packets of a train. */
class RateTrainTest {

    private static final long MILLI = 1_000_000;
    private static final int PACKET = 1_318;
    private static final long DELAY = 20 * MILLI;

    private final RateTrain train = new RateTrain();
    private final RelativeDelay delay = new RelativeDelay();
    private long now = 5_000 * MILLI;
    private long counter = 7;
    private int sentPackets;

    private static int stamp(long nanos) {
        return Stamps.stamp(nanos);
    }

    /** Sends a train that is due and reports what a line of that rate makes of it. */
    private double run(double bitsPerSecond, boolean firstIsReported) {
        return run(bitsPerSecond, firstIsReported, 0);
    }

    private double run(double bitsPerSecond, boolean firstIsReported, long lastIsLateNanos) {
        now += Math.max(0, train.nanosUntilDue(now));
        int packets = train.packets();
        sentPackets += packets;
        long first = counter;
        long last = counter + packets - 1;
        counter += packets;
        train.onSent(now, first, last, stamp(now), PACKET);
        double serialization = PACKET * 8e9 / bitsPerSecond;
        long firstArrived = now + DELAY + (long) serialization;
        long lastArrived = now + DELAY + (long) (packets * serialization) + lastIsLateNanos;
        int firstDelay = Stamps.difference(stamp(firstArrived), stamp(now)) & 0xFFFF;
        int lastDelay = Stamps.difference(stamp(lastArrived), stamp(now)) & 0xFFFF;
        if (firstIsReported) {
            train.onReport(firstArrived + DELAY, first, 0, stamp(firstArrived), firstDelay);
        }
        train.onReport(lastArrived + DELAY, last, 0, stamp(lastArrived), firstIsReported ? firstDelay : lastDelay);
        now = lastArrived + DELAY + 200 * MILLI;
        return train.poll(now, delay);
    }

    private boolean isDue() {
        return train.nanosUntilDue(now) != Long.MAX_VALUE;
    }

    private double measure(double bitsPerSecond) {
        train.want(now);
        double found = 0;
        while (isDue()) {
            double latest = run(bitsPerSecond, true);
            found = latest > 0 ? latest : found;
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1e6, 0.6e6, 4e6, 20e6, 100e6, 300e6, 1e9})
    void measures_lines_from_slow_to_fast(double rate) {
        assertThat(measure(rate) / rate).isBetween(0.95, 1.06);
    }

    @Test
    void sends_a_thin_line_no_more_than_a_tenth_of_a_second_at_once() {
        measure(0.6e6);
        assertThat(sentPackets).isEqualTo(4 + 5);
    }

    @Test
    void does_without_the_report_on_the_first_packet_where_the_delay_is_steady() {
        for (int i = 0; i < 60; i++) {
            delay.sample(now + i * MILLI, (int) (DELAY / Stamps.UNIT_NANOS), (int) (DELAY / Stamps.UNIT_NANOS));
        }
        train.want(now);
        assertThat(run(10e6, false) / 10e6).isBetween(0.7, 1.05);
    }

    @Test
    void sends_a_longer_one_when_two_contradict_each_other() {
        train.want(now);
        assertThat(run(20e6, true, 5 * MILLI)).isLessThan(8e6);
        assertThat(train.packets()).isEqualTo(16);
        assertThat(run(20e6, true, 9 * MILLI)).as("of 20 Mbit/s").isLessThan(11e6);
        assertThat(train.packets()).isEqualTo(64);
        assertThat(run(20e6, true, 5 * MILLI) / 20e6).isBetween(0.8, 0.95);
    }

    @Test
    void measures_by_what_a_small_modem_held_and_sends_it_no_longer_one() {
        train.want(now);
        run(20e6, true);
        assertThat(train.packets()).isEqualTo(16);
        now += Math.max(0, train.nanosUntilDue(now));
        train.onSent(now, counter, counter + 15, stamp(now), PACKET);
        // It held ten; of these the first, and those at powers of two, are reported.
        double serialization = PACKET * 8e9 / 20e6;
        long firstArrived = now + DELAY + (long) serialization;
        int delayUnits = Stamps.difference(stamp(firstArrived), stamp(now)) & 0xFFFF;
        for (int place : new int[] {0, 1, 2, 4, 8}) {
            long arrived = now + DELAY + (long) ((place + 1) * serialization);
            train.onReport(arrived + DELAY, counter + place, 0, stamp(arrived), delayUnits);
        }
        assertThat(train.poll(now + 300 * MILLI, delay)).isZero();
        long later = now + 400 * MILLI;
        train.onReport(later, counter + 20, 0x3FFFL << 4, stamp(later), delayUnits);
        assertThat(train.poll(later + 200 * MILLI, delay) / 20e6).isBetween(0.95, 1.06);
        assertThat(isDue()).isFalse();
    }

    @Test
    void sends_longer_ones_where_delays_vary() {
        int units = (int) (DELAY / Stamps.UNIT_NANOS);
        for (int i = 0; i < 60; i++) {
            delay.sample(now + i * MILLI, units + i % 2 * 150, units + i % 2 * 150);
        }
        measure(20e6);
        assertThat(sentPackets * PACKET * 8 / 20e6).as("seconds on the line").isBetween(0.04, 0.2);
    }

    @Test
    void tries_one_of_the_same_length_again_if_it_measured_nothing_after_one_that_did() {
        train.want(now);
        run(10e6, true);
        assertThat(train.packets()).isEqualTo(16);
        train.onSent(now, counter, counter + 15, stamp(now), PACKET);
        counter += 16;
        now += 1_600 * MILLI;
        assertThat(train.poll(now, delay)).isZero();
        assertThat(isDue()).isTrue();
        assertThat(run(10e6, true) / 10e6).isBetween(0.95, 1.05);
    }

    @Test
    void tries_again_later_if_nothing_was_measured_and_gives_up_in_the_end() {
        train.want(now);
        long began = now;
        int tries = 0;
        while (isDue()) {
            now += Math.max(0, train.nanosUntilDue(now));
            train.onSent(now, counter, counter + 3, stamp(now), PACKET);
            counter += 4;
            now += 1_600 * MILLI;
            assertThat(train.poll(now, delay)).isZero();
            tries++;
        }
        assertThat(tries).isEqualTo(4);
        assertThat(now - began).isGreaterThan(8_000 * MILLI);
    }

    @Test
    void waits_for_a_report_that_was_overtaken() {
        train.want(now);
        now += train.nanosUntilDue(now);
        train.onSent(now, 10, 13, stamp(now), PACKET);
        long serialization = (long) (PACKET * 8e9 / 10e6);
        long first = now + DELAY + serialization;
        long last = now + DELAY + 4 * serialization;
        int firstDelay = Stamps.difference(stamp(first), stamp(now));
        int lastDelay = Stamps.difference(stamp(last), stamp(now));
        train.onReport(now + 60 * MILLI, 13, 0, stamp(last), lastDelay);
        assertThat(train.poll(now + 60 * MILLI, delay)).isZero();
        train.onReport(now + 120 * MILLI, 10, 0, stamp(first), firstDelay);
        assertThat(train.poll(now + 120 * MILLI, delay) / 10e6).isBetween(0.95, 1.05);
    }

    @Test
    void knows_which_counters_are_its_own() {
        train.onSent(now, 10, 13, stamp(now), PACKET);
        assertThat(train.covers(1, 9)).isFalse();
        assertThat(train.covers(5, 10)).isTrue();
        assertThat(train.covers(13, 20)).isTrue();
        assertThat(train.covers(14, 20)).isFalse();
    }

    /** What a line of 20 Mbit/s makes of a packet of the train: when it arrives. */
    private long arrivalNanos(int place) {
        return now + DELAY + (long) ((place + 1) * PACKET * 8e9 / 20e6);
    }

    private int delayUnits(int place) {
        return Stamps.difference(stamp(arrivalNanos(place)), stamp(now)) & 0xFFFF;
    }

    private void report(int place, int leastPlace) {
        long arrived = arrivalNanos(place);
        train.onReport(arrived + DELAY, counter + place, 0, stamp(arrived), delayUnits(leastPlace));
    }

    @Test
    void waits_for_the_report_on_the_first_packet_when_others_overtake_it() {
        train.want(now);
        now += Math.max(0, train.nanosUntilDue(now));
        train.onSent(now, counter, counter + 3, stamp(now), PACKET);
        report(1, 1);
        report(2, 2);
        report(3, 3);
        long arrived = arrivalNanos(3) + DELAY;
        assertThat(train.poll(arrived, delay)).isZero();
        report(0, 0);
        assertThat(train.poll(arrived + 10 * MILLI, delay) / 20e6).isBetween(0.95, 1.06);
    }

    @Test
    void takes_a_report_that_speaks_of_the_whole_train() {
        train.want(now);
        now += Math.max(0, train.nanosUntilDue(now));
        train.onSent(now, counter, counter + 3, stamp(now), PACKET);
        report(3, 0);
        assertThat(train.poll(arrivalNanos(3) + DELAY, delay) / 20e6).isBetween(0.95, 1.06);
    }

    @Test
    void does_not_take_a_delay_that_is_said_again_for_that_of_the_first_packet() {
        train.want(now);
        run(20e6, true);
        now += Math.max(0, train.nanosUntilDue(now));
        train.onSent(now, counter, counter + 15, stamp(now), PACKET);
        report(2, 2);
        // No stamp has come since: the report repeats what the one before has said.
        report(3, 2);
        report(15, 15);
        assertThat(train.poll(arrivalNanos(15) + DELAY, delay)).isZero();
        assertThat(train.poll(arrivalNanos(15) + 200 * MILLI, delay) / 20e6)
                .as("from the third packet on")
                .isBetween(0.95, 1.06);
    }

    @Test
    void sends_a_longer_one_when_only_the_report_on_the_last_packet_is_lost() {
        train.want(now);
        now += Math.max(0, train.nanosUntilDue(now));
        train.onSent(now, counter, counter + 3, stamp(now), PACKET);
        report(0, 0);
        report(2, 2);
        // The next packet of the line says that nothing is missing.
        report(4, 4);
        assertThat(train.poll(arrivalNanos(4) + 200 * MILLI, delay) / 20e6).isBetween(0.9, 1.1);
        assertThat(train.packets()).isEqualTo(16);
        assertThat(train.nanosUntilDue(arrivalNanos(4) + 200 * MILLI)).isLessThanOrEqualTo(0);
    }

    @Test
    void sends_a_longer_one_when_only_the_last_packet_is_lost() {
        train.want(now);
        now += Math.max(0, train.nanosUntilDue(now));
        train.onSent(now, counter, counter + 3, stamp(now), PACKET);
        report(0, 0);
        report(2, 2);
        long arrived = arrivalNanos(4);
        train.onReport(arrived + DELAY, counter + 4, 1, stamp(arrived), delayUnits(4));
        assertThat(train.poll(arrived + 200 * MILLI, delay) / 20e6).isBetween(0.9, 1.1);
        assertThat(train.packets()).isEqualTo(16);
    }

    @Test
    void repeats_a_train_that_was_held_up_before_it_believes_that_the_line_is_so_slow() {
        train.want(now);
        run(20e6, true);
        assertThat(train.packets()).isEqualTo(16);
        assertThat(run(20e6, true, 900 * MILLI)).isZero();
        assertThat(train.packets()).isEqualTo(16);
        assertThat(run(20e6, true) / 20e6).isBetween(0.95, 1.06);
    }

    @Test
    void believes_the_second_train_that_finds_the_line_slow() {
        train.want(now);
        run(20e6, true);
        assertThat(run(2e6, true)).isZero();
        assertThat(run(2e6, true) / 2e6).isBetween(0.95, 1.06);
    }
}
