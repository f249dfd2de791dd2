package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The control of one line against a small model: a queue that drops its tail, a rate, loss, jitter, and a report every 20 ms. */
class CapacityControlTest {

    private static final long MILLI = 1_000_000;
    private static final int PACKET = 1_500;
    private static final long DELAY = 20 * MILLI;

    private final RelativeDelay delay = new RelativeDelay();
    private final CapacityControl control = new CapacityControl(delay);
    private final Random random = Seeded.random();

    private double lineRate = 10e6;
    private double bufferNanos = 200 * MILLI;
    private double loss;
    private long jitter;

    private long now;
    private double sendAt;
    private double lineFreeAt;
    private double worstQueue;
    private long next;
    private long packets;
    private final ArrayDeque<long[]> flying = new ArrayDeque<>();

    /** Sends at the controlled rate for so long, with always something to send. */
    private void run(long millis) {
        long end = now + millis * MILLI;
        for (; now < end; now += 20 * MILLI) {
            while (sendAt < now + 20 * MILLI) {
                double serialization = PACKET * 8e9 / lineRate;
                double queue = Math.max(0, lineFreeAt - sendAt);
                worstQueue = Math.max(worstQueue, queue);
                long counter = next++;
                if (queue + serialization <= Math.max(bufferNanos, serialization)) {
                    lineFreeAt = Math.max(lineFreeAt, sendAt) + serialization;
                    if (random.nextDouble() >= loss) {
                        long deviation = jitter == 0 ? 0 : (long) (random.nextDouble() * jitter);
                        long arrival = (long) lineFreeAt + DELAY + deviation;
                        long last = flying.isEmpty() ? 0 : flying.getLast()[1];
                        double ownSerialization = PACKET * 8e9 / control.bitsPerSecond();
                        long left = (long) (sendAt + Math.min(serialization, ownSerialization));
                        flying.add(new long[] {counter, Math.max(arrival, last), left});
                    }
                }
                sendAt += PACKET * 8e9 / control.bitsPerSecond();
            }
            report();
        }
    }

    private void report() {
        long[] newest = null;
        long least = Long.MAX_VALUE;
        while (!flying.isEmpty() && flying.getFirst()[1] <= now) {
            newest = flying.removeFirst();
            packets++;
            least = Math.min(least, newest[1] - newest[2]);
        }
        if (newest != null) {
            delay.sample(
                    now,
                    (int) (least / Stamps.UNIT_NANOS) & 0xFFFF,
                    (int) ((newest[1] - newest[2]) / Stamps.UNIT_NANOS) & 0xFFFF);
            control.onReport(now, newest[0], packets, packets * PACKET, newest[1], newest[2], next);
            sendAt = Math.max(sendAt, now + (double) control.pauseNanos());
        }
    }

    /** Sends nothing for so long. */
    private void pause(long millis) {
        long end = now + millis * MILLI;
        for (; now < end; now += 20 * MILLI) {
            sendAt = Math.max(sendAt, now + 20.0 * MILLI);
            report();
        }
    }

    private double share() {
        return control.capacityBitsPerSecond() / lineRate;
    }

    @Test
    void finds_the_rate_without_any_idea() {
        run(4_000);
        assertThat(control.isEstimated()).isTrue();
        assertThat(share()).isBetween(0.95, 1.05);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1.0, 2.0})
    void corrects_a_wrong_seed(double wrong) {
        control.seed(lineRate * wrong);
        run(6_000);
        assertThat(share()).isBetween(0.95, 1.05);
        worstQueue = 0;
        run(10_000);
        assertThat(worstQueue).isLessThan(30 * MILLI);
    }

    @Test
    void corrects_a_rate_that_is_too_high_also_if_the_traffic_leaves_the_line_time_to_drain() {
        control.seed(1.5 * lineRate);
        for (int i = 0; i < 15; i++) {
            run(240);
            pause(160);
        }
        assertThat(share()).isBetween(0.9, 1.1);
    }

    @Test
    void follows_a_fall_to_a_quarter_and_lets_the_queue_drain() {
        control.seed(lineRate);
        run(5_000);
        lineRate /= 4;
        run(2_000);
        assertThat(share()).isBetween(0.9, 1.1);
        worstQueue = 0;
        run(3_000);
        assertThat(worstQueue).isLessThan(60 * MILLI);
    }

    @Test
    void finds_that_the_line_has_tripled() {
        control.seed(lineRate);
        run(3_000);
        lineRate *= 3;
        run(6_000);
        assertThat(share()).isGreaterThan(0.95);
    }

    @Test
    void a_receiver_that_is_late_for_once_does_not_cost_an_idle_line_its_rate() {
        control.seed(2e6);
        for (int i = 0; i < 200; i++) {
            now += 20 * MILLI;
            long arrived = now + DELAY + (i >= 150 && i < 156 ? 140 * MILLI + i * MILLI / 10 : 0);
            int late = (int) ((arrived - now) / Stamps.UNIT_NANOS);
            packets += 2;
            next += 2;
            delay.sample(now, late, late);
            control.onReport(now, next - 1, packets, packets * 150, arrived, now, next);
        }
        assertThat(control.bitsPerSecond())
                .as("of 2 Mbit/s, of which 0.1 are used")
                .isGreaterThan(0.9e6);
    }

    @Test
    void is_not_lowered_by_random_loss() {
        loss = 0.05;
        control.seed(lineRate);
        run(30_000);
        assertThat(share()).isBetween(0.93, 1.06);
    }

    @Test
    void keeps_to_the_rate_of_a_line_with_a_shallow_modem() {
        bufferNanos = 8 * MILLI;
        control.seed(lineRate);
        run(10_000);
        long before = packets;
        long sent = next;
        run(20_000);
        assertThat(share()).isBetween(0.95, 1.05);
        assertThat((double) (packets - before) / (next - sent)).isGreaterThan(0.98);
    }

    @Test
    void takes_jitter_neither_for_rate_nor_for_a_queue() {
        jitter = 15 * MILLI;
        control.seed(lineRate);
        run(20_000);
        assertThat(share()).isBetween(0.9, 1.1);
    }
}
