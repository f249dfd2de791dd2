package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.testing.SimulatedTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ends that speak bare IP-in-IP: packet by packet, asked by ping, put in order by TCP's own numbers. */
@SimulatedTest
class BondBareTest {

    private static final Duration LENGTH = Duration.ofSeconds(12);
    private static final long MILLI = 1_000_000;

    private static Simulation bare(LineSet lines, long seed) {
        return Simulation.of(lines).bare().seedRates().seed(seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void one_connection_gets_the_sum_packet_by_packet(long seed) {
        for (LineSet lines : new LineSet[] {Profiles.SEED, Profiles.UNEQUAL}) {
            SimulationReport down = bare(lines, seed).download(LENGTH).run();
            assertThat(down.shareOfIdeal()).as(lines.name() + " down").isGreaterThan(0.98);
            assertThat(down.timeouts()).isZero();
            SimulationReport up = bare(lines, seed).upload(LENGTH).run();
            assertThat(up.shareOfIdeal()).as(lines.name() + " up").isGreaterThan(0.95);
            assertThat(up.timeouts()).isZero();
        }
    }

    @Test
    void connections_are_told_of_what_is_lost_without_delay() {
        SimulationReport report =
                bare(Profiles.SEED, 1).flows(8).download(LENGTH).run();
        long dropped = report.hubStats().peers().get(0).drops().entrySet().stream()
                .filter(drop -> drop.getKey().startsWith("queue."))
                .mapToLong(Map.Entry::getValue)
                .sum();
        assertThat(report.retransmissions()).as("hardly any without need").isLessThan(dropped + dropped / 10 + 5);
        assertThat(report.shareOfIdeal()).isGreaterThan(0.98);
        assertThat(report.timeouts()).isZero();
    }

    /** Nothing is sent again but by TCP, so that is the measure: one line of the sum's rate that loses as much of all packets. */
    @Test
    void where_packets_are_lost_a_connection_gets_nearly_what_it_would_over_one_such_line() {
        Duration length = Duration.ofSeconds(20);
        double bonded = 0;
        double single = 0;
        for (long seed = 1; seed <= 4; seed++) {
            SimulationReport report =
                    bare(Profiles.LOSSY, seed).download(length).run();
            assertThat(report.timeouts()).isZero();
            bonded += report.shareOfIdeal();
            single += shareOfSingleLine(seed, length);
        }
        assertThat(bonded / 4).isGreaterThan(0.5);
        assertThat(bonded / single).isGreaterThan(0.85);
    }

    /** Half of the packets of the bond go over a line that loses 1 %. */
    private static double shareOfSingleLine(long seed, Duration length) {
        VirtualTime time = new VirtualTime();
        LineSpec spec = Profiles.modem("sum", 8_000, 1_600, 20).withLoss(Loss.random(0.005));
        SimLine line = new SimLine(time, spec, seed);
        ModelHost client = new ModelHost(time, line.near(), "10.0.0.1");
        ModelHost server = new ModelHost(time, line.far(), "10.0.0.2");
        TcpFlow flow = TcpFlow.start(server, client, TcpOptions.defaults());
        time.runUntil(length.toNanos());
        return flow.goodputBitsPerSecond(0, length.toNanos()) / (8e6 * 1_448 / 1_500);
    }

    @Test
    void a_connection_on_each_line_gets_its_line() {
        SimulationReport report = bare(Profiles.SEED, 2)
                .scheduler("flow-hash", Map.of())
                .reorder("none", Map.of())
                .flows(8)
                .download(LENGTH)
                .run();
        assertThat(report.shareOfIdeal()).isGreaterThan(0.97);
    }

    @Test
    void a_line_that_lets_packets_overtake_each_other_costs_little() {
        SimulationReport report =
                bare(Profiles.ADSL_LTE_REORDERING, 1).download(LENGTH).run();
        assertThat(report.shareOfIdeal()).isGreaterThan(0.9);
        assertThat(report.timeouts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void a_silent_cut_moves_the_connection_within_a_second(long seed) {
        Duration at = Duration.ofMillis(5_050 + 130 * seed);
        for (boolean down : new boolean[] {true, false}) {
            Simulation simulation = bare(Profiles.SEED, seed).at(at, "adsl-1 dies", bond -> bond.cut("adsl-1"));
            SimulationReport report = (down ? simulation.download(LENGTH) : simulation.upload(LENGTH)).run();
            assertThat(report.longestGapNanos(Duration.ofSeconds(4), LENGTH)).isLessThan(1_000 * MILLI);
            assertThat(report.shareOfIdeal(Duration.ofSeconds(8), LENGTH)).isGreaterThan(down ? 0.97 : 0.95);
            // What was on the dead line goes over the other one, also what had arrived: of an upload that is 0.4 s of
            // that line.
            assertThat(report.timeouts()).isLessThanOrEqualTo(down ? 0 : 1);
        }
    }

    @Test
    void a_line_that_comes_back_is_used_again() {
        SimulationReport report = bare(Profiles.SEED, 1)
                .at(Duration.ofSeconds(3), "adsl-1 dies", bond -> bond.cut("adsl-1"))
                .at(Duration.ofSeconds(7), "and is back", bond -> bond.restore("adsl-1"))
                .download(Duration.ofSeconds(14))
                .run();
        assertThat(report.shareOfIdeal(Duration.ofSeconds(11), Duration.ofSeconds(14)))
                .isGreaterThan(0.9);
    }

    @Test
    void a_line_that_takes_less_from_now_on_is_found_out_within_seconds() {
        LineSpec line = Profiles.SEED.line("adsl-1");
        LineSpec narrow =
                line.withDown(line.down().withMtuBytes(1_400)).withUp(line.up().withMtuBytes(1_400));
        SimulationReport report = bare(Profiles.SEED, 1)
                .at(Duration.ofSeconds(4), "adsl-1 swallows what is longer than 1400", bond -> bond.change(narrow))
                .download(Duration.ofSeconds(16))
                .run();
        assertThat(report.hubStats().peers().get(0).links().get(0).mtuBytes()).isEqualTo(1_400);
        assertThat(report.goodputBitsPerSecond(Duration.ofSeconds(11), Duration.ofSeconds(16)))
                .as("at least the line that takes them")
                .isGreaterThan(3.5e6);
    }

    @Test
    void what_the_configuration_says_of_the_mtu_stands() {
        SimulationReport report =
                bare(Profiles.SEED, 1).lineMtu(1_400).download(LENGTH).run();
        assertThat(report.hubStats().peers().get(0).links())
                .allSatisfy(link -> assertThat(link.mtuBytes()).isEqualTo(1_400));
        assertThat(report.shareOfIdeal()).isGreaterThan(0.9);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void with_flow_hash_a_connection_has_one_line_in_both_directions(long seed) {
        for (LineSet lines : new LineSet[] {Profiles.SEED, Profiles.UNEQUAL}) {
            for (boolean down : lines.equals(Profiles.SEED) ? new boolean[] {true, false} : new boolean[] {true}) {
                Simulation simulation =
                        bare(lines, seed).scheduler("flow-hash", Map.of()).reorder("none", Map.of());
                SimulationReport report = (down ? simulation.download(LENGTH) : simulation.upload(LENGTH)).run();
                List<BondStats.LinkStats> site =
                        report.siteStats().peers().get(0).links();
                List<BondStats.LinkStats> hub = report.hubStats().peers().get(0).links();
                int busy = site.get(0).sentPackets() > site.get(1).sentPackets() ? 0 : 1;
                assertThat(site.get(busy).sentPackets()).isGreaterThan(450);
                assertThat(hub.get(busy).sentPackets()).isGreaterThan(450);
                assertThat(site.get(1 - busy).sentPackets())
                        .as("nothing but pings")
                        .isLessThan(400);
                assertThat(hub.get(1 - busy).sentPackets())
                        .as("nothing but pings")
                        .isLessThan(400);
            }
        }
    }
}
