package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody has told the bond a rate. */
@SimulatedTest
@SlowTest
class BondFindsRatesTest {

    private static final long MILLI = 1_000_000;

    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1_000));
    }

    private static Simulation untold(LineSet lines, long seed) {
        return Simulation.of(lines).seed(seed).configuredRates(0);
    }

    private static void expect(SimulationReport report, double shareOfIdeal, long pingAboveIdleNanos) {
        assertThat(report.shareOfIdeal()).isGreaterThanOrEqualTo(shareOfIdeal);
        assertThat(report.pingLoaded().p95Nanos())
                .isLessThanOrEqualTo(report.pingIdle().p95Nanos() + pingAboveIdleNanos);
        assertThat(report.timeouts()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"seed, 98, 20", "unequal, 98, 20", "adsl+lte, 97, 40"})
    void fills_lines_of_unknown_rates_down(String name, int percent, int pingMillis) {
        for (long seed = 1; seed <= 3; seed++) {
            expect(untold(Profiles.named(name), seed).download(seconds(15)).run(), percent / 100.0, pingMillis * MILLI);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fills_lines_of_unknown_rates_up(long seed) {
        expect(untold(Profiles.SEED, seed).upload(seconds(15)).run(), 0.95, 35 * MILLI);
    }

    @ParameterizedTest
    @ValueSource(strings = {"seed", "unequal", "four"})
    void fills_unknown_lines_within_two_seconds(String name) {
        SimulationReport report =
                untold(Profiles.named(name), 1).download(seconds(10)).run();
        assertThat(report.shareOfIdeal(seconds(1.5), seconds(3))).isGreaterThan(0.9);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void follows_a_line_that_falls_to_a_quarter(long seed) {
        LineSpec fast = Profiles.UNEQUAL.line("fast");
        SimulationReport report = untold(Profiles.UNEQUAL, seed)
                .at(
                        seconds(8),
                        "fast falls to a quarter",
                        bond -> bond.change(fast.withDown(fast.down().withRateBitsPerSecond(4_000_000))))
                .download(seconds(16))
                .run();
        assertThat(report.shareOfIdeal(seconds(10), seconds(16))).isGreaterThan(0.95);
        assertThat(report.pingLoaded(seconds(10), seconds(16)).p95Nanos())
                .isLessThan(report.pingIdle().p95Nanos() + 60 * MILLI);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void finds_out_that_a_line_has_tripled(long seed) {
        LineSpec fast = Profiles.UNEQUAL.line("fast");
        SimulationReport report = untold(Profiles.UNEQUAL, seed)
                .at(
                        seconds(6),
                        "fast triples",
                        bond -> bond.change(fast.withDown(fast.down().withRateBitsPerSecond(48_000_000))))
                .download(seconds(18))
                .run();
        // The connection itself takes some seconds to ask for so much more.
        assertThat(report.lineBitsPerSecond("fast", seconds(14), seconds(18))).isGreaterThan(40e6);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 15, 30})
    void fills_lines_with_shallow_modems(int bufferMillis) {
        QueueLimit limit = QueueLimit.ofTime(Duration.ofMillis(bufferMillis));
        List<LineSpec> lines = Profiles.UNEQUAL.lines().stream()
                .map(line -> line.withDown(line.down().withQueue(limit)))
                .toList();
        SimulationReport report = untold(new LineSet("shallow", "shallow modems", lines, List.of()), 1)
                .download(seconds(20))
                .run();
        expect(report, 0.96, 20 * MILLI);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 1.5})
    void begins_with_the_rates_that_it_is_told_and_finds_the_right_ones(double share) {
        for (String name : List.of("seed", "unequal")) {
            SimulationReport report = Simulation.of(Profiles.named(name))
                    .configuredRates(share)
                    .seedRates()
                    .download(seconds(15))
                    .run();
            assertThat(report.shareOfIdeal(seconds(10), seconds(15))).isGreaterThan(0.97);
            assertThat(report.timeouts()).isZero();
        }
    }
}
