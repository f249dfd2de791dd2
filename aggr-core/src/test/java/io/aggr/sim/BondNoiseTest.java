package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A bond that encrypts does what one that does not encrypt does, and loses nothing when keys change. */
@SimulatedTest
@SlowTest
class BondNoiseTest {

    private static final long MILLI = 1_000_000;

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    @Test
    void carries_a_download_over_both_lines() {
        SimulationReport report = Simulation.of(Profiles.UNEQUAL)
                .encrypted(true)
                .download(seconds(20))
                .run();
        assertThat(report.shareOfIdeal(seconds(5), seconds(20))).isGreaterThan(0.97);
        assertThat(report.timeouts()).isZero();
    }

    @Test
    void loses_nothing_when_keys_change() {
        SimulationReport report = Simulation.of(Profiles.SEED)
                .encrypted(true)
                .download(seconds(300))
                .run();
        assertThat(report.shareOfIdeal(seconds(5), seconds(300))).isGreaterThan(0.97);
        assertThat(report.longestGapNanos(seconds(5), seconds(300))).isLessThan(100 * MILLI);
        assertThat(report.siteStats().drops()).isEmpty();
        assertThat(report.hubStats().drops()).isEmpty();
        assertThat(report.timeouts()).isZero();
    }

    @Test
    void is_back_soon_after_either_end_has_started_anew() {
        SimulationReport report = Simulation.of(Profiles.SEED)
                .encrypted(true)
                .at(seconds(6), "the hub starts anew", SimulatedBond::restartHub)
                .at(seconds(16), "the site starts anew", SimulatedBond::restartSite)
                .download(seconds(26))
                .run();
        assertThat(report.longestGapNanos(seconds(5), seconds(26))).isLessThan(6_000 * MILLI);
    }
}
