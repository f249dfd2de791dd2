package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Runs a {@link Scenario} in a lab of its own. */
public final class ScenarioRunner {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofSeconds(3);
    private static final Duration NATIVE_WARM_UP = Duration.ofSeconds(3);
    private static final Duration NATIVE = Duration.ofSeconds(10);

    private final LabOptions options;
    private final Consumer<String> progress;

    /**
     * A runner.
     *
     * @param options how labs are run; with a daemon if scenarios have a bond
     * @param progress is told what is going on, one sentence at a time
     */
    public ScenarioRunner(LabOptions options, Consumer<String> progress) {
        this.options = options;
        this.progress = progress;
    }

    /**
     * Builds a lab, measures, and takes the lab down.
     *
     * @param scenario what to measure
     * @return what it showed
     * @throws IOException if something fails that is not part of the scenario
     */
    public LabResult run(Scenario scenario) throws IOException {
        progress.accept("building " + scenario.lines().summary());
        try (Lab lab = Lab.start(scenario.lines(), options)) {
            return measure(lab, scenario);
        }
    }

    private LabResult measure(Lab lab, Scenario scenario) throws IOException {
        double nativeShare = Traffic.nativePayloadShare(lab.addresses().outside());
        double measuredNative = scenario.measuringNative() ? measureNative(lab, scenario.transfer()) : 0;

        List<ChildProcess> daemons = new ArrayList<>();
        double payloadShare;
        if (scenario.bond().isPresent()) {
            BondConfig bond = scenario.bond().get();
            payloadShare = bond.payloadShare(lab.addresses());
            BondConfig.Texts texts = bond.texts(
                    lab.addresses(),
                    lab.profile(),
                    (name, key) -> lab.writePrivate(name, key).toString());
            progress.accept("starting both daemons");
            daemons.add(lab.startDaemon(LabHost.GATE_GIGABIT, texts.gigabit()));
            daemons.add(lab.startDaemon(LabHost.GATE_MEGABIT, texts.megabit()));
        } else {
            payloadShare = nativeShare;
            lab.routePlain(scenario.plainLine());
        }
        long reachNanos = lab.awaitReachable(PATIENCE);
        progress.accept(String.format(Locale.ROOT, "lan-a reaches lan-b after %.2f s", reachNanos / 1e9));
        PingResult idle = lab.ping(IDLE);

        progress.accept(String.format(
                Locale.ROOT,
                "one transfer %s, %d connection(s), %d s",
                scenario.transfer().direction().name().toLowerCase(Locale.ROOT),
                scenario.transfer().connections(),
                scenario.transfer().duration().toSeconds()));
        lab.setPinging(scenario.pinging());
        long cpuBefore = cpuNanos(daemons);
        long beginNanos = System.nanoTime();
        lab.schedule(scenario.allEvents());
        TransferResult transfer = lab.transfer(scenario.transfer());
        lab.setPinging(false);
        long cpuAfter = cpuNanos(daemons);
        lab.awaitAnswers();

        long fromNanos = transfer.startNanos() + scenario.warmUp().toNanos();
        long toNanos = transfer.endNanos();
        long measuredNanos = toNanos - fromNanos;
        // Before the connection sends anything, the receiver knows nothing of it: then nothing came at all.
        boolean hasCome = transfer.totalBytes() > 0 && measuredNanos > 0;
        double rate = hasCome
                ? lab.history().meanRateBitsPerSecond(scenario.transfer().direction(), fromNanos, toNanos)
                : lab.history().meanRateBitsPerSecond(scenario.transfer().direction(), beginNanos, System.nanoTime());
        double lineRate = scenario.bond().isPresent() ? rate : lineRate(scenario);
        return new LabResult(
                scenario,
                lab.addresses(),
                transfer,
                hasCome ? transfer.goodputBitsPerSecond(scenario.warmUp().toNanos(), Long.MAX_VALUE) : 0,
                lineRate * payloadShare,
                measuredNative > 0 ? measuredNative : lineRate * nativeShare,
                measuredNative > 0,
                transfer.longestGapNanos(scenario.warmUp().toNanos(), Long.MAX_VALUE / 2),
                idle,
                lab.pings(fromNanos, toNanos),
                lab.samples().stream()
                        .filter(sample -> sample.atNanos() - beginNanos >= 0)
                        .toList(),
                Math.max(0, cpuAfter - cpuBefore),
                lab.lateness(),
                lab.droppedByEmulator(),
                lab.isRealtime());
    }

    private static double lineRate(Scenario scenario) {
        var line = scenario.lines().lines().get(scenario.plainLine() - 1);
        return scenario.transfer().direction() == TransferPlan.Direction.DOWN
                ? line.down().rateBitsPerSecond()
                : line.up().rateBitsPerSecond();
    }

    private double measureNative(Lab lab, TransferPlan like) throws IOException {
        double sum = 0;
        for (int line = 1; line <= lab.profile().lines().size(); line++) {
            lab.routePlain(line);
            lab.awaitReachable(PATIENCE);
            TransferPlan plan = new TransferPlan(like.direction(), 1, NATIVE_WARM_UP.plus(NATIVE), 0);
            double alone = lab.transfer(plan).goodputBitsPerSecond(NATIVE_WARM_UP.toNanos(), Long.MAX_VALUE);
            progress.accept(String.format(
                    Locale.ROOT,
                    "%s alone: %.2f Mbit/s",
                    lab.profile().lines().get(line - 1).name(),
                    alone / 1e6));
            sum += alone;
        }
        lab.unroutePlain();
        return sum;
    }

    private static long cpuNanos(List<ChildProcess> daemons) {
        return daemons.stream().mapToLong(ChildProcess::cpuNanos).sum();
    }
}
