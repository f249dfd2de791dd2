package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one TCP connection notices of lines that come and go, lose much, or are not worth their trouble. */
@SimulatedTest
@SlowTest
class BondOutageTest {

    private static final long MILLI = 1_000_000;
    private static final TcpOptions ECN = TcpOptions.defaults().withEcn(true);

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    static Stream<Arguments> linesAndSeeds() {
        return Stream.of("fast", "slow").flatMap(line -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(line, seed)));
    }

    private static SimulationReport tenSecondsDead(String line, long seed, TcpOptions tcp) {
        return Simulation.of(Profiles.UNEQUAL)
                .seed(seed)
                .tcp(tcp)
                .at(seconds(6), line + " dies", bond -> bond.cut(line))
                .at(seconds(16), line + " is back", bond -> bond.restore(line))
                .download(seconds(22))
                .run();
    }

    private static void expectUnnoticed(SimulationReport report) {
        assertThat(report.shareOfIdeal(seconds(6.25), seconds(16)))
                .as("of the other line")
                .isGreaterThan(0.97);
        assertThat(report.shareOfIdeal(seconds(18), seconds(22)))
                .as("2 s after its return")
                .isGreaterThan(0.95);
        assertThat(report.timeouts()).isZero();
        assertThat(report.pingLoaded(seconds(4), seconds(22)).unanswered()).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("linesAndSeeds")
    void a_silently_dead_line_makes_no_pause(String line, long seed) {
        SimulationReport report = tenSecondsDead(line, seed, ECN);
        assertThat(report.longestGapNanos(seconds(4), seconds(22))).isLessThan(250 * MILLI);
        expectUnnoticed(report);
    }

    @ParameterizedTest
    @MethodSource("linesAndSeeds")
    void a_silently_dead_line_makes_no_pause_without_ecn_either(String line, long seed) {
        SimulationReport report = tenSecondsDead(line, seed, TcpOptions.defaults());
        // Nothing is dropped to tell the connection that 16 of 22 Mbit/s are gone: behind the queue of what it had
        // under
        // way, that would make a long pause. It is kept from having more under way instead.
        assertThat(report.longestGapNanos(seconds(4), seconds(22))).isLessThan(250 * MILLI);
        expectUnnoticed(report);
    }

    @ParameterizedTest
    @MethodSource("linesAndSeeds")
    void a_line_that_flaps_does_not_drag_the_other_down(String line, long seed) {
        Simulation simulation = Simulation.of(Profiles.UNEQUAL).seed(seed);
        int failures = 5;
        for (int i = 0; i < failures; i++) {
            simulation
                    .at(seconds(6 + 6 * i), line + " dies", bond -> bond.cut(line))
                    .at(seconds(9 + 6 * i), line + " is back", bond -> bond.restore(line));
        }
        SimulationReport report = simulation.download(seconds(37)).run();
        double steady =
                tenSecondsDead(line, seed, TcpOptions.defaults()).goodputBitsPerSecond(seconds(10), seconds(16));
        for (double from = 6; from < 36; from += 3) {
            assertThat(report.goodputBitsPerSecond(seconds(from), seconds(from + 3)))
                    .as("of the steady line from %.0f s on", from)
                    .isGreaterThan(0.97 * steady);
        }
        assertThat(report.timeouts()).isZero();
        assertThat(report.pingLoaded(seconds(4), seconds(37)).unanswered()).isLessThanOrEqualTo(failures);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void row_27_goes_on_when_a_modem_translates_anew(long seed) {
        for (String line : List.of("fast", "slow")) {
            SimulationReport report = Simulation.of(Profiles.UNEQUAL)
                    .seed(seed)
                    .at(seconds(6), "rebinding", bond -> bond.rebind(line))
                    .download(seconds(11))
                    .run();
            assertThat(report.longestGapNanos(seconds(5), seconds(11))).isLessThan(250 * MILLI);
            assertThat(report.shareOfIdeal(seconds(7), seconds(11))).isGreaterThan(0.95);
            assertThat(report.timeouts()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_line_that_loses_nearly_half_costs_the_good_one_nothing(long seed) {
        LineSpec good = Profiles.modem("good", 16_000, 1_000, 15);
        LineSpec bad = Profiles.modem("bad", 8_000, 800, 20).withLoss(Loss.random(0.4));
        SimulationReport report = Simulation.of(
                        new LineSet("bad", "one line with 40 % loss", List.of(good, bad), List.of()))
                .seed(seed)
                .download(seconds(15))
                .run();
        assertThat(report.goodputBitsPerSecond()).isGreaterThan(0.97 * alone(good, seed, 15));
        assertThat(report.lineBitsPerSecond("bad", seconds(5), seconds(15)))
                .as("copies that measure it")
                .isLessThan(0.06 * 16e6);
        assertThat(report.timeouts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_thin_late_line_costs_a_fat_one_nothing(long seed) {
        LineSpec fat = Profiles.modem("fat", 1_000_000, 1_000_000, 10);
        LineSpec thin = Profiles.modem("thin", 10_000, 10_000, 100);
        SimulationReport report = Simulation.of(new LineSet("thin", "fat and thin", List.of(fat, thin), List.of()))
                .seed(seed)
                .settling(seconds(2))
                .download(seconds(3))
                .run();
        assertThat(report.shareOfIdeal()).isGreaterThan(0.97);
        // Nothing is lost, and nothing taken for lost, but what tells slow start to end.
        long dropped = report.hubStats().peers().get(0).drops().getOrDefault("queue.codel", 0L);
        assertThat(report.retransmissions()).isLessThanOrEqualTo(dropped);
        assertThat(dropped).isLessThan(5);
    }

    private static double alone(LineSpec line, long seed, double length) {
        return Simulation.of(new LineSet("alone", "one line", List.of(line), List.of()))
                .seed(seed)
                .download(seconds(length))
                .run()
                .goodputBitsPerSecond();
    }
}
