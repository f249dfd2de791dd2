package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.testing.SimulatedTest;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the way back is charged for reports and probes. */
@SimulatedTest
class BondReportsTest {

    private static long sentBytes(LineSet lines, int seconds) {
        BondStats site = Simulation.of(lines)
                .seed(1)
                .datagrams(0.8, 1_400)
                .download(Duration.ofSeconds(seconds))
                .run()
                .siteStats();
        return site.peers().stream()
                .flatMap(peer -> peer.links().stream())
                .mapToLong(BondStats.LinkStats::sentBytes)
                .sum();
    }

    /** Ten a second, of 84 bytes and what encapsulation, UDP and IPv4 add. */
    private static final double PING_BYTES = 10 * 147;

    /**
     * Datagrams one way: nothing but reports, probes and the pings comes back. Two runs that differ in length alone leave the start out. Reports alone
     * take 1.8 % by their own reckoning.
     */
    @ParameterizedTest
    @CsvSource({"seed, 0.026", "unequal, 0.026", "four, 0.01", "adsl+lte, 0.01"})
    void reports_and_probes_take_a_small_share_of_the_way_back(String name, double share) {
        LineSet lines = Profiles.named(name);
        double capacityBytes = lines.lines().stream()
                        .mapToDouble(line -> line.up().rateBitsPerSecond())
                        .sum()
                / 8
                * 10;
        double bytes = sentBytes(lines, 16) - sentBytes(lines, 6) - 10 * PING_BYTES;
        assertThat(bytes / capacityBytes).isBetween(0.001, share);
    }
}
