package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DeliveryMeterTest {

    private static final long MILLI = 1_000_000;
    private static final int PACKET = 1_250;

    private final DeliveryMeter meter = new DeliveryMeter();
    private long counter;
    private long packets;
    private long arrived = 5_000 * MILLI;
    private long sent = 1_000 * MILLI;

    /** Some packets more have left and arrived, the last of them after so long. */
    private boolean report(int sentPackets, int lost, long arrivalMillis, long departureMillis) {
        counter += sentPackets;
        packets += sentPackets - lost;
        arrived += arrivalMillis * MILLI;
        sent += departureMillis * MILLI;
        return meter.onReport(counter, packets, packets * PACKET, arrived, sent);
    }

    @Test
    void measures_by_the_receivers_clock() {
        report(1, 0, 10, 10);
        report(50, 0, 50, 20);
        report(50, 0, 50, 20);
        assertThat(meter.isComplete(100 * MILLI)).isTrue();
        meter.close();
        assertThat(meter.arrivalRate()).isCloseTo(10e6, within(1.0));
        assertThat(meter.deliveryRate()).isEqualTo(meter.arrivalRate());
        assertThat(meter.sendRate()).isCloseTo(25e6, within(1.0));
    }

    @Test
    void does_not_take_packets_that_come_closer_than_they_left_for_a_faster_line() {
        report(1, 0, 10, 10);
        report(100, 0, 50, 100);
        meter.close();
        assertThat(meter.arrivalRate()).isCloseTo(20e6, within(1.0));
        assertThat(meter.deliveryRate()).isCloseTo(10e6, within(1.0));
    }

    @Test
    void counts_what_is_lost_and_what_was_sent() {
        report(1, 0, 10, 10);
        report(100, 25, 100, 100);
        meter.close();
        assertThat(meter.lost()).isEqualTo(25);
        assertThat(meter.lossRatio()).isEqualTo(0.25);
        assertThat(meter.deliveryRate()).isCloseTo(7.5e6, within(1.0));
        assertThat(meter.sendRate()).isCloseTo(10e6, within(1.0));
    }

    @Test
    void does_not_count_a_packet_that_was_overtaken_as_lost_for_good() {
        report(1, 0, 10, 10);
        report(100, 1, 100, 100);
        meter.close();
        assertThat(meter.lost()).isEqualTo(1);
        report(100, -1, 100, 100);
        meter.close();
        assertThat(meter.lost()).isZero();
        report(100, 1, 100, 100);
        meter.close();
        assertThat(meter.lost()).isZero();
    }

    @Test
    void ignores_what_is_not_new_and_begins_anew_after_a_pause() {
        report(1, 0, 10, 10);
        assertThat(report(0, 0, 10, 0)).isFalse();
        assertThat(report(10, 0, 500, 500)).isTrue();
        assertThat(meter.isComplete(100 * MILLI)).isFalse();
    }

    @Test
    void leaves_out_what_came_before_an_epoch_was_begun_by_hand() {
        report(1, 0, 10, 10);
        report(100, 50, 100, 100);
        meter.begin();
        report(50, 0, 100, 100);
        meter.close();
        assertThat(meter.lost()).isZero();
        assertThat(meter.deliveryRate()).isCloseTo(5e6, within(1.0));
    }
}
