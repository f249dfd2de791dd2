package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.Providers;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for all lines and all schedulers; the figures of the cases are in {@code CaseFiguresTest}. The table is printed at the end. */
@SimulatedTest
@SlowTest
class BondFiguresTest {

    private static final Duration LENGTH = Duration.ofSeconds(15);
    private static final Queue<SimulationReport> REPORTS = new ConcurrentLinkedQueue<>();

    @AfterAll
    static void print() {
        System.out.println(SimulationReport.table(List.copyOf(REPORTS)).text());
        REPORTS.clear();
    }

    private static SimulationReport run(Simulation simulation) {
        SimulationReport report = simulation.run();
        REPORTS.add(report);
        return report;
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
}
