package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ends that speak bare IP-in-IP: packet by packet, asked by ping, put in order by TCP's own numbers. */
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
        long dropped = report.hubStats().peers().get(0).drops().getOrDefault("queue.codel", 0L);
        assertThat(report.retransmissions()).as("hardly any without need").isLessThan(dropped + dropped / 10 + 5);
        assertThat(report.shareOfIdeal()).isGreaterThan(0.98);
        assertThat(report.timeouts()).isZero();
    }

    @Test
    void on_a_line_that_loses_packets_losses_are_heard_of_at_once() {
        double sum = 0;
        for (long seed = 1; seed <= 3; seed++) {
            SimulationReport report =
                    bare(Profiles.LOSSY, seed).download(LENGTH).run();
            assertThat(report.timeouts()).isZero();
            sum += report.shareOfIdeal();
        }
        // Nothing is sent again but by TCP, and this is what CUBIC gets with such a loss and round-trip time.
        assertThat(sum / 3).isGreaterThan(0.5);
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
            assertThat(report.shareOfIdeal(Duration.ofSeconds(8), LENGTH)).isGreaterThan(0.93);
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
}
