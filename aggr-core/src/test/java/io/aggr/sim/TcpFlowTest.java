package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP over one bare line: what is known of TCP must come out. */
@SimulatedTest
class TcpFlowTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final double FULL = 1448.0 / 1500;
    private static final LineSpec LINE = Profiles.modem("line", 16_000, 1_000, 15);
    private static final TcpOptions CUBIC = TcpOptions.defaults();
    private static final TcpOptions BBR = CUBIC.withCongestion(CongestionAlgorithm.BBR);

    private final VirtualTime time = new VirtualTime();

    /** A client and a server at the ends of a line. */
    private final class Bench {
        final SimLine line;
        final ModelHost client;
        final ModelHost server;

        Bench(LineSpec spec, long seed) {
            line = new SimLine(time, spec, seed);
            client = new ModelHost(time, line.near(), "10.0.0.1");
            server = new ModelHost(time, line.far(), "10.0.0.2");
        }

        TcpFlow download(TcpOptions options) {
            return TcpFlow.start(server, client, options);
        }

        void runSeconds(int seconds) {
            time.runUntil(time.nowNanos() + seconds * SECOND);
            assertThat(client.corruptPackets() + server.corruptPackets()).isZero();
            assertThat(client.strayPackets() + server.strayPackets()).isZero();
        }
    }

    private static double mbits(TcpFlow flow, int fromSecond, int toSecond) {
        return flow.goodputBitsPerSecond(flow.startNanos() + fromSecond * SECOND, flow.startNanos() + toSecond * SECOND)
                / 1e6;
    }

    @ParameterizedTest
    @EnumSource(CongestionAlgorithm.class)
    void fills_a_clean_line(CongestionAlgorithm algorithm) {
        Bench bench = new Bench(LINE, 1);
        TcpFlow flow = bench.download(CUBIC.withCongestion(algorithm));
        bench.runSeconds(30);
        // What slow start lost without HyStart is there only after two seconds, and what waited for it with it.
        int fromSecond = algorithm == CongestionAlgorithm.CUBIC_WITHOUT_HYSTART ? 4 : 2;
        assertThat(mbits(flow, fromSecond, 30)).isBetween(0.99 * 16 * FULL, 1.0005 * 16 * FULL);
        assertThat(flow.stats().timeouts()).isZero();
        assertThat(flow.stats().undos()).isZero();
        assertThat(flow.stats().duplicateArrivals()).isZero();
        assertThat(flow.stats().segmentBytes()).isEqualTo(1448);
    }

    @Test
    void reaches_ninety_per_cent_within_half_a_second() {
        Bench bench = new Bench(LINE, 1);
        TcpFlow flow = bench.download(CUBIC);
        bench.runSeconds(2);
        assertThat(flow.goodputBitsPerSecond(SECOND / 2, SECOND)).isGreaterThan(0.9e6 * 16 * FULL);
    }

    @Test
    void fills_an_upload_too() {
        Bench bench = new Bench(LINE, 1);
        TcpFlow flow = TcpFlow.start(bench.client, bench.server, CUBIC);
        bench.runSeconds(30);
        assertThat(mbits(flow, 2, 30)).isGreaterThan(0.99 * FULL);
    }

    @Test
    void gets_what_one_per_cent_of_loss_leaves() {
        double sum = 0;
        for (int seed = 1; seed <= 3; seed++) {
            Bench bench = new Bench(LINE.withDown(LINE.down().withLoss(Loss.random(0.01))), seed);
            TcpFlow flow = bench.download(CUBIC);
            bench.runSeconds(40);
            sum += mbits(flow, 5, 40);
            // About one in a hundred is sent again, and hardly any of them for nothing.
            double again =
                    (double) flow.stats().retransmissions() / flow.stats().sentSegments();
            assertThat(again).isCloseTo(0.01, within(0.002));
            assertThat(flow.stats().duplicateArrivals()).isLessThan(flow.stats().retransmissions() / 50 + 3);
            assertThat(flow.stats().timeouts()).isLessThanOrEqualTo(1);
        }
        // Reno's formula gives 4.2 Mbit/s for 32 ms.
        assertThat(sum / 3).isBetween(3.0, 5.0);
    }

    @Test
    void does_not_mind_loss_with_bbr() {
        Bench bench = new Bench(LINE.withDown(LINE.down().withLoss(Loss.random(0.01))), 1);
        TcpFlow flow = bench.download(BBR);
        bench.runSeconds(30);
        assertThat(mbits(flow, 5, 30)).isGreaterThan(0.96 * 16 * FULL);
    }

    @Test
    void fills_a_deep_queue_with_cubic_and_not_with_bbr() {
        Bench cubic = new Bench(LINE, 1);
        TcpFlow flow = cubic.download(CUBIC);
        Ping cubicPing = Ping.start(cubic.client, cubic.server, Duration.ofMillis(100));
        Bench bbr = new Bench(LINE, 2);
        bbr.download(BBR);
        Ping bbrPing = Ping.start(bbr.client, bbr.server, Duration.ofMillis(100));
        cubic.runSeconds(60);

        assertThat(cubicPing.rttNanos(0.95, 10 * SECOND, 60 * SECOND)).isBetween(210 * MILLI, 235 * MILLI);
        assertThat(cubic.line.downStats().peakQueuedBytes()).isGreaterThan(398_000);
        assertThat(flow.stats().reductions()).isPositive();
        assertThat(bbrPing.rttNanos(0.95, 10 * SECOND, 60 * SECOND)).isLessThan(60 * MILLI);
    }

    @Test
    void saws_on_a_shallow_queue_and_still_fills_the_line() {
        Bench bench = new Bench(LINE.withDown(LINE.down().withQueue(QueueLimit.ofTime(Duration.ofMillis(30)))), 1);
        TcpFlow flow = bench.download(CUBIC);
        bench.runSeconds(60);
        assertThat(mbits(flow, 5, 60)).isGreaterThan(0.98 * 16 * FULL);
        assertThat(flow.stats().reductions()).isBetween(15L, 60L);
        assertThat(flow.stats().retransmissions()).isLessThan(3 * flow.stats().reductions());
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int i = 0; i < flow.window().size(); i++) {
            if (flow.window().timeNanos(i) > 5 * SECOND) {
                least = Math.min(least, flow.window().value(i));
                most = Math.max(most, flow.window().value(i));
            }
        }
        // Proportional reduction ends at seven tenths of where it began.
        assertThat(least / most).isBetween(0.6, 0.75);
    }

    @Test
    void shares_a_line_between_two_flows() {
        Bench bench = new Bench(LINE.withDown(LINE.down().withQueue(QueueLimit.ofTime(Duration.ofMillis(60)))), 1);
        TcpFlow first = bench.download(CUBIC);
        bench.runSeconds(5);
        TcpFlow second = bench.download(CUBIC);
        bench.runSeconds(75);
        double a = first.goodputBitsPerSecond(25 * SECOND, 80 * SECOND) / 1e6;
        double b = second.goodputBitsPerSecond(25 * SECOND, 80 * SECOND) / 1e6;
        assertThat(a + b).isGreaterThan(0.98 * 16 * FULL);
        assertThat(a / b).isBetween(0.6, 1.67);
    }

    @Test
    void survives_reordering_that_a_simple_stack_does_not() {
        LineSpec spec = LINE.withDown(
                LINE.down().withDelay(Duration.ofMillis(25)).withJitter(Jitter.reordering(Duration.ofMillis(10))));
        Bench bench = new Bench(spec, 1);
        TcpFlow adaptive = bench.download(CUBIC);
        Bench other = new Bench(spec, 1);
        TcpFlow simple = other.download(CUBIC.withAdaptsToReordering(false));
        bench.runSeconds(30);
        assertThat(mbits(adaptive, 5, 30)).isGreaterThan(0.98 * 16 * FULL);
        assertThat(adaptive.stats().duplicateArrivals()).isLessThan(100);
        assertThat(mbits(simple, 5, 30)).isLessThan(0.3 * 16 * FULL);
    }

    @Test
    void takes_back_what_a_sudden_delay_made_it_do() {
        Bench bench = new Bench(LINE, 1);
        TcpFlow flow = bench.download(CUBIC);
        bench.runSeconds(5);
        // Everything in flight arrives, but half a second later than it should: a time-out without a loss.
        LineSpec late = LINE.withUp(LINE.up().withDelay(Duration.ofMillis(700)));
        bench.line.change(late);
        bench.runSeconds(3);
        bench.line.change(LINE);
        bench.runSeconds(5);
        assertThat(flow.stats().timeouts() + flow.stats().tailProbes()).isPositive();
        assertThat(flow.stats().undos()).isPositive();
        assertThat(mbits(flow, 9, 13)).isGreaterThan(0.98 * 16 * FULL);
    }

    @Test
    void comes_back_after_silence_by_timeout_with_backoff() {
        Bench bench = new Bench(LINE, 1);
        TcpFlow flow = bench.download(CUBIC);
        bench.runSeconds(5);
        bench.line.change(LINE.withBlackHole(true));
        bench.runSeconds(3);
        bench.line.change(LINE);
        bench.runSeconds(10);
        assertThat(flow.stats().timeouts()).isBetween(2L, 5L);
        assertThat(flow.longestGapNanos(4 * SECOND, 18 * SECOND)).isBetween(3 * SECOND, 7 * SECOND);
        assertThat(flow.longestGapNanos(5 * SECOND, 6 * SECOND)).isBetween(700 * MILLI, SECOND);
        assertThat(mbits(flow, 12, 18)).isGreaterThan(0.98 * 16 * FULL);
    }

    @Test
    void repairs_a_lost_tail_by_a_probe() {
        Filter filter = new Filter(LINE, packet -> true);
        TcpFlow flow = TcpFlow.start(filter.server, filter.client, CUBIC.withTotalBytes(10 * 1448));
        filter.passes = packet -> packet.getInt(24) - filter.firstSequence < 9 * 1448 || filter.dropped > 0;
        time.runUntil(5 * SECOND);
        assertThat(filter.dropped).isEqualTo(1);
        assertThat(flow.stats().completedAfterNanos()).isBetween(100 * MILLI, 500 * MILLI);
        assertThat(flow.stats().tailProbes()).isEqualTo(1);
        assertThat(flow.stats().timeouts()).isZero();
    }

    @Test
    void finishes_a_transfer_of_a_given_size() {
        Bench bench = new Bench(LINE, 1);
        TcpFlow flow = bench.download(CUBIC.withTotalBytes(1_000_001));
        bench.runSeconds(10);
        assertThat(flow.deliveredBytes()).isEqualTo(1_000_001);
        assertThat(flow.stats().completedAfterNanos()).isBetween(500 * MILLI, 1000 * MILLI);
        assertThat(flow.longestGapNanos(0, 10 * SECOND)).isLessThan(200 * MILLI);
        // One small segment at the end; nothing beyond.
        assertThat(flow.stats().sentBytes() - 1448 * flow.stats().retransmissions())
                .isCloseTo(1_000_001, within(1448L));
    }

    @Test
    void answers_a_congestion_mark_without_losing_anything() {
        Filter filter =
                new Filter(LINE.withDown(LINE.down().withQueue(QueueLimit.ofBytes(10_000_000))), packet -> true);
        filter.marksAbove = 60 * MILLI;
        TcpFlow flow = TcpFlow.start(filter.server, filter.client, CUBIC.withEcn(true));
        time.runUntil(30 * SECOND);
        assertThat(flow.stats().reductions()).isBetween(5L, 200L);
        assertThat(flow.stats().retransmissions()).isZero();
        assertThat(mbits(flow, 5, 30)).isGreaterThan(0.98 * 16 * FULL);
        assertThat(flow.longestGapNanos(5 * SECOND, 30 * SECOND)).isLessThan(10 * MILLI);
        assertThat(filter.line.downStats().peakQueuedBytes()).isLessThan(400_000);
    }

    @Test
    void follows_a_smaller_segment_size_of_the_handshake() {
        ModelHost[] hosts = new ModelHost[2];
        SimLine line = new SimLine(time, LINE, 1);
        hosts[0] = new ModelHost(time, line.near(), "10.0.0.1", 1400);
        hosts[1] = new ModelHost(time, line.far(), "10.0.0.2", 1500);
        TcpFlow flow = TcpFlow.start(hosts[1], hosts[0], CUBIC);
        time.runUntil(5 * SECOND);
        assertThat(flow.stats().segmentBytes()).isEqualTo(1348);
        assertThat(mbits(flow, 1, 5)).isGreaterThan(0.99 * 16 * 1348 / 1400);
    }

    @Test
    void cuts_its_segments_when_the_path_says_so() {
        Filter filter = new Filter(LINE, packet -> true);
        TcpFlow flow = TcpFlow.start(filter.server, filter.client, CUBIC);
        time.runUntil(3 * SECOND);
        filter.refusesAbove = 1400;
        time.runUntil(10 * SECOND);
        assertThat(filter.refused).isPositive();
        assertThat(flow.stats().segmentBytes()).isEqualTo(1348);
        assertThat(flow.stats().timeouts()).isZero();
        assertThat(flow.longestGapNanos(2 * SECOND, 10 * SECOND)).isLessThan(600 * MILLI);
        assertThat(mbits(flow, 5, 10)).isGreaterThan(0.98 * 16 * 1348 / 1400);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.2})
    void delivers_everything_over_a_terrible_line(double loss) {
        for (CongestionAlgorithm algorithm : CongestionAlgorithm.values()) {
            for (boolean adaptive : new boolean[] {true, false}) {
                LineSpec spec = LINE.withLoss(Loss.random(loss));
                spec = spec.withDown(spec.down().withJitter(Jitter.reordering(Duration.ofMillis(15))));
                Bench bench = new Bench(spec, 7);
                TcpFlow flow = bench.download(new TcpOptions(algorithm, true, adaptive, 300_000, 6 << 20));
                for (int i = 0; i < 60 && flow.stats().completedAfterNanos() < 0; i++) {
                    bench.runSeconds(10);
                }
                assertThat(flow.deliveredBytes())
                        .as("%s %s", algorithm, adaptive)
                        .isEqualTo(300_000);
            }
        }
    }

    @Test
    void gives_the_same_result_for_the_same_seed_and_another_for_another() {
        assertThat(fingerprint(5)).isEqualTo(fingerprint(5));
        assertThat(fingerprint(5)).isNotEqualTo(fingerprint(6));
    }

    private static String fingerprint(long seed) {
        VirtualTime time = new VirtualTime(Long.MAX_VALUE - 2 * SECOND);
        SimLine line = new SimLine(time, Profiles.ADSL_LTE.line("lte").withLoss(Loss.random(0.001)), seed);
        ModelHost client = new ModelHost(time, line.near(), "10.0.0.1");
        ModelHost server = new ModelHost(time, line.far(), "10.0.0.2");
        TcpFlow flow = TcpFlow.start(server, client, CUBIC);
        Ping ping = Ping.start(client, server, Duration.ofMillis(100));
        long start = time.nowNanos();
        time.runFor(Duration.ofSeconds(5));
        return flow.stats() + " " + line.downStats() + " " + ping.rttNanos(0.5, start, time.nowNanos()) + " "
                + time.eventsRun();
    }

    @Test
    @SlowTest
    void says_how_fast_it_is() {
        Bench bench = new Bench(Profiles.modem("line", 8_000, 1_000, 20), 1);
        bench.download(CUBIC);
        bench.runSeconds(300);
        long before = System.nanoTime();
        bench.runSeconds(600);
        double seconds = (System.nanoTime() - before) / 1e9;
        System.out.printf("one bulk flow at 8 Mbit/s: %.0f simulated seconds per second%n", 600 / seconds);
    }

    /** A line whose way down passes a router that drops, marks or refuses. */
    private final class Filter {
        final SimLine line;
        final ModelHost client;
        final ModelHost server;
        Predicate<ByteBuffer> passes;
        int dropped;
        int refused;
        int firstSequence;
        long marksAbove = Long.MAX_VALUE;
        int refusesAbove = 65_535;
        private PacketPort.Receiver toServer = packet -> {};

        Filter(LineSpec spec, Predicate<ByteBuffer> passes) {
            this.passes = passes;
            line = new SimLine(time, spec, 1);
            client = new ModelHost(time, line.near(), "10.0.0.1");
            server = new ModelHost(
                    time,
                    new PacketPort() {
                        @Override
                        public void send(ByteBuffer packet) {
                            down(packet);
                        }

                        @Override
                        public void receiveWith(Receiver receiver) {
                            toServer = receiver;
                            line.far().receiveWith(receiver);
                        }
                    },
                    "10.0.0.2");
        }

        private void down(ByteBuffer packet) {
            boolean syn = (packet.get(33) & TcpSegment.SYN) != 0;
            if (syn) {
                firstSequence = packet.getInt(24) + 1;
            }
            if (packet.remaining() > refusesAbove) {
                refused++;
                toServer.onPacket(tooBig(packet));
            } else if (!syn && packet.remaining() > 60 && !passes.test(packet)) {
                dropped++;
            } else {
                long queued = line.down().line().queueNanos(time.nowNanos());
                if (queued > marksAbove && (packet.get(1) & 3) == TcpSegment.ECT_0) {
                    packet.put(1, (byte) (packet.get(1) | TcpSegment.CE));
                    packet.putShort(10, (short) 0);
                    packet.putShort(10, (short) Checksums.fold(Checksums.sum(packet, 0, 20)));
                }
                line.far().send(packet);
            }
        }

        private ByteBuffer tooBig(ByteBuffer packet) {
            ByteBuffer answer = ByteBuffer.allocate(56);
            answer.putShort(20, (short) (3 << 8 | 4));
            answer.putShort(26, (short) refusesAbove);
            answer.put(28, packet, 0, 28);
            answer.putShort(22, (short) Checksums.fold(Checksums.sum(answer, 20, 36)));
            TcpSegment.writeIpHeader(answer, 1, 0, packet.getInt(16), packet.getInt(12), 0);
            return answer;
        }
    }
}
