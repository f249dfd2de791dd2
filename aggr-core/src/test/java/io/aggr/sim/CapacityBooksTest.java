package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.aggr.BondStats;
import io.aggr.BondStats.LinkStats;
import io.aggr.CapacityUse;
import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What became of what the lines could have carried is accounted for to the last percent. */
@SimulatedTest
@SlowTest
class CapacityBooksTest {

    private static final Duration LENGTH = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(8);
    private static final Duration SETTLING = Duration.ofSeconds(2);

    @Test
    void a_full_line_was_used_and_the_books_balance() {
        SimulationReport report = Simulation.of(Profiles.SEED).download(LENGTH).run();

        for (LinkStats link : report.hubStats().peers().get(0).links()) {
            double possible = link.sendBitsPerSecond() / 8e9 * report.simulatedNanos();
            assertThat(sum(link, EnumSet.allOf(CapacityUse.class)))
                    .isCloseTo((long) possible, withinShare(possible, 0.03));
            assertThat(used(link)).isCloseTo(link.sentBytes(), within(3_000L));
        }
        // Before and after the transfer the lines are idle.
        assertThat(share(report.hubStats(), CapacityUse.PACKETS)).isGreaterThan(0.7);
        assertThat(share(report.hubStats(), CapacityUse.PACKETS)
                        + share(report.hubStats(), CapacityUse.NOTHING_TO_SEND))
                .isGreaterThan(0.97);
    }

    @Test
    void a_way_back_that_carries_acknowledgements_had_nothing_else_to_send() {
        SimulationReport report =
                Simulation.of(Profiles.UNEQUAL).download(LENGTH).run();

        assertThat(share(report.siteStats(), CapacityUse.NOTHING_TO_SEND)).isGreaterThan(0.3);
        assertThat(share(report.siteStats(), CapacityUse.LATE)).isLessThan(0.01);
    }

    @Test
    void a_dead_line_is_accounted_for_as_suspect_and_then_as_down() {
        SimulationReport report = Simulation.of(Profiles.UNEQUAL)
                .at(Duration.ofSeconds(5), "slow line dies", bond -> bond.cut("slow"))
                .at(Duration.ofSeconds(15), "slow line returns", bond -> bond.restore("slow"))
                .download(Duration.ofSeconds(25))
                .run();

        LinkStats slow = report.hubStats().peers().get(0).links().stream()
                .filter(link -> link.name().equals("slow"))
                .findFirst()
                .orElseThrow();
        double dead = 10.0 * slow.sendBitsPerSecond() / 8;
        assertThat(sum(slow, EnumSet.of(CapacityUse.SUSPECT, CapacityUse.DOWN)))
                .isCloseTo((long) dead, withinShare(dead, 0.15));
    }

    @Test
    void a_dearer_line_that_is_not_needed_stands_by() {
        SimulationReport report = Simulation.of(Profiles.UNEQUAL)
                .tier("slow", 1)
                .flows(1)
                .upload(LENGTH)
                .run();

        assertThat(report.siteStats().peers().get(0).links())
                .filteredOn(link -> link.name().equals("slow"))
                .singleElement()
                .satisfies(link -> assertThat(link.capacityBytes()).containsKey(CapacityUse.STANDBY));
    }

    @Test
    void an_application_that_offers_too_little_leaves_nothing_to_send() {
        LineUse use = Simulation.of(Profiles.UNEQUAL)
                .datagrams(0.3, 1_200)
                .download(SHORT)
                .settling(SETTLING)
                .run()
                .use();

        assertThat(use.share(CapacityUse.PACKETS)).isCloseTo(0.3, within(0.02));
        assertThat(use.share(CapacityUse.NOTHING_TO_SEND)).isGreaterThan(0.66);
        assertThat(use.share(CapacityUse.REORDER_WAIT)).isZero();
    }

    @Test
    void a_window_that_is_too_small_leaves_nothing_to_send_although_packets_are_held_even() {
        SimulationReport report = Simulation.of(Profiles.UNEQUAL)
                .tcp(TcpOptions.defaults().withMaxWindowBytes(70_000))
                .download(SHORT)
                .settling(SETTLING)
                .run();

        assertThat(report.use().share(CapacityUse.PACKETS)).isLessThan(0.7);
        assertThat(report.use().share(CapacityUse.NOTHING_TO_SEND)).isGreaterThan(0.3);
        assertThat(report.use().share(CapacityUse.REORDER_WAIT)).isLessThan(0.005);
    }

    @Test
    void a_sender_that_stands_still_while_lost_packets_are_repaired_waits_for_their_order() {
        LineSet lossy = new LineSet(
                "lossy",
                "16/1 + 6/0.6 Mbit/s, 8 % loss on both",
                Profiles.UNEQUAL.lines().stream()
                        .map(line -> line.withLoss(Loss.random(0.08)))
                        .toList(),
                List.of());
        LineUse use = Simulation.of(lossy)
                .tcp(TcpOptions.defaults().withMaxWindowBytes(200_000))
                .download(SHORT)
                .settling(SETTLING)
                .run()
                .use();

        assertThat(use.share(CapacityUse.REORDER_WAIT)).isGreaterThan(0.1);
        assertThat(use.share(CapacityUse.REPAIRS)).isGreaterThan(0.03);
        assertThat(use.unusedText(0.05)).startsWith("reorder-wait ");
    }

    @Test
    void a_flow_that_a_scheduler_keeps_on_one_line_leaves_the_other_to_the_scheduler() {
        LineUse use = Simulation.of(Profiles.UNEQUAL)
                .scheduler("flow-hash", Map.of())
                .download(SHORT)
                .settling(SETTLING)
                .run()
                .use();

        assertThat(use.share(CapacityUse.SCHEDULER)).isGreaterThan(0.2);
    }

    @Test
    void the_books_of_all_lines_sum_up_to_what_they_could_have_carried() {
        SimulationReport report =
                Simulation.of(Profiles.FOUR).download(SHORT).settling(SETTLING).run();

        double seconds = SHORT.minus(SETTLING).toMillis() / 1e3;
        assertThat(report.use().possibleBytes() * 8 / seconds)
                .isCloseTo(
                        report.hubStats().peers().get(0).links().stream()
                                .mapToDouble(LinkStats::sendBitsPerSecond)
                                .sum(),
                        withinPercentage(2));
        assertThat(report.details()).contains("% of capacity").contains("packets");
    }

    private static org.assertj.core.data.Offset<Long> withinShare(double whole, double share) {
        return within((long) (whole * share));
    }

    private static long used(LinkStats link) {
        return link.capacityBytes().entrySet().stream()
                .filter(entry -> entry.getKey().isUsed())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static long sum(LinkStats link, Set<CapacityUse> uses) {
        return uses.stream()
                .mapToLong(use -> link.capacityBytes().getOrDefault(use, 0L))
                .sum();
    }

    private static double share(BondStats stats, CapacityUse use) {
        long all = 0;
        long one = 0;
        for (LinkStats link : stats.peers().get(0).links()) {
            all += sum(link, EnumSet.allOf(CapacityUse.class));
            one += sum(link, EnumSet.of(use));
        }
        return (double) one / all;
    }
}
