package io.aggr.examples.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aggr.Providers;
import io.aggr.link.LinkState;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.sim.Profiles;
import io.aggr.sim.Simulation;
import io.aggr.sim.SimulationReport;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.RecordingPicks;
import io.aggr.testkit.SchedulerConformance;
import io.aggr.testkit.ScriptedLinks;
import io.aggr.testkit.ScriptedPacket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example, tested as the author of a plugin would: with the conformance kit, over lines from a script, and in the simulator. */
class LowestRttTest {

    @ParameterizedTest
    @ValueSource(strings = {"0 ms", "1 ms", "10 ms", "1 s"})
    void keeps_every_promise_of_a_scheduler(String maxWait) {
        assertThatCode(() -> SchedulerConformance.check(new LowestRtt(), Map.of("max-wait", maxWait)))
                .doesNotThrowAnyException();
    }

    @Test
    void takes_the_line_with_the_lowest_round_trip_time() {
        assertThat(picks(lines())).containsExactly(1);
    }

    @Test
    void takes_the_next_best_line_when_the_best_one_is_busy() {
        ScriptedLinks lines = lines();
        lines.get(1).setBacklogBytes(15_000);

        assertThat(picks(lines)).containsExactly(2);
    }

    @Test
    void takes_a_line_that_has_not_been_measured_only_when_the_others_are_busy() {
        ScriptedLinks lines = lines();
        lines.get(1).setMeasured(false);
        assertThat(picks(lines)).containsExactly(2);

        lines.get(2).setBacklogBytes(15_000);
        lines.get(0).setState(LinkState.DOWN);
        assertThat(picks(lines)).containsExactly(1);
    }

    @Test
    void waits_while_all_lines_are_busy() {
        ScriptedLinks lines = lines();
        for (int i = 0; i < lines.size(); i++) {
            lines.get(i).setBacklogBytes(15_000);
        }

        assertThat(picks(lines)).isEmpty();
    }

    @Test
    void gives_one_tcp_connection_the_sum_of_two_unequal_lines() {
        SimulationReport report = Simulation.of(Profiles.UNEQUAL)
                .scheduler(new LowestRtt())
                .download(Duration.ofSeconds(10))
                .run();

        System.out.println(report.table().text());
        assertThat(report.shareOfIdeal()).isGreaterThan(0.95);
        assertThat(report.hubStats().peers().get(0).events().keySet())
                .as("faults of the scheduler")
                .noneMatch(event -> event.startsWith("scheduler"));
    }

    @Test
    void is_found_beside_the_built_in_schedulers() {
        SchedulerProvider found = Providers.discover().byName(SchedulerProvider.class, "lowest-rtt", "scheduler");

        assertThat(found).isInstanceOf(LowestRtt.class);
    }

    @Test
    void refuses_a_wait_without_a_unit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LowestRtt().create(ProviderConfig.of(Map.of("max-wait", "5"))))
                .withMessageContaining("max-wait");
    }

    /** Three lines of 10 Mbit/s, 15 kB of backlog are 12 ms; the second has the lowest round-trip time, the third the next. */
    private static ScriptedLinks lines() {
        ScriptedLinks lines = new ScriptedLinks(3);
        lines.get(0).setRateBitsPerSecond(10_000_000).setRttNanos(80_000_000);
        lines.get(1).setRateBitsPerSecond(10_000_000).setRttNanos(20_000_000);
        lines.get(2).setRateBitsPerSecond(10_000_000).setRttNanos(40_000_000);
        return lines;
    }

    private static List<Integer> picks(ScriptedLinks lines) {
        RecordingPicks picks = new RecordingPicks();
        try (Scheduler scheduler = new LowestRtt().create(ProviderConfig.none())) {
            scheduler.select(ScriptedPacket.ofLength(1400), lines, lines.nowNanos(), picks);
        }
        return picks.lines();
    }
}
