package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that lose packets: what is lost is sent again, so that the hosts hardly notice. The table is printed at the end. */
@SimulatedTest
@SlowTest
class BondRepairTest {

    private static final Duration LENGTH = Duration.ofSeconds(15);
    private static final long MILLI = 1_000_000;
    private static final Queue<SimulationReport> REPORTS = new ConcurrentLinkedQueue<>();

    private static final LineSet SLOW = lossy("unequal, slow 1 %", Loss.none(), Loss.random(0.01));
    private static final LineSet BOTH_FIVE = lossy("unequal, both 5 %", Loss.random(0.05), Loss.random(0.05));
    private static final LineSet FAST_TEN = lossy("unequal, fast 10 %", Loss.random(0.1), Loss.none());
    private static final LineSet BURSTS = lossy("unequal, fast in bursts", Loss.bursts(0.02, 10), Loss.none());

    @AfterAll
    static void print() {
        System.out.println(SimulationReport.table(List.copyOf(REPORTS)).text());
        REPORTS.clear();
    }

    private static LineSet lossy(String name, Loss fast, Loss slow) {
        List<LineSpec> lines = Profiles.UNEQUAL.lines();
        return new LineSet(
                name, name, List.of(lines.get(0).withLoss(fast), lines.get(1).withLoss(slow)), List.of());
    }

    private static SimulationReport run(Simulation simulation) {
        SimulationReport report = simulation.run();
        REPORTS.add(report);
        return report;
    }

    private static BondStats.PeerStats receiver(SimulationReport report) {
        return report.siteStats().peers().get(0);
    }

    private static BondStats.PeerStats sender(SimulationReport report) {
        return report.hubStats().peers().get(0);
    }

    private static long count(BondStats.PeerStats peer, String event) {
        return peer.events().getOrDefault(event, 0L);
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                        Arguments.of(Profiles.LOSSY, 0.97),
                        Arguments.of(SLOW, 0.97),
                        Arguments.of(Profiles.LOSSY_FAST, 0.97),
                        Arguments.of(Profiles.LOSSY_BOTH, 0.94))
                .flatMap(each -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(each.get()[0], each.get()[1], seed)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hides_the_loss_of_lines_from_the_hosts(LineSet lines, double share, long seed) {
        SimulationReport report = run(
                Simulation.of(lines).seed(seed).download(Duration.ofSeconds(40)).settling(Duration.ofSeconds(10)));
        assertThat(report.shareOfIdeal()).isGreaterThanOrEqualTo(share);
        assertThat(report.timeouts()).isZero();
        assertThat(report.pingLoaded().p95Nanos())
                .isLessThanOrEqualTo(report.pingIdle().p95Nanos() + 40 * MILLI);
        // What the connection sends again is what the queue in front of the bond has dropped to slow it down.
        long dropped = sender(report).drops().getOrDefault("queue.codel", 0L);
        assertThat(report.retransmissions()).isLessThanOrEqualTo(dropped + 3);
        assertThat(count(receiver(report), "repaired")).isGreaterThan(20);
        assertThat(count(receiver(report), "repaired-late")).isLessThanOrEqualTo(3);
        assertThat(count(receiver(report), "delivered-behind")).isLessThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void stands_more_loss_than_a_line_should_have(long seed) {
        for (LineSet lines : List.of(BOTH_FIVE, FAST_TEN, BURSTS)) {
            SimulationReport report = run(Simulation.of(lines).seed(seed).download(LENGTH));
            assertThat(report.goodputBitsPerSecond())
                    .as("not below the best line alone")
                    .isGreaterThan(0.95 * 16e6);
            assertThat(report.timeouts()).isZero();
        }
    }

    @Test
    void lets_go_at_once_what_is_proved_lost_when_nothing_is_to_be_sent_again() {
        SimulationReport report =
                run(Simulation.of(Profiles.LOSSY).repair(false).download(LENGTH));
        assertThat(count(receiver(report), "nacked")).isZero();
        assertThat(count(receiver(report), "loss-proved")).isPositive();
        assertThat(report.shareOfIdeal()).isBetween(0.1, 0.9);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void hides_loss_from_datagrams_too_and_keeps_their_order(long seed) {
        SimulationReport report = Simulation.of(Profiles.LOSSY)
                .datagrams(0.8, 1_200)
                .seed(seed)
                .download(LENGTH)
                .run();
        assertThat(report.datagramsLostShare()).isLessThanOrEqualTo(0.001);
        assertThat(report.datagramsOutOfOrderShare()).isLessThanOrEqualTo(0.001);
    }

    @Test
    void asks_in_few_bytes() {
        SimulationReport report = run(Simulation.of(Profiles.LOSSY_BOTH).seed(4).download(LENGTH));
        long lost = receiver(report).links().stream()
                .mapToLong(BondStats.LinkStats::lostPackets)
                .sum();
        assertThat(count(receiver(report), "nack-frames")).isLessThan(2 * lost);
        assertThat(count(sender(report), "repair-given")).isLessThan(lost + lost / 10);
    }
}
