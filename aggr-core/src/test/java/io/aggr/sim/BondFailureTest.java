package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines that die, modems that translate anew, ends that start again. */
@SimulatedTest
@SlowTest
class BondFailureTest {

    private static final Duration LENGTH = Duration.ofSeconds(20);
    private static final Duration THEN = seconds(6);
    private static final long MILLI = 1_000_000;

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    static Stream<Arguments> deaths() {
        return Stream.of(Profiles.SEED, Profiles.UNEQUAL)
                .flatMap(lines -> lines.lines().stream()
                        .flatMap(line -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(lines, line.name(), seed))));
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void goes_on_while_a_line_is_dead_and_uses_it_again(LineSet lines, String name, long seed) {
        SimulationReport report = Simulation.of(lines)
                .seed(seed)
                .at(seconds(5), name + " dies", bond -> bond.cut(name))
                .at(seconds(15), name + " is back", bond -> bond.restore(name))
                .download(LENGTH)
                .run();
        assertThat(report.longestGapNanos(seconds(4), LENGTH)).isLessThan(500 * MILLI);
        assertThat(report.shareOfIdeal(seconds(7), seconds(15))).isGreaterThan(0.95);
        assertThat(report.shareOfIdeal(seconds(18), LENGTH)).isGreaterThan(0.9);
        assertThat(report.lineBitsPerSecond(name, seconds(18), LENGTH))
                .isGreaterThan(0.7 * lines.line(name).down().rateBitsPerSecond());
        assertThat(report.timeouts()).isZero();
    }

    @Test
    void notices_a_line_whose_way_up_alone_is_dead() {
        SimulationReport report = Simulation.of(Profiles.SEED)
                .at(THEN, "adsl-1 is deaf", bond -> {
                    LineSpec line = bond.line("adsl-1");
                    bond.change(line.withUp(line.up().withBlackHole(true)));
                })
                .download(LENGTH)
                .run();
        assertThat(report.longestGapNanos(seconds(5), LENGTH)).isLessThan(400 * MILLI);
        assertThat(report.goodputBitsPerSecond(seconds(8), LENGTH))
                .as("the way down is still used on both lines")
                .isGreaterThan(7e6);
    }

    @Test
    void notices_a_line_whose_way_down_alone_is_dead() {
        SimulationReport report = Simulation.of(Profiles.SEED)
                .at(THEN, "adsl-1 is dumb", bond -> {
                    LineSpec line = bond.line("adsl-1");
                    bond.change(line.withDown(line.down().withBlackHole(true)));
                })
                .download(LENGTH)
                .run();
        assertThat(report.longestGapNanos(seconds(5), LENGTH)).isLessThan(250 * MILLI);
        assertThat(report.goodputBitsPerSecond(seconds(8), LENGTH)).isGreaterThan(3.5e6);
    }

    @Test
    void follows_a_line_to_another_port_or_address() {
        for (String address : List.of("", "203.0.113.9")) {
            SimulationReport report = Simulation.of(Profiles.SEED)
                    .at(THEN, "the modem starts again", bond -> {
                        if (address.isEmpty()) {
                            bond.rebind("adsl-1");
                        } else {
                            bond.rebind("adsl-1", address);
                        }
                    })
                    .download(LENGTH)
                    .run();
            assertThat(report.longestGapNanos(seconds(5), LENGTH)).isLessThan(250 * MILLI);
            assertThat(report.shareOfIdeal(seconds(8), LENGTH)).isGreaterThan(0.96);
            assertThat(report.hubStats().peers().get(0).events()).containsEntry("line-moved", 1L);
        }
    }

    @Test
    void follows_both_lines_at_once() {
        SimulationReport report = Simulation.of(Profiles.SEED)
                .at(THEN, "both modems start again", bond -> {
                    bond.rebind("adsl-1");
                    bond.rebind("adsl-2");
                })
                .download(LENGTH)
                .run();
        assertThat(report.longestGapNanos(seconds(5), LENGTH)).isLessThan(600 * MILLI);
        assertThat(report.shareOfIdeal(seconds(9), LENGTH)).isGreaterThan(0.95);
    }

    static Stream<Arguments> restarts() {
        return Stream.of(1L, 2L, 3L)
                .flatMap(seed -> Stream.of(true, false)
                        .flatMap(site -> Stream.of(true, false).map(down -> Arguments.of(seed, site, down))));
    }

    @ParameterizedTest
    @MethodSource("restarts")
    void goes_on_after_an_end_has_started_again(long seed, boolean site, boolean down) {
        Simulation simulation = Simulation.of(Profiles.SEED)
                .seed(seed)
                .at(THEN, "restart", site ? SimulatedBond::restartSite : SimulatedBond::restartHub);
        SimulationReport report = (down ? simulation.download(LENGTH) : simulation.upload(LENGTH)).run();
        assertThat(report.longestGapNanos(seconds(5), LENGTH)).isLessThan(6_000 * MILLI);
        assertThat(report.shareOfIdeal(seconds(14), LENGTH)).isGreaterThan(0.92);
    }

    @Test
    void comes_back_after_the_hub_was_away() {
        SimulationReport report = Simulation.of(Profiles.SEED)
                .at(THEN, "the hub is off", SimulatedBond::stopHub)
                .at(seconds(10), "and on", SimulatedBond::restartHub)
                .download(LENGTH)
                .run();
        assertThat(report.longestGapNanos(seconds(10), LENGTH)).isLessThan(6_000 * MILLI);
        assertThat(report.shareOfIdeal(seconds(17), LENGTH)).isGreaterThan(0.92);
    }

    @Test
    void comes_back_when_all_lines_were_dead() {
        SimulationReport report = Simulation.of(Profiles.SEED)
                .at(THEN, "all dies", bond -> {
                    bond.cut("adsl-1");
                    bond.cut("adsl-2");
                })
                .at(seconds(10), "all is back", bond -> {
                    bond.restore("adsl-1");
                    bond.restore("adsl-2");
                })
                .download(LENGTH)
                .run();
        assertThat(report.longestGapNanos(seconds(10), LENGTH)).isLessThan(4_000 * MILLI);
        assertThat(report.shareOfIdeal(seconds(16), LENGTH)).isGreaterThan(0.92);
    }
}
