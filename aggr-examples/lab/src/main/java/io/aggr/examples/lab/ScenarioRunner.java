package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Runs a {@link Scenario} in a lab of its own. */
public final class ScenarioRunner {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FIRST_BYTE = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofSeconds(2);
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
        try (Lab lab = Lab.start(scenario.lines(), optionsFor(scenario))) {
            return measure(lab, scenario);
        }
    }

    /** An interface can only go away where each line has its own. */
    private LabOptions optionsFor(Scenario scenario) {
        boolean detaches = scenario.allEvents().stream().anyMatch(event -> event.kind() == LabEvent.Kind.DETACH);
        HostTraits hosts = options.hosts();
        return detaches ? options.withHosts(new HostTraits(hosts.congestion(), hosts.ecn(), true)) : options;
    }

    private LabResult measure(Lab lab, Scenario scenario) throws IOException {
        double nativeShare = Traffic.nativePayloadShare(lab.addresses().outside());
        double measuredNative = scenario.measuringNative() ? measureNative(lab, scenario) : 0;

        List<ChildProcess> daemons = new ArrayList<>();
        double payloadShare;
        if (scenario.bond().isPresent()) {
            LabBond bond = scenario.bond().get();
            payloadShare = bond.payloadShare(lab.addresses());
            LabBond.Texts texts = bond.texts(
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
        RunningTransfer running = lab.begin(scenario.transfer());
        lab.schedule(scenario.allEvents(), awaitFirstByte(running));
        TransferResult transfer = running.await();
        long endNanos = System.nanoTime();
        lab.setPinging(false);
        long cpuAfter = cpuNanos(daemons);
        String status = scenario.bond().isPresent() ? status(lab) : "";
        lab.awaitAnswers();

        TransferResult.Window window = transfer.steadyWindow(scenario.warmUp().toNanos());
        long fromNanos = transfer.startNanos() + window.fromNanos();
        long toNanos = transfer.startNanos() + window.toNanos();
        // A receiver that got nothing knows of no time either.
        boolean hasCome = transfer.totalBytes() > 0 && toNanos - fromNanos > 0;
        LineHistory history =
                scenario.bond().isPresent() ? lab.history() : lab.history().only(scenario.plainLine());
        double rate = history.meanRateBitsPerSecond(
                scenario.transfer().direction(),
                hasCome ? fromNanos : beginNanos,
                hasCome ? toNanos : System.nanoTime());
        return new LabResult(
                scenario,
                lab.addresses(),
                options.hosts().congestion(),
                transfer,
                hasCome ? transfer.goodputBitsPerSecond(window.fromNanos(), window.toNanos()) : 0,
                payloadShare,
                rate * payloadShare,
                measuredNative > 0 ? measuredNative : rate * nativeShare,
                measuredNative > 0,
                transfer.longestGapNanos(scenario.warmUp().toNanos(), Long.MAX_VALUE / 2),
                idle,
                lab.pings(beginNanos, endNanos),
                window,
                lab.samples().stream()
                        .filter(sample -> sample.atNanos() - beginNanos >= 0)
                        .toList(),
                history,
                lab.happened(),
                Math.max(0, cpuAfter - cpuBefore),
                lab.lateness(),
                lab.droppedByEmulator(),
                lab.isRealtime(),
                status);
    }

    /** What both daemons say of themselves at the end: rates found, what was dropped, why the sum was not reached. */
    private String status(Lab lab) throws IOException {
        return "gate-megabit, sends the upload\n" + status(lab, LabHost.GATE_MEGABIT, "megabit")
                + "\ngate-gigabit, sends the download\n" + status(lab, LabHost.GATE_GIGABIT, "gigabit");
    }

    private String status(Lab lab, LabHost host, String gate) throws IOException {
        Path socket = lab.runDirectory().resolve(LabBond.statusSocket(gate));
        List<String> command = new ArrayList<>(options.daemonCommand());
        command.addAll(List.of("status", "--socket", socket.toString()));
        return lab.check(host, command.toArray(String[]::new));
    }

    /** When the first byte came; where nothing comes, when we gave up. */
    private static long awaitFirstByte(RunningTransfer running) throws IOException {
        long beginNanos = System.nanoTime();
        while (running.isRunning() && System.nanoTime() - beginNanos < FIRST_BYTE.toNanos()) {
            TransferResult soFar = running.soFar();
            if (soFar.startNanos() != 0) {
                return soFar.startNanos();
            }
            Pause.of(Lab.LOOK);
        }
        return System.nanoTime();
    }

    private double measureNative(Lab lab, Scenario scenario) throws IOException {
        double sum = 0;
        for (int line = 1; line <= lab.profile().lines().size(); line++) {
            if (scenario.bond().isEmpty() && line != scenario.plainLine()) {
                continue;
            }
            lab.routePlain(line);
            lab.awaitReachable(PATIENCE);
            TransferPlan plan = new TransferPlan(scenario.transfer().direction(), 1, NATIVE_WARM_UP.plus(NATIVE), 0);
            TransferResult transfer = lab.transfer(plan);
            TransferResult.Window window = transfer.steadyWindow(NATIVE_WARM_UP.toNanos());
            double alone = transfer.goodputBitsPerSecond(window.fromNanos(), window.toNanos());
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
