package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The simulator itself: whole bonds in virtual time. */
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

    @Test
    void fills_both_seed_lines_with_one_connection() {
        SimulationReport report =
                Simulation.of(Profiles.SEED).download(Duration.ofSeconds(20)).run();
        assertThat(report.shareOfIdeal()).isGreaterThan(0.97);
    }
}
