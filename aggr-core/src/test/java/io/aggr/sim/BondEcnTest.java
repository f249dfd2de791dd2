package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections that use explicit congestion notification are told by marks and lose nothing (RFC 3168, RFC 8289). */
@SimulatedTest
@SlowTest
class BondEcnTest {

    private static final Duration LENGTH = Duration.ofSeconds(15);
    private static final long MILLI = 1_000_000;

    private static SimulationReport run(LineSet lines, boolean ecn, boolean ipv6) {
        return Simulation.of(lines)
                .tcp(TcpOptions.defaults().withEcn(ecn))
                .ipv6Inside(ipv6)
                .download(LENGTH)
                .run();
    }

    @ParameterizedTest
    @CsvSource({"seed, false", "seed, true", "unequal, false", "unequal, true"})
    void our_queue_marks_instead_of_dropping(String name, boolean ipv6) {
        LineSet lines = name.equals("seed") ? Profiles.SEED : Profiles.UNEQUAL;
        SimulationReport report = run(lines, true, ipv6);
        assertThat(report.hubStats().peers().get(0).events()).containsKey("marked");
        assertThat(report.hubStats().peers().get(0).drops().keySet()).noneMatch(drop -> drop.startsWith("queue."));
        assertThat(report.retransmissions()).isZero();
        assertThat(report.shareOfIdeal()).isGreaterThan(0.98);
        assertThat(report.longestGapNanos(Duration.ofSeconds(2), LENGTH))
                .as("nothing has to be sent again")
                .isLessThan(20 * MILLI);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void who_does_not_use_marks_is_told_by_drops(boolean ipv6) {
        SimulationReport report = run(Profiles.SEED, false, ipv6);
        assertThat(report.hubStats().peers().get(0).events()).doesNotContainKey("marked");
        assertThat(report.hubStats().peers().get(0).drops()).containsKey("queue.codel");
        assertThat(report.retransmissions()).isPositive();
    }
}
