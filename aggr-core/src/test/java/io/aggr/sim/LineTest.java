package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LineTest {

    private static final long MILLI = 1_000_000L;
    /** 12 000 bits take exactly 1 ms. */
    private static final LineSettings PLAIN = LineSettings.of(12_000_000, Duration.ofMillis(10));

    private record Arrival(long token, long atNanos, LineOutcome outcome) {}

    private final List<Arrival> arrivals = new ArrayList<>();
    private final Line.Receiver receiver = (token, size, at, outcome) -> arrivals.add(new Arrival(token, at, outcome));

    @Test
    void serialises_then_delays() {
        Line line = new Line(PLAIN, 1);
        line.offer(0, 1500, 7);
        line.offer(0, 1500, 8);
        assertThat(line.nanosToDelivery(0)).isEqualTo(11 * MILLI);

        assertThat(line.deliver(11 * MILLI - 1, receiver)).isZero();
        assertThat(line.deliver(11 * MILLI, receiver)).isEqualTo(1);
        assertThat(line.nanosToDelivery(11 * MILLI)).isEqualTo(MILLI);
        line.deliver(20 * MILLI, receiver);
        assertThat(arrivals)
                .containsExactly(
                        new Arrival(7, 11 * MILLI, LineOutcome.CARRIED),
                        new Arrival(8, 12 * MILLI, LineOutcome.CARRIED));
        assertThat(line.nanosToDelivery(20 * MILLI)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void keeps_an_odd_rate_exactly_in_the_long_run() {
        Line line = new Line(PLAIN.withRateBitsPerSecond(7_777_777).withQueue(QueueLimit.ofBytes(Long.MAX_VALUE)), 1);
        for (int i = 0; i < 10_000; i++) {
            line.offer(0, 1001, i);
        }
        line.deliver(1_000_000 * MILLI, receiver);
        long expected = 10_000L * 1001 * 8 * 1_000_000_000L / 7_777_777 + 10 * MILLI;
        assertThat(arrivals.get(9_999).atNanos()).isEqualTo(expected);
    }

    @Test
    void works_over_the_wrap_of_the_counter() {
        long start = Long.MAX_VALUE - 5 * MILLI;
        Line line = new Line(PLAIN, 1);
        line.offer(start, 1500, 1);
        assertThat(line.nanosToDelivery(start)).isEqualTo(11 * MILLI);
        line.deliver(start + 11 * MILLI, receiver);
        assertThat(arrivals).containsExactly(new Arrival(1, start + 11 * MILLI, LineOutcome.CARRIED));
    }

    @Test
    void drops_what_does_not_fit_into_the_queue() {
        Line line = new Line(PLAIN.withQueue(QueueLimit.ofBytes(4500)), 1);
        for (int i = 0; i < 3; i++) {
            assertThat(line.offer(0, 1500, i)).isEqualTo(LineOutcome.CARRIED);
        }
        assertThat(line.offer(0, 1, 3)).isEqualTo(LineOutcome.QUEUE_FULL);
        assertThat(line.offer(MILLI, 1500, 4)).isEqualTo(LineOutcome.CARRIED);
        assertThat(line.stats().queueFullPackets()).isEqualTo(1);
        assertThat(line.queueNanos(MILLI)).isEqualTo(3 * MILLI);
    }

    @Test
    void sizes_a_queue_in_time_by_the_present_rate() {
        Line line = new Line(PLAIN.withQueue(QueueLimit.ofTime(Duration.ofMillis(4))), 1);
        int taken = 0;
        while (line.offer(0, 1500, taken) == LineOutcome.CARRIED) {
            taken++;
        }
        assertThat(taken).isEqualTo(4);

        line = new Line(PLAIN.withQueue(QueueLimit.ofTime(Duration.ofMillis(4))), 1);
        line.change(line.settings().withRateBitsPerSecond(24_000_000), 0);
        taken = 0;
        while (line.offer(0, 1500, taken) == LineOutcome.CARRIED) {
            taken++;
        }
        assertThat(taken).isEqualTo(8);
    }

    @Test
    void takes_a_packet_when_idle_however_small_the_queue_is() {
        Line line = new Line(PLAIN.withQueue(QueueLimit.ofBytes(0)), 1);
        assertThat(line.offer(0, 1500, 1)).isEqualTo(LineOutcome.CARRIED);
        assertThat(line.offer(0, 1500, 2)).isEqualTo(LineOutcome.QUEUE_FULL);
    }

    @Test
    void drops_and_counts_what_is_larger_than_the_mtu() {
        Line line = new Line(PLAIN.withMtuBytes(1400), 1);
        assertThat(line.offer(0, 1401, 1)).isEqualTo(LineOutcome.TOO_LARGE);
        assertThat(line.offer(0, 1400, 2)).isEqualTo(LineOutcome.CARRIED);
        assertThat(line.stats().tooLargePackets()).isEqualTo(1);
    }

    @Test
    void finishes_a_packet_at_the_new_rate() {
        Line line = new Line(PLAIN, 1);
        line.offer(0, 1500, 1);
        line.offer(0, 1500, 2);
        // A quarter is sent; the other three take twice as long.
        line.change(PLAIN.withRateBitsPerSecond(6_000_000), MILLI / 4);
        line.deliver(100 * MILLI, receiver);
        assertThat(arrivals.get(0).atNanos()).isEqualTo(MILLI / 4 + 3 * MILLI / 2 + 10 * MILLI);
        assertThat(arrivals.get(1).atNanos()).isEqualTo(arrivals.get(0).atNanos() + 2 * MILLI);
    }

    @Test
    void keeps_the_order_when_the_delay_shrinks() {
        Line line = new Line(PLAIN, 1);
        line.offer(0, 1500, 1);
        line.change(PLAIN.withDelay(Duration.ofMillis(2)), 2 * MILLI);
        line.offer(2 * MILLI, 1500, 2);
        line.deliver(100 * MILLI, receiver);
        assertThat(arrivals).extracting(Arrival::token).containsExactly(1L, 2L);
        assertThat(arrivals.get(1).atNanos()).isEqualTo(11 * MILLI);
    }

    @Test
    void needs_no_time_to_send_without_a_rate() {
        Line line = new Line(PLAIN.withRateBitsPerSecond(LineSettings.UNLIMITED_RATE), 1);
        for (int i = 0; i < 1000; i++) {
            assertThat(line.offer(0, 1500, i)).isEqualTo(LineOutcome.CARRIED);
        }
        assertThat(line.deliver(10 * MILLI, receiver)).isEqualTo(1000);
    }

    @Test
    void lets_everything_vanish_in_a_black_hole_without_a_sign() {
        Line line = new Line(PLAIN, 1);
        line.offer(0, 1500, 1);
        line.change(PLAIN.withBlackHole(true), 2 * MILLI);
        assertThat(line.offer(2 * MILLI, 1500, 2)).isEqualTo(LineOutcome.CARRIED);
        line.deliver(50 * MILLI, receiver);
        line.change(PLAIN, 50 * MILLI);
        line.offer(50 * MILLI, 1500, 3);
        line.deliver(100 * MILLI, receiver);
        assertThat(arrivals)
                .extracting(Arrival::outcome)
                .containsExactly(LineOutcome.CARRIED, LineOutcome.VANISHED, LineOutcome.CARRIED);
        assertThat(line.stats().vanishedPackets()).isEqualTo(1);
    }

    @Test
    void loses_the_share_it_was_told_to() {
        assertThat(lossOf(Loss.random(0.03))).isCloseTo(0.03, within(0.002));
        assertThat(lossOf(Loss.bursts(0.05, 8))).isCloseTo(0.05, within(0.006));
        assertThat(lossOf(Loss.none())).isZero();
        assertThat(lossOf(Loss.random(1))).isEqualTo(1);
    }

    @Test
    void loses_packets_in_runs_of_the_given_mean_length() {
        Line line = lineThatLoses(Loss.bursts(0.02, 5));
        int runs = 0;
        int lost = 0;
        LineOutcome previous = LineOutcome.CARRIED;
        for (Arrival arrival : arrivals) {
            if (arrival.outcome() == LineOutcome.LOST) {
                lost++;
                runs += previous == LineOutcome.LOST ? 0 : 1;
            }
            previous = arrival.outcome();
        }
        assertThat(line.stats().lostPackets()).isEqualTo(lost);
        assertThat((double) lost / runs).isCloseTo(5, within(0.5));
    }

    @Test
    void keeps_the_order_under_ordered_jitter_and_stays_within_the_amplitude() {
        Line line =
                new Line(PLAIN.withDelay(Duration.ofMillis(30)).withJitter(Jitter.inOrder(Duration.ofMillis(15))), 3);
        sendEvery(line, 5 * MILLI, 4000);
        assertThat(arrivals).extracting(Arrival::token).isSorted().hasSize(4000);
        List<Long> delays = delays(5 * MILLI);
        assertThat(delays).allSatisfy(d -> assertThat(d).isBetween(16 * MILLI, 46 * MILLI));
        assertThat(spread(delays)).isBetween(24 * MILLI, 30 * MILLI);
    }

    @Test
    void reorders_under_independent_jitter_and_hands_out_in_order_of_arrival() {
        Line line = new Line(
                PLAIN.withDelay(Duration.ofMillis(30)).withJitter(Jitter.reordering(Duration.ofMillis(15))), 3);
        sendEvery(line, 2 * MILLI, 4000);
        assertThat(arrivals).extracting(Arrival::atNanos).isSorted().hasSize(4000);
        assertThat(arrivals.stream().map(Arrival::token).toList()).isNotEqualTo(sortedTokens());
        List<Long> delays = delays(2 * MILLI);
        assertThat(delays).allSatisfy(d -> assertThat(d).isBetween(16 * MILLI, 46 * MILLI));
        assertThat(spread(delays)).isGreaterThan(29 * MILLI);
        double mean = delays.stream().mapToLong(Long::longValue).average().orElseThrow();
        assertThat(mean).isCloseTo(31.0 * MILLI, within(0.5 * MILLI));
    }

    @Test
    void conserves_packets_whatever_happens() {
        long seed = Seeds.next("LineTest");
        SeededRandom random = new SeededRandom(seed);
        Line line = new Line(PLAIN.withDelay(Duration.ofMillis(20)), seed);
        Set<Long> open = new HashSet<>();
        Line.Receiver taker = (token, size, at, outcome) -> assertThat(open.remove(token))
                .as("token %d, seed %d", token, seed)
                .isTrue();
        long now = -40 * MILLI;
        for (int step = 0; step < 50_000; step++) {
            now += random.nextInt(3_000_000);
            switch (random.nextInt(12)) {
                case 0 -> line.change(randomSettings(random), now);
                case 1, 2, 3 -> line.deliver(now, taker);
                default -> {
                    if (line.offer(now, 1 + random.nextInt(1600), step) == LineOutcome.CARRIED) {
                        open.add((long) step);
                    }
                }
            }
            LineStats stats = line.stats();
            assertThat(stats.accountedPackets()).as("seed %d", seed).isEqualTo(stats.offeredPackets());
            assertThat(open).as("seed %d", seed).hasSize(stats.queuedPackets() + stats.flyingPackets());
            assertThat(line.queuedBytes(now)).isGreaterThanOrEqualTo(0);
        }
        line.change(PLAIN, now);
        line.deliver(now + 3_600_000 * MILLI, taker);
        assertThat(open).as("seed %d", seed).isEmpty();
        assertThat(line.stats().queuedBytes()).isZero();
    }

    @Test
    void is_never_late_when_asked_for_the_next_delivery() {
        SeededRandom random = new SeededRandom(Seeds.next("LineTest"));
        Line eager = new Line(PLAIN, 5);
        Line lazy = new Line(PLAIN, 5);
        List<Arrival> exact = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 5000; i++) {
            if (random.nextInt(50) == 0) {
                LineSettings settings = randomSettings(random);
                eager.change(settings, now);
                lazy.change(settings, now);
            }
            eager.offer(now, 500, i);
            lazy.offer(now, 500, i);
            long until = now + random.nextInt(1_000_000);
            for (long wait = eager.nanosToDelivery(now);
                    wait != Long.MAX_VALUE && now + wait <= until;
                    wait = eager.nanosToDelivery(now)) {
                now += wait;
                long at = now;
                eager.deliver(now, (token, size, atNanos, outcome) -> {
                    assertThat(atNanos).isEqualTo(at);
                    exact.add(new Arrival(token, atNanos, outcome));
                });
            }
            now = until;
            if (random.nextInt(20) == 0) {
                lazy.deliver(now, receiver);
            }
        }
        lazy.deliver(now, receiver);
        assertThat(exact).isEqualTo(arrivals);
    }

    @Test
    void refuses_settings_that_make_no_sense() {
        assertThatThrownBy(() -> PLAIN.withRateBitsPerSecond(0))
                .hasMessage("line.rate must be 1 to 1000000000000 bit/s or unlimited, got 0");
        assertThatThrownBy(() -> PLAIN.withJitter(Jitter.inOrder(Duration.ofMillis(11))))
                .hasMessageContaining("line.jitter.amplitude must be at most the delay of PT0.01S, got PT0.011S");
        assertThatThrownBy(() -> PLAIN.withMtuBytes(67)).hasMessage("line.mtu must be 68 to 65535 bytes, got 67");
        assertThatThrownBy(() -> PLAIN.withDelay(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Loss.random(1.1)).hasMessage("loss.good must be 0 to 1, got 1.1");
        assertThatThrownBy(() -> Loss.random(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Loss.bursts(0.1, 0.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> QueueLimit.ofBytes(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Line(PLAIN, 1).offer(0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private LineSettings randomSettings(SeededRandom random) {
        Duration delay = Duration.ofMillis(20 + random.nextInt(60));
        Duration amplitude = Duration.ofMillis(random.nextInt(20));
        return new LineSettings(
                random.nextInt(10) == 0 ? LineSettings.UNLIMITED_RATE : 500_000 + random.nextInt(50_000_000),
                delay,
                random.nextInt(2) == 0 ? Jitter.inOrder(amplitude) : Jitter.reordering(amplitude),
                random.nextInt(2) == 0 ? Loss.random(0.1) : Loss.bursts(0.2, 4),
                QueueLimit.ofBytes(random.nextInt(40_000)),
                700 + random.nextInt(1000),
                random.nextInt(5) == 0);
    }

    private double lossOf(Loss loss) {
        LineStats stats = lineThatLoses(loss).stats();
        assertThat(loss.meanProbability()).isBetween(0.0, 1.0);
        return (double) stats.lostPackets() / stats.offeredPackets();
    }

    private Line lineThatLoses(Loss loss) {
        arrivals.clear();
        Line line = new Line(
                PLAIN.withRateBitsPerSecond(LineSettings.UNLIMITED_RATE).withLoss(loss), 9);
        sendEvery(line, MILLI, 50_000);
        return line;
    }

    private void sendEvery(Line line, long intervalNanos, int count) {
        for (int i = 0; i < count; i++) {
            line.deliver(i * intervalNanos, receiver);
            line.offer(i * intervalNanos, 1500, i);
        }
        line.deliver(count * intervalNanos + 1000 * MILLI, receiver);
    }

    private List<Long> delays(long intervalNanos) {
        return arrivals.stream()
                .map(arrival -> arrival.atNanos() - arrival.token() * intervalNanos)
                .toList();
    }

    private static long spread(List<Long> delays) {
        return delays.stream().mapToLong(Long::longValue).max().orElseThrow()
                - delays.stream().mapToLong(Long::longValue).min().orElseThrow();
    }

    private List<Long> sortedTokens() {
        return arrivals.stream().map(Arrival::token).sorted().toList();
    }
}
