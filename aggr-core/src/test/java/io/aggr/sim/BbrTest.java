package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.sim.report.Series;
import io.aggr.testing.SimulatedTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** BBR over a bare line: what it fills, and when it looks how long the line is. */
@SimulatedTest
class BbrTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final double FULL = 1448.0 / 1500;
    private static final TcpOptions BBR = TcpOptions.defaults().withCongestion(CongestionAlgorithm.BBR);

    private final VirtualTime time = new VirtualTime();

    private TcpFlow start(LineSpec spec, SimLine[] line) {
        line[0] = new SimLine(time, spec, 1);
        ModelHost near = new ModelHost(time, line[0].near(), "10.0.0.1");
        ModelHost far = new ModelHost(time, line[0].far(), "10.0.0.2");
        return TcpFlow.start(far, near, BBR);
    }

    private static double largest(Series series, long from, long to) {
        return extreme(series, from, to, true);
    }

    private static double least(Series series, long from, long to) {
        return extreme(series, from, to, false);
    }

    private static double extreme(Series series, long from, long to, boolean largest) {
        double found = largest ? 0 : Double.MAX_VALUE;
        for (int i = 0; i < series.size(); i++) {
            if (series.timeNanos(i) >= from && series.timeNanos(i) < to) {
                found = largest ? Math.max(found, series.value(i)) : Math.min(found, series.value(i));
            }
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource({"4000, 800, 20", "16000, 1000, 15", "20000, 5000, 30", "20000, 2000, 150", "100000, 20000, 5"})
    void fills_a_clean_line_and_keeps_its_queue_short(long down, long up, long delayMillis) {
        SimLine[] line = new SimLine[1];
        TcpFlow flow = start(Profiles.modem("line", down, up, delayMillis), line);
        time.runUntil(30 * SECOND);
        assertThat(flow.goodputBitsPerSecond(3 * SECOND, 30 * SECOND)).isGreaterThan(0.95e3 * down * FULL);
        assertThat(flow.stats().timeouts()).isZero();
        // Twice the product of bandwidth and delay under way is at most one of them in the queue.
        assertThat(largest(flow.smoothedRtt(), 5 * SECOND, 30 * SECOND)).isLessThan(2.2 * 2 * delayMillis + 30);
    }

    @Test
    void looks_for_a_shorter_way_every_ten_seconds_and_takes_a_longer_one_for_true() {
        SimLine[] line = new SimLine[1];
        LineSpec spec = Profiles.modem("line", 16_000, 1_000, 15);
        TcpFlow flow = start(spec, line);
        time.runUntil(5 * SECOND);
        line[0].change(spec.withDown(spec.down().withDelay(Duration.ofMillis(45))));
        time.runUntil(40 * SECOND);
        // The minimum of before is 10 s old at 15 s at the latest; then the window shrinks to four segments for 0.2 s.
        assertThat(least(flow.window(), 6 * SECOND, 14 * SECOND)).isGreaterThan(20);
        assertThat(least(flow.window(), 14 * SECOND, 17 * SECOND)).isEqualTo(4);
        assertThat(flow.goodputBitsPerSecond(17 * SECOND, 40 * SECOND)).isGreaterThan(0.95e6 * 16 * FULL);
        assertThat(least(flow.window(), 18 * SECOND, 24 * SECOND))
                .as("room for twice 60 ms")
                .isGreaterThan(120);
    }

    @Test
    void leaves_room_for_acknowledgements_that_come_in_bursts() {
        SimLine line = new SimLine(time, Profiles.modem("line", 50_000, 10_000, 3), 1);
        ModelHost near = new ModelHost(time, held(line.near(), 30 * MILLI), "10.0.0.1");
        ModelHost far = new ModelHost(time, line.far(), "10.0.0.2");
        TcpFlow flow = TcpFlow.start(far, near, BBR);
        time.runUntil(20 * SECOND);
        assertThat(flow.goodputBitsPerSecond(3 * SECOND, 20 * SECOND)).isGreaterThan(0.9e6 * 50 * FULL);
    }

    /** A port that lets its host's packets go at certain times only, as radio links do that have to wait for a slot. */
    private PacketPort held(PacketPort port, long slotNanos) {
        List<ByteBuffer> waiting = new ArrayList<>();
        return new PacketPort() {
            @Override
            public void send(ByteBuffer packet) {
                waiting.add(
                        ByteBuffer.allocate(packet.remaining()).put(0, packet, packet.position(), packet.remaining()));
                if (waiting.size() == 1) {
                    long slot = (time.nowNanos() / slotNanos + 1) * slotNanos;
                    time.schedule(slot, () -> {
                        waiting.forEach(port::send);
                        waiting.clear();
                    });
                }
            }

            @Override
            public void receiveWith(Receiver receiver) {
                port.receiveWith(receiver);
            }
        };
    }

    @Test
    void does_not_take_what_there_was_to_send_for_what_the_line_takes() {
        SimLine line = new SimLine(time, Profiles.modem("line", 16_000, 1_000, 15), 1);
        ModelHost near = new ModelHost(time, line.near(), "10.0.0.1");
        ModelHost far = new ModelHost(time, line.far(), "10.0.0.2");
        TcpFlow flow = TcpFlow.start(far, near, BBR.withTotalBytes(20_000));
        time.runUntil(5 * SECOND);
        // Ten segments, and the rest a round trip later.
        assertThat(flow.stats().completedAfterNanos()).isBetween(60 * MILLI, 130 * MILLI);
        assertThat(flow.stats().retransmissions()).isZero();
    }
}
