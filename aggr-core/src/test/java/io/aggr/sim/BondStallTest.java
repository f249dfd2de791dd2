package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads that get no time on a busy host for a tenth to three tenths of a second: no line is blamed for it. */
@SimulatedTest
@SlowTest
class BondStallTest {

    private static final Duration LENGTH = Duration.ofSeconds(9);
    private static final Duration FROM = Duration.ofSeconds(2);
    private static final Duration TO = Duration.ofSeconds(6);

    /** Which threads are held up. */
    enum Held {
        HUB_SENDING,
        HUB_RECEIVING,
        HUB,
        SITE_SENDING,
        SITE_RECEIVING,
        SITE;

        void stall(SimulatedBond bond, Duration length) {
            switch (this) {
                case HUB_SENDING -> bond.stallHub(length, Duration.ZERO);
                case HUB_RECEIVING -> bond.stallHub(Duration.ZERO, length);
                case HUB -> bond.stallHub(length, length);
                case SITE_SENDING -> bond.stallSite(length, Duration.ZERO);
                case SITE_RECEIVING -> bond.stallSite(Duration.ZERO, length);
                case SITE -> bond.stallSite(length, length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Held.class)
    void blames_no_line_for_a_busy_host(Held held) {
        Simulation simulation = Simulation.of(Profiles.UNEQUAL).configuredRates(0);
        SeededRandom random = new SeededRandom(held.name().hashCode());
        Duration at = FROM;
        while (at.compareTo(TO) < 0) {
            Duration length = Duration.ofMillis(100 + random.nextInt(200));
            simulation = simulation.at(at, "stall", bond -> held.stall(bond, length));
            at = at.plus(length).plusMillis(200 + random.nextInt(600));
        }
        SimulationReport report = simulation.download(LENGTH).run();
        assertThat(report.transitions()).noneMatch(change -> change.contains("UP to "));
        for (BondStats end : List.of(report.siteStats(), report.hubStats())) {
            assertThat(end.peers().get(0).events()).doesNotContainKeys("mtu-fell", "reinjected");
        }
        assertThat(report.shareOfIdeal(FROM, TO))
                .as("while threads have no time for a fifth to a third of it")
                .isGreaterThan(0.55);
        assertThat(report.shareOfIdeal(TO.plusSeconds(1), LENGTH)).isGreaterThan(0.9);
    }
}
