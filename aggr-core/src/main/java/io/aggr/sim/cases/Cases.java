package io.aggr.sim.cases;

import static io.aggr.sim.cases.CaseMark.Metric.DATAGRAMS_LOST;
import static io.aggr.sim.cases.CaseMark.Metric.DATAGRAMS_OUT_OF_ORDER;
import static io.aggr.sim.cases.CaseMark.Metric.LONGEST_GAP;
import static io.aggr.sim.cases.CaseMark.Metric.PINGS_LOST;
import static io.aggr.sim.cases.CaseMark.Metric.PING_OVER_IDLE;
import static io.aggr.sim.cases.CaseMark.Metric.RETRANSMISSIONS;
import static io.aggr.sim.cases.CaseMark.Metric.SECONDS_TO_90;
import static io.aggr.sim.cases.CaseMark.Metric.SHARE_OF_BEST_LINE;
import static io.aggr.sim.cases.CaseMark.Metric.SHARE_OF_IDEAL;
import static io.aggr.sim.cases.CaseMark.Metric.SHARE_OF_STEADY_LINES;
import static io.aggr.sim.cases.CaseMark.Metric.TIMEOUTS;

import io.aggr.PeerConfig;
import io.aggr.sim.CongestionAlgorithm;
import io.aggr.sim.LineEvent;
import io.aggr.sim.LineSet;
import io.aggr.sim.LineSettings;
import io.aggr.sim.LineSpec;
import io.aggr.sim.Loss;
import io.aggr.sim.Profiles;
import io.aggr.sim.QueueLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * All cases by which a bond is judged. A mark stands here once, for the simulator, the lab and the tests.
 *
 * <p>In each case the bond must get no less than the best line alone, and the inner TCP must have no time-out.
 *
 * @since 0.1
 */
public final class Cases {
    private static final CaseTraffic DOWN = CaseTraffic.download();
    private static final CaseTraffic UP = CaseTraffic.upload();
    private static final CaseTraffic BBR = DOWN.withCongestion(CongestionAlgorithm.BBR);
    private static final CaseMark NO_TIMEOUT = CaseMark.of(TIMEOUTS, 0);
    private static final CaseMark ALL_PINGS = CaseMark.of(PINGS_LOST, 0);

    /** What happens to a line may cost sparse traffic one packet, no more. */
    private static final CaseMark ONE_PING = CaseMark.of(PINGS_LOST, 1);

    private static final CaseMark ABOVE_BEST_LINE = CaseMark.of(SHARE_OF_BEST_LINE, 100);

    /** When something happens to a line, and when it is undone, seconds since the start of the traffic. */
    private static final int THEN = 8;

    private static final int BACK = 18;

    private static final List<BondCase> ALL = make();

    private Cases() {}

    /**
     * All cases.
     *
     * @return unmodifiable, in the order of reports
     */
    public static List<BondCase> all() {
        return ALL;
    }

    /**
     * The cases of a stage.
     *
     * @param stage where they are to be run
     * @return unmodifiable, in the order of reports
     */
    public static List<BondCase> of(BondCase.Stage stage) {
        return ALL.stream().filter(each -> each.stages().contains(stage)).toList();
    }

    /**
     * A case by its name.
     *
     * @param name such as {@code unequal-up}
     * @return the case
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static BondCase named(String name) {
        return ALL.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no case named \"" + name + "\"; there are "
                        + String.join(", ", ALL.stream().map(BondCase::name).toList())));
    }

    private static List<BondCase> make() {
        List<BondCase> all = new ArrayList<>();
        clean(all);
        transports(all);
        shallow(all);
        lossy(all);
        dying(all);
        changing(all);
        uneven(all);
        starting(all);
        return List.copyOf(all);
    }

    private static BondCase filling(String name, LineSet lines, CaseTraffic traffic, double share, double pingMillis) {
        return BondCase.of(
                name,
                lines,
                traffic,
                CaseMark.of(SHARE_OF_IDEAL, share),
                CaseMark.of(PING_OVER_IDLE, pingMillis),
                ABOVE_BEST_LINE,
                NO_TIMEOUT,
                ALL_PINGS);
    }

    /**
     * Lines whose delays are too far apart to make even unasked. Such a bond need not reach the sum, but nobody shall be worse off with it than
     * with the best line alone.
     */
    private static BondCase far(String name, CaseTraffic traffic, double shareOfBestLine) {
        return BondCase.of(
                name,
                Profiles.FAR,
                traffic,
                CaseMark.of(SHARE_OF_BEST_LINE, shareOfBestLine),
                CaseMark.of(PING_OVER_IDLE, 20),
                NO_TIMEOUT,
                ALL_PINGS);
    }

    /** Lines that lose nothing and stay as they are. */
    private static void clean(List<BondCase> all) {
        all.add(filling("seed", Profiles.SEED, DOWN, 98, 20));
        // A full packet of another flow takes 15 ms on such a line.
        all.add(filling("seed-up", Profiles.SEED, UP, 95, 35));
        all.add(filling("seed-ipv6", Profiles.SEED, DOWN, 98, 20).withIpv6(true, true));
        all.add(filling("seed-ipv6-up", Profiles.SEED, UP, 95, 35).withIpv6(true, true));
        all.add(filling("seed-ipv6-inside", Profiles.SEED, DOWN, 98, 20).withIpv6(true, false));
        all.add(filling("seed-ipv6-outside", Profiles.SEED, DOWN, 98, 20).withIpv6(false, true));
        all.add(filling("unequal", Profiles.UNEQUAL, DOWN, 98, 20));
        all.add(filling("unequal-up", Profiles.UNEQUAL, UP, 94, 40));
        all.add(filling("adsl+lte", Profiles.ADSL_LTE, DOWN, 97, 40));
        all.add(filling("adsl+lte-up", Profiles.ADSL_LTE, UP, 96, 50));
        all.add(filling("adsl+lte-reordering", Profiles.ADSL_LTE_REORDERING, DOWN, 97, 40));
        all.add(filling("four", Profiles.FOUR, DOWN, 98, 20));
        all.add(filling("four-up", Profiles.FOUR, UP, 97, 30));
        all.add(filling("far-equalised", Profiles.FAR, DOWN, 97, 20).withEqualise(PeerConfig.Equalise.ON));
        all.add(far("far", DOWN, 100));
    }

    /** Senders that go on doubling their window until something is lost. Nothing tells kernel TCP to be like that, so these are simulated. */
    private static void slowStarting(List<BondCase> all) {
        CaseTraffic classic = DOWN.withCongestion(CongestionAlgorithm.CUBIC_WITHOUT_HYSTART);
        for (LineSet lines : List.of(Profiles.SEED, Profiles.FOUR)) {
            all.add(BondCase.of(
                            lines.name() + "-no-hystart",
                            lines,
                            classic,
                            CaseMark.of(SHARE_OF_IDEAL, 98),
                            CaseMark.of(PING_OVER_IDLE, 20),
                            CaseMark.of(RETRANSMISSIONS, 20),
                            NO_TIMEOUT,
                            ALL_PINGS)
                    .onlyIn(BondCase.Stage.SIMULATOR));
        }
    }

    /** The same lines under other senders. */
    private static void transports(List<BondCase> all) {
        all.add(filling("seed-8-flows", Profiles.SEED, DOWN.withConnections(8), 98, 20));
        all.add(filling("unequal-8-flows", Profiles.UNEQUAL, DOWN.withConnections(8), 98, 20));
        all.add(filling("unequal-fixed-threshold", Profiles.UNEQUAL, DOWN.withFixedThreshold(), 97, 20)
                .onlyIn(BondCase.Stage.SIMULATOR));
        slowStarting(all);
        all.add(marked("seed-ecn", Profiles.SEED));
        all.add(marked("unequal-ecn", Profiles.UNEQUAL));
        all.add(filling("seed-bbr", Profiles.SEED, BBR, 94.8, 20));
        all.add(filling("unequal-bbr", Profiles.UNEQUAL, BBR, 95, 20));
        all.add(filling("adsl+lte-bbr", Profiles.ADSL_LTE, BBR, 94.7, 40));
        all.add(filling("four-bbr", Profiles.FOUR, BBR, 95.1, 20));
        all.add(filling("far-bbr-equalised", Profiles.FAR, BBR, 93.9, 20).withEqualise(PeerConfig.Equalise.ON));
        // Alone on the best of these lines it gets 98.4 %.
        all.add(far("far-bbr", BBR, 98));
        for (LineSet lines : List.of(Profiles.SEED, Profiles.UNEQUAL, Profiles.ADSL_LTE, Profiles.FOUR)) {
            all.add(BondCase.of(
                    lines.name() + "-udp",
                    lines,
                    CaseTraffic.datagrams(0.8),
                    CaseMark.of(DATAGRAMS_LOST, 0.1),
                    CaseMark.of(DATAGRAMS_OUT_OF_ORDER, 0.1),
                    CaseMark.of(PING_OVER_IDLE, lines.equals(Profiles.ADSL_LTE) ? 40 : 20),
                    ALL_PINGS));
        }
    }

    /** A sender that understands marks has nothing to send again. */
    private static BondCase marked(String name, LineSet lines) {
        return BondCase.of(
                name,
                lines,
                DOWN.withEcn(),
                CaseMark.of(SHARE_OF_IDEAL, 98),
                CaseMark.of(PING_OVER_IDLE, 20),
                CaseMark.of(RETRANSMISSIONS, 0),
                NO_TIMEOUT,
                ALL_PINGS);
    }

    /** Modems that hold a few packets only. */
    private static void shallow(List<BondCase> all) {
        all.add(filling("unequal-shallow-8", withQueues(Profiles.UNEQUAL, 8), DOWN, 96, 20));
        all.add(filling("unequal-shallow-15", withQueues(Profiles.UNEQUAL, 15), DOWN, 97, 20));
        all.add(filling("unequal-shallow-30", withQueues(Profiles.UNEQUAL, 30), DOWN, 97, 20));
        all.add(filling("four-shallow-8", withQueues(Profiles.FOUR, 8), DOWN, 97, 20));
        all.add(filling("adsl+lte-shallow-8", withQueues(Profiles.ADSL_LTE, 8), DOWN, 88, 40));
        all.add(filling("adsl+lte-shallow-30", withQueues(Profiles.ADSL_LTE, 30), DOWN, 91, 40));
    }

    private static LineSet withQueues(LineSet set, int millis) {
        QueueLimit queue = QueueLimit.ofTime(Duration.ofMillis(millis));
        return changed(
                set,
                set.name() + "-shallow-" + millis,
                "modems that hold " + millis + " ms",
                line -> line.withDown(line.down().withQueue(queue))
                        .withUp(line.up().withQueue(queue)));
    }

    private static LineSet changed(LineSet set, String name, String how, UnaryOperator<LineSpec> change) {
        return new LineSet(
                name,
                set.summary() + ", " + how,
                set.lines().stream().map(change).toList(),
                List.of());
    }

    private static LineSet lossyOn(LineSet set, String name, String how, String line, Loss loss) {
        return changed(set, name, how, each -> each.name().equals(line) ? each.withLoss(loss) : each);
    }

    /** Lines that lose packets by chance. */
    private static void lossy(List<BondCase> all) {
        LineSet slow = lossyOn(Profiles.UNEQUAL, "lossy-slow", "the slow one with 1 % loss", "slow", Loss.random(0.01));
        LineSet bursts = lossyOn(
                Profiles.UNEQUAL,
                "lossy-bursts",
                "the fast one with 1 % loss in bursts of 8 packets",
                "fast",
                Loss.bursts(0.01, 8));
        all.add(filling("lossy", Profiles.LOSSY, DOWN, 97, 40));
        all.add(filling("lossy-slow", slow, DOWN, 96.3, 40));
        all.add(filling("lossy-fast", Profiles.LOSSY_FAST, DOWN, 95.7, 40));
        all.add(filling("lossy-bursts", bursts, DOWN, 95, 40));
        all.add(BondCase.of(
                "lossy-both",
                Profiles.LOSSY_BOTH,
                DOWN,
                CaseMark.of(SHARE_OF_IDEAL, 92.2),
                CaseMark.of(PING_OVER_IDLE, 60),
                ABOVE_BEST_LINE,
                NO_TIMEOUT));
    }

    /** Lines that die without a sign. */
    private static void dying(List<BondCase> all) {
        all.add(death("dead-fast", Profiles.UNEQUAL, "fast"));
        all.add(death("dead-slow", Profiles.UNEQUAL, "slow"));
        all.add(death("dead-seed", Profiles.SEED, "adsl-1"));
        LineSpec fast = Profiles.UNEQUAL.line("fast");
        List<LineEvent> flaps = new ArrayList<>();
        for (int at = 5; at < 24; at += 6) {
            flaps.add(new LineEvent(Duration.ofSeconds(at), "dies", fast.withBlackHole(true)));
            flaps.add(new LineEvent(Duration.ofSeconds(at + 3), "back", fast));
        }
        LineSet flapping = Profiles.UNEQUAL.withEvents(
                "flapping", "unequal, the fast line dead and alive for 3 s each", flaps.toArray(LineEvent[]::new));
        all.add(BondCase.of(
                        "flapping",
                        flapping,
                        DOWN,
                        CaseMark.of(SHARE_OF_STEADY_LINES, 97),
                        CaseMark.of(LONGEST_GAP, 250),
                        ONE_PING,
                        NO_TIMEOUT)
                .lasting(26, 5));
        all.add(BondCase.of(
                        "rebinding",
                        Profiles.SEED,
                        DOWN,
                        CaseMark.of(SHARE_OF_IDEAL, 97),
                        CaseMark.of(LONGEST_GAP, 250),
                        ONE_PING,
                        NO_TIMEOUT)
                .withEvents(new CaseEvent(
                        Duration.ofSeconds(THEN), "adsl-1 gets another address", "adsl-1", CaseEvent.Kind.REBIND)));
        all.add(BondCase.of(
                        "interface",
                        Profiles.SEED,
                        DOWN,
                        CaseMark.within(SHARE_OF_IDEAL, 97, BACK + 2, 24),
                        CaseMark.within(SHARE_OF_STEADY_LINES, 97, THEN + 2, BACK),
                        CaseMark.of(LONGEST_GAP, 250),
                        ONE_PING,
                        NO_TIMEOUT)
                .lasting(24, 5)
                .withEvents(
                        new CaseEvent(
                                Duration.ofSeconds(THEN),
                                "adsl-1's interface goes",
                                "adsl-1",
                                CaseEvent.Kind.REMOVE_INTERFACE),
                        new CaseEvent(
                                Duration.ofSeconds(BACK), "and returns", "adsl-1", CaseEvent.Kind.RESTORE_INTERFACE))
                .onlyIn(BondCase.Stage.LAB));
    }

    private static BondCase death(String name, LineSet set, String line) {
        LineSpec alive = set.line(line);
        LineSet dying = set.withEvents(
                name,
                set.summary() + ", " + line + " silently dead from " + THEN + " s to " + BACK + " s",
                new LineEvent(Duration.ofSeconds(THEN), line + " dies", alive.withBlackHole(true)),
                new LineEvent(Duration.ofSeconds(BACK), line + " is back", alive));
        return BondCase.of(
                        name,
                        dying,
                        DOWN,
                        CaseMark.of(LONGEST_GAP, 250),
                        CaseMark.within(SHARE_OF_IDEAL, 97, THEN + 2, BACK),
                        CaseMark.within(SHARE_OF_IDEAL, 95, BACK + 2, 24),
                        ONE_PING,
                        NO_TIMEOUT)
                .lasting(24, 5);
    }

    /** Lines that become others. */
    private static void changing(List<BondCase> all) {
        LineSpec fast = Profiles.UNEQUAL.line("fast");
        LineSpec slow = Profiles.UNEQUAL.line("slow");
        LineSet quarter = rate("quarter", "the fast one at a quarter", fast, 4_000_000);
        all.add(BondCase.of(
                        "quarter",
                        quarter,
                        DOWN,
                        CaseMark.within(SHARE_OF_IDEAL, 95, THEN + 2, BACK),
                        CaseMark.within(PING_OVER_IDLE, 60, THEN + 2, BACK),
                        CaseMark.within(SHARE_OF_IDEAL, 95, BACK + 5, 26),
                        ONE_PING,
                        NO_TIMEOUT)
                .lasting(26, 5));
        LineSet triple = rate("triple", "the slow one at three times its rate", slow, 18_000_000);
        all.add(BondCase.of(
                        "triple",
                        triple,
                        DOWN,
                        CaseMark.within(SHARE_OF_IDEAL, 95, THEN + 5, BACK),
                        CaseMark.within(SHARE_OF_IDEAL, 95, BACK + 2, 24),
                        CaseMark.within(PING_OVER_IDLE, 60, BACK + 2, 24),
                        ONE_PING,
                        NO_TIMEOUT)
                .lasting(24, 5));
    }

    private static LineSet rate(String name, String how, LineSpec line, long downBitsPerSecond) {
        LineSettings changed = line.down().withRateBitsPerSecond(downBitsPerSecond);
        return Profiles.UNEQUAL.withEvents(
                name,
                Profiles.UNEQUAL.summary() + ", " + how + " from " + THEN + " s to " + BACK + " s",
                new LineEvent(
                        Duration.ofSeconds(THEN),
                        line.name() + " at " + downBitsPerSecond / 1_000_000 + " Mbit/s",
                        line.withDown(changed)),
                new LineEvent(Duration.ofSeconds(BACK), line.name() + " as before", line));
    }

    /** A good line beside one that is hardly worth it. */
    private static void uneven(List<BondCase> all) {
        LineSet eight = beside("bad-8", 8);
        LineSet forty = beside("bad-40", 40);
        all.add(BondCase.of(
                "bad-8",
                eight,
                DOWN,
                CaseMark.of(SHARE_OF_BEST_LINE, 100),
                CaseMark.of(PING_OVER_IDLE, 40),
                NO_TIMEOUT));
        // Nothing but the tunnel's own cost may be lost by such a line.
        all.add(BondCase.of(
                "bad-40",
                forty,
                DOWN,
                CaseMark.of(SHARE_OF_BEST_LINE, 97),
                CaseMark.of(PING_OVER_IDLE, 40),
                NO_TIMEOUT));
        LineSet gigabit = new LineSet(
                "gigabit",
                "1000/1000 Mbit/s, 10 ms + 10/10 Mbit/s, 100 ms",
                List.of(
                        Profiles.modem("fibre", 1_000_000, 1_000_000, 10),
                        Profiles.modem("radio", 10_000, 10_000, 100)),
                List.of());
        all.add(BondCase.of(
                        "gigabit",
                        gigabit,
                        DOWN,
                        CaseMark.of(SHARE_OF_BEST_LINE, 97),
                        CaseMark.of(PING_OVER_IDLE, 20),
                        NO_TIMEOUT)
                .lasting(5, 2)
                .onlyIn(BondCase.Stage.SIMULATOR));
    }

    private static LineSet beside(String name, int lossPercent) {
        return new LineSet(
                name,
                "60/12 Mbit/s, 8 ms + 3/1 Mbit/s, 90 ms with " + lossPercent + " % loss",
                List.of(
                        Profiles.modem("good", 60_000, 12_000, 8),
                        Profiles.modem("bad", 3_000, 1_000, 90).withLoss(Loss.random(lossPercent / 100.0))),
                List.of());
    }

    /** How soon a new connection has what there is. */
    private static void starting(List<BondCase> all) {
        all.add(start("start-seed", Profiles.SEED, 2));
        all.add(start("start-unequal", Profiles.UNEQUAL, 2));
        all.add(start("start-adsl+lte", Profiles.ADSL_LTE, 2));
        all.add(start("start-four", Profiles.FOUR, 2));
    }

    private static BondCase start(String name, LineSet lines, double seconds) {
        return BondCase.of(name, lines, DOWN, CaseMark.of(SECONDS_TO_90, seconds), NO_TIMEOUT)
                .lasting(12, 0);
    }
}
