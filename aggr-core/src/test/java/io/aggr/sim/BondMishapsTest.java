package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 27, 65 and 66 of docs/bad-inputs.md: whole bonds over modelled lines. */
@SimulatedTest
@SlowTest
class BondMishapsTest {

    private static final long MILLI = 1_000_000;

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static BondStats.PeerStats peer(BondStats stats) {
        return stats.peers().get(0);
    }

    /** What has arrived over a line in the direction of the traffic, now. */
    private static long arrivedBytes(SimulatedBond bond, String line, boolean down) {
        BondStats stats = down ? bond.siteStats() : bond.hubStats();
        return link(stats, line).receivedBytes();
    }

    private static BondStats.LinkStats link(BondStats stats, String line) {
        return peer(stats).links().stream()
                .filter(link -> link.name().equals(line))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "unequal, fast, true, ''",
        "unequal, fast, true, 203.0.113.9",
        "unequal, slow, true, ''",
        "unequal, slow, true, 203.0.113.9",
        "seed, adsl-2, true, ''",
        "seed, adsl-2, true, 203.0.113.9",
        "four, c, true, ''",
        "four, d, true, 203.0.113.9",
        "four, a, false, ''",
        "four, d, false, 203.0.113.9"
    })
    void row_27_a_modem_that_translates_anew_pauses_its_own_line_for_a_round_trip_and_twice_the_usual_one(
            String lines, String rebound, boolean down, String address) {
        LineSet set = Profiles.all().stream()
                .filter(each -> each.name().equals(lines))
                .findFirst()
                .orElseThrow();
        long[] bytes = new long[4];
        Simulation simulation = Simulation.of(set)
                .at(seconds(5), "before", bond -> bytes[0] = arrivedBytes(bond, rebound, down))
                .at(seconds(6), "rebinding", bond -> {
                    bytes[1] = arrivedBytes(bond, rebound, down);
                    if (address.isEmpty()) {
                        bond.rebind(rebound);
                    } else {
                        bond.rebind(rebound, address);
                    }
                    // The first datagram from the new address leaves with the next acknowledgement or report.
                    long backNanos = 3 * link(bond.hubStats(), rebound).rttNanos() + 30 * MILLI;
                    bond.time().scheduleIn(backNanos, () -> bytes[2] = arrivedBytes(bond, rebound, down));
                    bond.time().scheduleIn(backNanos + 500 * MILLI, () -> bytes[3] = arrivedBytes(bond, rebound, down));
                });
        SimulationReport report = (down ? simulation.download(seconds(8)) : simulation.upload(seconds(8))).run();
        assertThat(bytes[3] - bytes[2])
                .as("half a second as before, from then on")
                .isGreaterThan((long) (0.9 * (bytes[1] - bytes[0]) / 2));
        for (LineSpec other : set.lines()) {
            if (!other.name().equals(rebound)) {
                assertThat(report.lineBitsPerSecond(other.name(), seconds(6), seconds(6.5)))
                        .as("the other lines go on")
                        .isGreaterThan(0.9 * report.lineBitsPerSecond(other.name(), seconds(5), seconds(6)));
            }
        }
        assertThat(report.longestGapNanos(seconds(5), seconds(8))).isLessThan(250 * MILLI);
        assertThat(report.timeouts()).isZero();
        assertThat(peer(report.hubStats()).events()).containsEntry("line-moved", 1L);
        assertThat(report.transitions())
                .noneMatch(change -> !change.contains(rebound + " ") && change.contains("UP to "));
    }

    @Test
    void row_27_a_modem_that_forgets_every_two_seconds_is_followed_each_time() {
        Simulation simulation = Simulation.of(Profiles.UNEQUAL);
        for (int i = 0; i < 3; i++) {
            simulation.at(seconds(5 + 2 * i), "rebinding", bond -> bond.rebind("fast"));
        }
        SimulationReport report = simulation.download(seconds(11)).run();
        assertThat(report.shareOfIdeal(seconds(5), seconds(11)))
                .as("a tenth of a second of the fast line each time, and what was under way")
                .isGreaterThan(0.93);
        assertThat(report.longestGapNanos(seconds(5), seconds(11))).isLessThan(250 * MILLI);
        assertThat(report.timeouts()).isZero();
        assertThat(peer(report.hubStats()).events()).containsEntry("line-moved", 3L);
    }

    /** Who starts anew. */
    enum Anew {
        HUB(6),
        SITE(6),
        BOTH(10);

        final double mostSeconds;

        Anew(double mostSeconds) {
            this.mostSeconds = mostSeconds;
        }

        void restart(SimulatedBond bond) {
            if (this != SITE) {
                bond.restartHub();
            }
            if (this != HUB) {
                bond.restartSite();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Anew.class)
    void row_65_packets_travel_again_within_six_seconds_of_a_new_start_and_ten_of_two(Anew who) {
        SimulationReport report = Simulation.of(Profiles.SEED)
                .encrypted(true)
                .at(seconds(4), "a new start", who::restart)
                .download(seconds(18))
                .run();
        long gapNanos = report.longestGapNanos(seconds(3), seconds(18));
        assertThat(gapNanos).as("the connection goes on").isLessThan((long) (who.mostSeconds * 1e9));
        assertThat(report.shareOfIdeal(seconds(15), seconds(18))).isGreaterThan(0.9);
        assertThat(peer(report.hubStats()).established()).isTrue();
        assertThat(peer(report.siteStats()).established()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void row_66_an_end_without_time_for_three_seconds_blames_no_line_and_is_not_blamed(boolean hub) {
        SimulationReport report = Simulation.of(Profiles.UNEQUAL)
                .at(seconds(5), "stall", bond -> {
                    if (hub) {
                        bond.stallHub(seconds(3), seconds(3));
                    } else {
                        bond.stallSite(seconds(3), seconds(3));
                    }
                })
                .download(seconds(14))
                .run();
        assertThat(report.transitions()).noneMatch(change -> change.contains("UP to "));
        // The connection itself has timed out. Nothing that waited for the end that stood still is taken for the delay
        // of a line.
        assertThat(report.shareOfIdeal(seconds(9), seconds(14))).isGreaterThan(0.97);
    }
}
