package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats.LinkStats;
import io.aggr.LinkCost;
import io.aggr.LinkQuota;
import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Lines that cost more than others. The hub, which learns of the cost from the site, is the one that sends in a download. */
@SimulatedTest
@SlowTest
class BondCostTest {

    private static final Duration LENGTH = seconds(20);
    private static final long MILLI = 1_000_000;

    private static final LineSet LINES =
            new LineSet("cost", "a cheap line and a dear one", List.of(line("cheap", 20), line("dear", 30)), List.of());

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static LineSpec line(String name, int delayMillis) {
        Duration delay = Duration.ofMillis(delayMillis);
        return new LineSpec(name, LineSettings.of(8_000_000, delay), LineSettings.of(1_600_000, delay));
    }

    private static Simulation with(LinkCost cost) {
        return Simulation.of(LINES).cost("dear", cost);
    }

    private static LinkStats dear(SimulationReport report) {
        return report.siteStats().peers().get(0).links().get(1);
    }

    /** Both directions, as the site counts them. */
    private static long bytes(LinkStats link) {
        return link.sentBytes() + link.receivedBytes();
    }

    @Test
    void a_dearer_line_joins_when_the_cheap_one_is_full() {
        SimulationReport report =
                with(LinkCost.NONE.withTier(1)).download(LENGTH).run();
        assertThat(report.shareOfIdeal()).isGreaterThan(0.98);
        assertThat(report.lineBitsPerSecond("dear", seconds(0), seconds(0.3)))
                .as("not at once")
                .isLessThan(0.2e6);
        SimulationReport up = with(LinkCost.NONE.withTier(1)).upload(LENGTH).run();
        assertThat(up.shareOfIdeal()).isGreaterThan(0.95);
    }

    @Test
    void a_short_transfer_does_not_wake_the_dearer_line() {
        SimulationReport report = with(LinkCost.NONE.withTier(1))
                .tcp(TcpOptions.defaults().withTotalBytes(150_000))
                .download(seconds(5))
                .run();
        assertThat(report.lineBitsPerSecond("dear", seconds(0), seconds(5))).isLessThan(20_000);
    }

    @Test
    void a_dearer_line_is_left_alone_again_when_the_transfer_is_over() {
        SimulationReport report = with(LinkCost.NONE.withTier(1))
                .tcp(TcpOptions.defaults().withTotalBytes(8_000_000))
                .download(seconds(12))
                .run();
        assertThat(report.lineBitsPerSecond("dear", seconds(1), seconds(4))).isGreaterThan(6e6);
        assertThat(report.lineBitsPerSecond("dear", seconds(8), seconds(12))).isLessThan(20_000);
    }

    @Test
    void a_backup_carries_nothing_while_another_line_can() {
        SimulationReport report =
                with(LinkCost.NONE.withBackup(true)).download(LENGTH).run();
        assertThat(report.lineBitsPerSecond("dear", seconds(0), LENGTH)).isLessThan(10_000);
        assertThat(report.goodputBitsPerSecond()).isGreaterThan(7.3e6);
        assertThat(dear(report).backup()).isTrue();
        assertThat(report.hubStats().peers().get(0).links().get(1).backup())
                .as("the hub was told")
                .isTrue();
    }

    @Test
    void a_backup_takes_over_from_a_dead_line_and_gives_back() {
        SimulationReport report = with(LinkCost.NONE.withBackup(true))
                .at(seconds(8), "the cheap line dies", bond -> bond.cut("cheap"))
                .at(seconds(12), "and is back", bond -> bond.restore("cheap"))
                .download(LENGTH)
                .run();
        assertThat(report.longestGapNanos(seconds(5), LENGTH)).isLessThan(500 * MILLI);
        assertThat(report.lineBitsPerSecond("dear", seconds(9), seconds(12))).isGreaterThan(7.5e6);
        assertThat(report.lineBitsPerSecond("dear", seconds(14), LENGTH)).isLessThan(10_000);
        assertThat(report.lineBitsPerSecond("cheap", seconds(14), LENGTH)).isGreaterThan(7e6);
    }

    @Test
    void a_line_whose_quota_is_used_up_is_a_backup() {
        SimulationReport report = with(LinkCost.NONE.withQuota(LinkQuota.of(5_000_000, Duration.ofDays(30))))
                .download(LENGTH)
                .run();
        assertThat(dear(report).quotaUsedBytes())
                .as("what is under way when the site says stop comes still")
                .isBetween(5_000_000L, 5_250_000L);
        assertThat(dear(report).backup()).isTrue();
        assertThat(report.siteStats().peers().get(0).events()).containsEntry("quota-used-up", 1L);
        assertThat(report.siteStats().problems()).anyMatch(text -> text.contains("quota of 5000000 bytes"));
        assertThat(report.lineBitsPerSecond("dear", seconds(10), LENGTH)).isLessThan(10_000);
        assertThat(report.timeouts()).isZero();
    }

    @Test
    void a_line_is_used_again_in_the_next_period() {
        // The period ends 21 seconds after the start, which is at 15 seconds of the transfer.
        LinkQuota quota = new LinkQuota(5_000_000, seconds(60), 4_000_000, seconds(39));
        SimulationReport report =
                with(LinkCost.NONE.withQuota(quota)).download(LENGTH).run();
        assertThat(report.lineBitsPerSecond("dear", seconds(8), seconds(14))).isLessThan(10_000);
        assertThat(report.lineBitsPerSecond("dear", seconds(17), seconds(19))).isGreaterThan(6e6);
    }

    @Test
    void a_metered_line_that_carries_nothing_is_probed_for_less_than_a_megabyte_a_day() {
        LinkCost cost = LinkCost.NONE.withBackup(true).withMetered(true);
        long shorter = bytes(dear(with(cost).download(seconds(60)).run()));
        long longer = bytes(dear(with(cost).download(seconds(360)).run()));
        assertThat(shorter).as("the start, with the search for its MTU").isLessThan(10_000);
        assertThat((longer - shorter) * 288)
                .as("bytes in a day of traffic on the other line")
                .isLessThan(1_000_000);
        System.out.println("a metered line that carries nothing: " + shorter + " bytes at the start, "
                + (longer - shorter) * 288 + " a day");
    }

    @Test
    void a_metered_backup_takes_over_too() {
        SimulationReport report = with(LinkCost.NONE.withBackup(true).withMetered(true))
                .at(seconds(8), "the cheap line dies", bond -> bond.cut("cheap"))
                .download(LENGTH)
                .run();
        assertThat(report.longestGapNanos(seconds(5), LENGTH)).isLessThan(500 * MILLI);
        assertThat(report.lineBitsPerSecond("dear", seconds(9), LENGTH)).isGreaterThan(7.5e6);
    }

    @Test
    void a_metered_line_that_is_back_begins_at_what_it_carried_and_is_not_measured_anew() {
        SimulationReport report = with(LinkCost.NONE.withMetered(true))
                .at(seconds(6), "the dear line dies", bond -> bond.cut("dear"))
                .at(seconds(12), "it is back", bond -> bond.restore("dear"))
                .download(LENGTH)
                .run();
        assertThat(report.lineBitsPerSecond("dear", seconds(7), seconds(12))).isLessThan(10_000);
        assertThat(report.lineBitsPerSecond("dear", seconds(18), seconds(20))).isGreaterThan(7.5e6);
    }

    /** When both ends were started again, how long after the start of a transfer nine tenths of the lines are used. */
    private static double secondsToNineTenths(boolean metered, boolean kept) {
        Simulation simulation = Simulation.of(LINES)
                .configuredRates(0)
                .seedRates()
                .tcp(TcpOptions.defaults().withTotalBytes(6_000_000));
        for (LineSpec line : LINES.lines()) {
            simulation.cost(line.name(), LinkCost.NONE.withMetered(metered));
        }
        if (kept) {
            simulation.keepRates();
        }
        AtomicReference<TcpFlow> next = new AtomicReference<>();
        SimulationReport report = simulation
                .at(seconds(6.5), "both ends are started again", bond -> {
                    bond.restartHub();
                    bond.restartSite();
                })
                .at(
                        seconds(10),
                        "another transfer",
                        bond -> next.set(TcpFlow.start(bond.hubHost(), bond.siteHost(), TcpOptions.defaults())))
                .download(seconds(13))
                .run();
        TcpFlow flow = next.get();
        double enough = 0.9 * LINES.downBitsPerSecond() * report.payloadShare();
        for (double at = 0; at < 2.5; at += 0.05) {
            long from = flow.startNanos() + seconds(at).toNanos();
            if (flow.goodputBitsPerSecond(from, from + seconds(0.5).toNanos()) > enough) {
                return at;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    @Test
    void metered_lines_of_a_new_process_begin_at_what_they_carried_in_the_old_one() {
        double measured = secondsToNineTenths(false, false);
        double kept = secondsToNineTenths(true, true);
        double blind = secondsToNineTenths(true, false);
        System.out.printf(
                Locale.ROOT,
                "after a restart, to 90 %% of the lines: %.2f s with trains, %.2f s metered with kept rates, %.2f s without%n",
                measured,
                kept,
                blind);
        assertThat(kept).isLessThanOrEqualTo(measured + 0.05);
        assertThat(blind).as("it is worth something").isGreaterThan(kept + 0.5);
    }
}
