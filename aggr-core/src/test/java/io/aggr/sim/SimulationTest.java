package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.link.LinkState;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The simulator itself: whole bonds in virtual time. */
@Isolated
class SimulationTest {

    @Test
    void gives_the_same_result_for_the_same_seed() {
        Simulation simulation = Simulation.of(Profiles.LOSSY).seed(7).download(Duration.ofSeconds(10));
        SimulationReport first = simulation.run();
        SimulationReport second = simulation.run();
        assertThat(second.table().text()).isEqualTo(first.table().text());
        assertThat(second.simulatedEvents()).isEqualTo(first.simulatedEvents());
        assertThat(second.siteStats()).isEqualTo(first.siteStats());
        assertThat(second.hubStats()).isEqualTo(first.hubStats());
        SimulationReport other = simulation.seed(8).run();
        assertThat(other.simulatedEvents()).isNotEqualTo(first.simulatedEvents());
    }

    /** All that the author of a scheduler has to write. */
    private static final class FirstLine implements SchedulerProvider {
        @Override
        public String name() {
            return "first-line";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return (packet, links, nowNanos, picks) -> {
                if (links.get(0).accepts(packet)) {
                    picks.add(0);
                }
            };
        }
    }

    @Test
    void tells_the_author_of_a_scheduler_how_good_it_is() {
        SimulationReport report = Simulation.of(Profiles.UNEQUAL)
                .scheduler(new FirstLine())
                .seed(1)
                .download(Duration.ofSeconds(10))
                .run();

        assertThat(report.shareOfIdeal()).isBetween(0.65, 0.75);
        assertThat(report.lineBitsPerSecond("slow", Duration.ofSeconds(3), Duration.ofSeconds(9)))
                .isLessThan(100_000);
        assertThat(report.hubStats().peers().get(0).scheduler()).isEqualTo("first-line");
        assertThat(report.table().text()).contains("unequal, download");
        assertThat(report.chart().svg())
                .startsWith("<svg")
                .contains("application")
                .contains("first-line");
    }

    @Test
    void names_a_scheduler_that_fails() {
        SchedulerProvider broken = new SchedulerProvider() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public Scheduler create(ProviderConfig config) {
                return (packet, links, nowNanos, picks) -> {
                    throw new IllegalStateException("no idea");
                };
            }
        };
        SimulationReport report = Simulation.of(Profiles.SEED)
                .scheduler(broken)
                .download(Duration.ofSeconds(10))
                .run();
        assertThat(report.shareOfIdeal()).as("the built-in one helps out").isGreaterThan(0.95);
        assertThat(report.hubStats().problems()).anyMatch(problem -> problem.contains("scheduler broken"));
    }

    @Test
    void refuses_plugins_and_options_that_do_not_exist() {
        Simulation simulation = Simulation.of(Profiles.SEED);
        assertThatThrownBy(() -> simulation.scheduler("no-such", Map.of()))
                .hasMessageContaining("no-such")
                .hasMessageContaining("earliest-arrival");
        assertThatThrownBy(() -> simulation.scheduler("earliest-arrival", Map.of("slak", "4 ms")))
                .hasMessageContaining("slak");
        assertThatThrownBy(() -> simulation.reorder("gap", Map.of("hodl", "4 ms")))
                .hasMessageContaining("hodl");
        assertThatThrownBy(() -> simulation.tier("adsl-9", 1)).hasMessageContaining("adsl-9");
        assertThatThrownBy(() -> simulation.at(Duration.ofSeconds(-7), "too early", bond -> {}))
                .hasMessageContaining("too early");
    }

    @Test
    void marks_events_on_the_chart_and_takes_the_dead_line_out_of_the_ideal() {
        SimulationReport report = Simulation.of(Profiles.SEED)
                .at(Duration.ofSeconds(4), "adsl-1 dies", bond -> bond.cut("adsl-1"))
                .download(Duration.ofSeconds(10))
                .run();
        assertThat(report.chart().svg()).contains("adsl-1 dies");
        assertThat(report.shareOfIdeal(Duration.ofSeconds(6), Duration.ofSeconds(10)))
                .isBetween(0.95, 1.05);
        assertThat(report.transitions()).anyMatch(line -> line.contains("hub: adsl-1 UP to SUSPECT"));
    }

    @Test
    void is_nearly_silent_while_nobody_has_anything_to_send() {
        VirtualTime time = new VirtualTime();
        SimulatedBond bond = new SimulatedBond(Simulation.of(Profiles.SEED), time);
        time.runFor(Duration.ofSeconds(20));
        long before = bytes(bond);
        time.runFor(Duration.ofSeconds(60));
        // A probe and its answer on each of the two lines, and from each end, every ten seconds.
        assertThat(bytes(bond) - before).isBetween(1L, 6L * 2 * 2 * 2 * 150);
        assertThat(bond.siteStats().peers().get(0).links())
                .allSatisfy(link -> assertThat(link.state()).isEqualTo(LinkState.UP));
        Conservation.check(bond);
    }

    private static long bytes(SimulatedBond bond) {
        return bond.simLines().stream()
                .mapToLong(
                        line -> line.upStats().offeredBytes() + line.downStats().offeredBytes())
                .sum();
    }

    @Test
    void is_much_faster_than_real_time() {
        Simulation simulation = Simulation.of(Profiles.SEED).download(Duration.ofSeconds(60));
        simulation.run();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long beginNanos = threads.getCurrentThreadCpuTime();
        SimulationReport report = simulation.run();
        long tookNanos = threads.getCurrentThreadCpuTime() - beginNanos;
        System.out.printf(
                Locale.ROOT,
                "simulator: %.0f s of %s in %.2f s of CPU time, %.0f times as fast as real time%n",
                report.simulatedNanos() / 1e9,
                Profiles.SEED.name(),
                tookNanos / 1e9,
                (double) report.simulatedNanos() / tookNanos);
        assertThat(report.shareOfIdeal()).isGreaterThan(0.97);
    }
}
