package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.PeerConfig.Equalise;
import io.aggr.sim.report.Table;
import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an even delay does for connections whose congestion control trusts the smallest delay that it has seen. */
@SimulatedTest
@SlowTest
class BondEqualiserTest {

    private static final Duration LENGTH = Duration.ofSeconds(20);
    private static final TcpOptions BBR = TcpOptions.defaults().withCongestion(CongestionAlgorithm.BBR);

    private static Simulation of(LineSet lines, TcpOptions tcp, Equalise choice, long seed) {
        return Simulation.of(lines).tcp(tcp).equalise(choice).seed(seed);
    }

    @ParameterizedTest
    @CsvSource({"unequal, AUTO", "four, AUTO", "far, ON"})
    void lets_bbr_fill_lines_with_unequal_delays(String lines, Equalise choice) {
        for (long seed = 1; seed <= 3; seed++) {
            SimulationReport report = of(Profiles.named(lines), BBR, choice, seed)
                    .download(LENGTH)
                    .run();
            assertThat(report.shareOfIdeal()).as("seed %d", seed).isGreaterThanOrEqualTo(0.94);
            assertThat(report.pingLoaded().p95Nanos())
                    .as("others do not wait")
                    .isLessThan(report.pingIdle().p95Nanos() + 10_000_000);
            long behind = report.siteStats().peers().get(0).events().getOrDefault("delivered-behind", 0L);
            assertThat(behind).as("nothing overtakes").isZero();
        }
    }

    @Test
    void lets_cubic_fill_four_lines_soon() {
        Duration from = Duration.ofSeconds(2);
        Duration to = Duration.ofSeconds(6);
        double even = of(Profiles.FOUR, TcpOptions.defaults(), Equalise.AUTO, 1)
                .download(LENGTH)
                .run()
                .shareOfIdeal(from, to);
        double early = of(Profiles.FOUR, TcpOptions.defaults(), Equalise.OFF, 1)
                .download(LENGTH)
                .run()
                .shareOfIdeal(from, to);
        assertThat(even).isGreaterThan(early);
        assertThat(even).isGreaterThan(0.95);
    }

    @Test
    void is_not_for_lines_that_are_far_apart_unless_asked() {
        SimulationReport off =
                of(Profiles.FAR, BBR, Equalise.OFF, 1).download(LENGTH).run();
        SimulationReport auto =
                of(Profiles.FAR, BBR, Equalise.AUTO, 1).download(LENGTH).run();
        assertThat(auto.shareOfIdeal()).isBetween(off.shareOfIdeal() - 0.02, off.shareOfIdeal() + 0.02);
    }

    /** Prints the table of docs/equaliser.md: {@code -Daggr.equaliser.table}, since it takes a while. */
    @Test
    void prints_the_table_of_the_documentation() {
        if (!Boolean.getBoolean("aggr.equaliser.table")) {
            return;
        }
        Table table = new Table(
                "lines",
                "way",
                "congestion control",
                "equalise",
                "% ideal",
                "% in 1 to 5 s",
                "ping p95",
                "gap ms",
                "again");
        for (LineSet lines : List.of(Profiles.UNEQUAL, Profiles.FOUR, Profiles.FAR)) {
            for (boolean down : new boolean[] {true, false}) {
                for (TcpOptions tcp : List.of(TcpOptions.defaults(), BBR)) {
                    for (Equalise choice : Equalise.values()) {
                        addRow(table, lines, down, tcp, choice);
                    }
                }
            }
        }
        System.out.println(table.text());
    }

    private static void addRow(Table table, LineSet lines, boolean down, TcpOptions tcp, Equalise choice) {
        double share = 0;
        double start = 0;
        double ping = 0;
        double gap = 0;
        long again = 0;
        int seeds = 2;
        for (long seed = 1; seed <= seeds; seed++) {
            Simulation simulation = of(lines, tcp, choice, seed);
            SimulationReport report = (down ? simulation.download(LENGTH) : simulation.upload(LENGTH)).run();
            share += report.shareOfIdeal() * 100 / seeds;
            start += report.shareOfIdeal(Duration.ofSeconds(1), Duration.ofSeconds(5)) * 100 / seeds;
            ping += report.pingLoaded().p95Nanos() / 1e6 / seeds;
            gap = Math.max(gap, report.longestGapNanos() / 1e6);
            again += report.retransmissions() / seeds;
        }
        table.row(lines.name(), down ? "down" : "up", tcp.congestion(), choice, share, start, ping, gap, again);
    }
}
