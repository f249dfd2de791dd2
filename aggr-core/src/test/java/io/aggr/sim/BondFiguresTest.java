package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.Providers;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one TCP connection gets out of a bond, and what a ping beside it suffers. The table is printed at the end. */
@SlowTest
class BondFiguresTest {

    private static final Duration LENGTH = Duration.ofSeconds(15);
    private static final long MILLI = 1_000_000;
    private static final List<SimulationReport> REPORTS = new ArrayList<>();

    @AfterAll
    static void print() {
        System.out.println(SimulationReport.table(REPORTS).text());
        REPORTS.clear();
    }

    private static SimulationReport run(Simulation simulation) {
        SimulationReport report = simulation.run();
        REPORTS.add(report);
        return report;
    }

    private static void expect(SimulationReport report, double shareOfIdeal, long pingAboveIdleNanos) {
        assertThat(report.shareOfIdeal()).as("share of the ideal").isGreaterThanOrEqualTo(shareOfIdeal);
        assertThat(report.pingLoaded().p95Nanos())
                .as("ping p95")
                .isLessThanOrEqualTo(report.pingIdle().p95Nanos() + pingAboveIdleNanos);
        assertThat(report.pingLoaded().unanswered()).isZero();
        assertThat(report.timeouts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fills_the_seed_lines_down(long seed) {
        expect(run(Simulation.of(Profiles.SEED).seed(seed).download(LENGTH)), 0.98, 20 * MILLI);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fills_the_seed_lines_up(long seed) {
        // A full packet of another flow takes 15 ms on such a line.
        expect(run(Simulation.of(Profiles.SEED).seed(seed).upload(LENGTH)), 0.95, 35 * MILLI);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fills_the_seed_lines_with_ipv6_inside_and_outside(long seed) {
        Simulation simulation =
                Simulation.of(Profiles.SEED).seed(seed).ipv6Inside(true).ipv6Outside(true);
        expect(run(simulation.download(LENGTH)), 0.98, 20 * MILLI);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fills_unequal_lines(long seed) {
        SimulationReport report = run(Simulation.of(Profiles.UNEQUAL).seed(seed).download(LENGTH));
        expect(report, 0.98, 20 * MILLI);
        assertThat(report.lineBitsPerSecond("slow", Duration.ofSeconds(5), LENGTH))
                .isGreaterThan(5.8e6);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fills_a_line_that_jitters_beside_one_that_does_not(long seed) {
        expect(run(Simulation.of(Profiles.ADSL_LTE).seed(seed).download(LENGTH)), 0.97, 40 * MILLI);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fills_four_lines(long seed) {
        // Far apart as these lines are, CUBIC leaves its slow start early and takes some seconds more to fill them.
        Simulation simulation = Simulation.of(Profiles.FOUR)
                .seed(seed)
                .download(Duration.ofSeconds(25))
                .settling(Duration.ofSeconds(10));
        expect(run(simulation), 0.98, 20 * MILLI);
    }

    @Test
    void never_gets_less_than_the_best_line_alone() {
        for (LineSet lines : List.of(
                Profiles.SEED,
                Profiles.UNEQUAL,
                Profiles.ADSL_LTE,
                Profiles.ADSL_LTE_REORDERING,
                Profiles.FOUR,
                Profiles.FAR)) {
            Simulation simulation = Simulation.of(lines).seed(4);
            for (boolean down : new boolean[] {true, false}) {
                SimulationReport report = run(down ? simulation.download(LENGTH) : simulation.upload(LENGTH));
                long best = lines.lines().stream()
                        .mapToLong(line -> (down ? line.down() : line.up()).rateBitsPerSecond())
                        .max()
                        .orElseThrow();
                assertThat(report.goodputBitsPerSecond()).as(lines.name()).isGreaterThan(best * 0.95);
            }
        }
    }

    @Test
    void keeps_each_connection_on_one_line_with_flow_hash() {
        Map<Integer, Set<Integer>> linesOfFlows = new HashMap<>();
        SchedulerProvider recording = new SchedulerProvider() {
            @Override
            public String name() {
                return "recording-flow-hash";
            }

            @Override
            public Scheduler create(ProviderConfig config) {
                return recording(
                        Providers.discover()
                                .byName(SchedulerProvider.class, "flow-hash", "scheduler")
                                .create(config),
                        linesOfFlows);
            }
        };
        SimulationReport report =
                run(Simulation.of(Profiles.SEED).flows(8).scheduler(recording).download(LENGTH));
        assertThat(report.shareOfIdeal()).isGreaterThan(0.97);
        // Both directions of each connection, and of the ping.
        assertThat(linesOfFlows.size()).isGreaterThanOrEqualTo(18);
        assertThat(linesOfFlows.values())
                .allSatisfy(lines -> assertThat(lines.size()).isEqualTo(1));
        assertThat(linesOfFlows.values().stream().flatMap(Set::stream)).contains(0, 1);
    }

    private static Scheduler recording(Scheduler scheduler, Map<Integer, Set<Integer>> linesOfFlows) {
        return (packet, links, nowNanos, picks) -> scheduler.select(packet, links, nowNanos, new Picks() {
            @Override
            public void add(int linkIndex) {
                linesOfFlows
                        .computeIfAbsent(packet.flowHash(), hash -> new HashSet<>())
                        .add(linkIndex);
                picks.add(linkIndex);
            }

            @Override
            public void drop() {
                picks.drop();
            }

            @Override
            public void waitAtMost(long nanos) {
                picks.waitAtMost(nanos);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "earliest-arrival",
                "lowest-rtt-spill",
                "weighted",
                "round-robin",
                "flow-hash",
                "failover",
                "redundant"
            })
    void runs_with_each_scheduler(String scheduler) {
        SimulationReport report = run(Simulation.of(Profiles.UNEQUAL)
                .scheduler(scheduler, Map.of())
                .flows(2)
                .download(Duration.ofSeconds(6)));
        // With both connections on the slow line there is no more than that.
        assertThat(report.shareOfIdeal()).as(scheduler).isGreaterThan(0.25);
        assertThat(report.hubStats().problems()).isEmpty();
        assertThat(report.hubStats().peers().get(0).events().keySet())
                .noneMatch(event -> event.startsWith("scheduler-"));
    }

    @Test
    void reports_what_lossy_lines_leave() {
        for (LineSet lines : List.of(Profiles.LOSSY, Profiles.LOSSY_FAST, Profiles.LOSSY_BOTH)) {
            SimulationReport report = run(Simulation.of(lines).download(LENGTH));
            assertThat(report.goodputBitsPerSecond()).isPositive();
        }
    }

    @Test
    void reports_other_connections_too() {
        TcpOptions tcp = TcpOptions.defaults();
        run(Simulation.of(Profiles.UNEQUAL).tcp(tcp.withEcn(true)).download(LENGTH));
        run(Simulation.of(Profiles.UNEQUAL)
                .tcp(tcp.withCongestion(CongestionAlgorithm.BBR))
                .download(LENGTH));
        SimulationReport strict = run(Simulation.of(Profiles.UNEQUAL)
                .tcp(tcp.withAdaptsToReordering(false))
                .download(LENGTH));
        assertThat(strict.shareOfIdeal()).as("packets arrive in order").isGreaterThan(0.97);
    }
}
