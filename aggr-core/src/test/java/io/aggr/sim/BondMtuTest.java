package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines whose packets may be of different lengths, and lines that take less all at once and say nothing. */
@SimulatedTest
@SlowTest
class BondMtuTest {

    private static final Duration LENGTH = Duration.ofSeconds(15);
    private static final Duration BEGIN = Duration.ofSeconds(4);
    private static final Duration EVENT = Duration.ofSeconds(5);
    private static final long MILLI = 1_000_000;

    /** What {@code plain} over IPv4 leaves of 1500. */
    private static final int TUN_MTU = 1453;

    private static LineSpec line(String name, int delayMillis, int mtuBytes) {
        LineSettings down =
                LineSettings.of(8_000_000, Duration.ofMillis(delayMillis)).withMtuBytes(mtuBytes);
        LineSettings up =
                LineSettings.of(1_600_000, Duration.ofMillis(delayMillis)).withMtuBytes(mtuBytes);
        return new LineSpec(name, down, up);
    }

    private static LineSet lines(LineSpec... lines) {
        return new LineSet("mtu", "lines of different MTU", List.of(lines), List.of());
    }

    private static void shrink(SimulatedBond bond, int mtuBytes) {
        LineSpec line = bond.line("b");
        bond.change(line.withDown(line.down().withMtuBytes(mtuBytes))
                .withUp(line.up().withMtuBytes(mtuBytes)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1500, 1492, 1420, 1280})
    void finds_the_mtu_of_each_line_and_fills_both(int mtuBytes) {
        SimulationReport report = Simulation.of(lines(line("a", 20, 1500), line("b", 25, mtuBytes)))
                .tunMtu(TUN_MTU)
                .download(LENGTH)
                .run();
        // Each packet is a little shorter than what the ideal reckons with.
        assertThat(report.shareOfIdeal()).isGreaterThan(0.975);
        assertThat(report.lineBitsPerSecond("b", EVENT, LENGTH)).isGreaterThan(7.8e6);
        assertThat(report.hubStats().peers().get(0).drops()).doesNotContainKey("too-large");
        assertThat(report.timeouts()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1492, 1", "1420, 2", "1280, 3"})
    void row_54_goes_on_over_the_other_line_when_one_swallows_long_packets(int mtuBytes, long seed) {
        SimulationReport report = Simulation.of(lines(line("a", 20, 1500), line("b", 25, 1500)))
                .seed(seed)
                .tunMtu(TUN_MTU)
                .at(EVENT, "b takes less", bond -> shrink(bond, mtuBytes))
                .download(LENGTH)
                .run();
        assertThat(report.longestGapNanos(BEGIN, LENGTH)).isLessThan(250 * MILLI);
        assertThat(report.shareOfIdeal(Duration.ofSeconds(7), LENGTH))
                .as("the flow keeps its segment size, which fits the other line only")
                .isGreaterThan(0.47);
        assertThat(report.hubStats().peers().get(0).events()).containsEntry("mtu-fell", 1L);
        assertThat(report.timeouts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1492, 1420, 1280})
    void row_54_recovers_when_the_only_line_swallows_long_packets(int mtuBytes) {
        SimulationReport report = Simulation.of(lines(line("b", 25, 1500)))
                .tunMtu(TUN_MTU)
                .at(EVENT, "b takes less", bond -> shrink(bond, mtuBytes))
                .download(LENGTH)
                .run();
        assertThat(report.longestGapNanos(BEGIN, LENGTH)).isLessThan(900 * MILLI);
        assertThat(report.lineBitsPerSecond("b", Duration.ofSeconds(8), LENGTH)).isGreaterThan(7.8e6);
        assertThat(report.hubStats().peers().get(0).events()).containsKey("too-big-sent");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void does_not_take_a_lossy_line_for_one_that_takes_less(long seed) {
        SimulationReport report = Simulation.of(
                        lines(line("a", 20, 1500), line("b", 25, 1500).withLoss(Loss.random(0.05))))
                .seed(seed)
                .tunMtu(TUN_MTU)
                .download(LENGTH)
                .run();
        assertThat(report.hubStats().peers().get(0).events()).doesNotContainKey("mtu-fell");
    }
}
