package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.LabBond;
import io.aggr.examples.lab.LabHost;
import io.aggr.examples.lab.LabOptions;
import io.aggr.examples.lab.Pause;
import io.aggr.examples.lab.RunningTransfer;
import io.aggr.examples.lab.attack.FloodKind;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Floods at the port of the end that listens, from a host that no line is in front of, during a download: what is left of the download, and whether
 * somebody who was never there before still gets in.
 */
final class FloodTrial implements Trial {

    private static final double KEPT = 0.9;
    private static final Duration ALLOWED = Duration.ofSeconds(10);
    private static final long ALLOWED_HEAP_KIB = 8 * 1024;

    /** A flood's begin and end are not in the figures. */
    private static final Duration BORDER = Duration.ofMillis(500);

    private static final Duration BETWEEN = Duration.ofSeconds(1);

    /** What starts and ends beside the measured times. */
    private static final Duration SPARE = Duration.ofSeconds(3);

    private final String name;
    private final List<FloodKind> kinds;
    private final Duration warmUp;
    private final Duration quiet;
    private final Duration each;

    /**
     * Prepares it.
     *
     * @param kinds one flood after the other; somebody new comes during the last
     * @param warmUp how much of the download does not count
     * @param quiet how long it is watched without flood
     * @param each how long each flood lasts
     */
    FloodTrial(String name, List<FloodKind> kinds, Duration warmUp, Duration quiet, Duration each) {
        this.name = name;
        this.kinds = List.copyOf(kinds);
        this.warmUp = warmUp;
        this.quiet = quiet;
        this.each = each;
    }

    /** One flood and what was measured meanwhile. */
    private record Wave(
            FloodKind kind,
            long fromNanos,
            long toNanos,
            long sent,
            GateStatus hub,
            HostCounts host,
            long cpuNanos,
            long logLines,
            long newcomerNanos) {}

    @Override
    public TrialReport run(LabOptions options, UnaryOperator<LabBond> bonds) throws IOException {
        try (Stand stand = Stand.start(options, bonds)) {
            stand.lab().connect(LabHost.ATTACKER);
            stand.startNewcomer();
            Duration floods = each.plus(BETWEEN).plus(SPARE).multipliedBy(kinds.size());
            RunningTransfer running = stand.lab()
                    .begin(TransferPlan.download(warmUp.plus(quiet).plus(floods).plus(SPARE)));
            Pause.of(warmUp);
            Memory before = Memory.of(stand.gigabit().pid());
            Pause.of(BORDER);
            long quietNanos = System.nanoTime();
            long cpuNanos = stand.gigabit().cpuNanos();
            Pause.of(quiet);
            cpuNanos = stand.gigabit().cpuNanos() - cpuNanos;
            long quietEndNanos = System.nanoTime();
            List<Wave> waves = new ArrayList<>();
            for (int i = 0; i < kinds.size(); i++) {
                waves.add(wave(stand, kinds.get(i), i == kinds.size() - 1));
                Pause.of(BETWEEN);
            }
            Memory after = Memory.of(stand.gigabit().pid());
            TransferResult result = running.await();

            Recovery transfer = new Recovery(result);
            double usual = transfer.bitsPerSecond(quietNanos, quietEndNanos);
            List<Finding> findings = new ArrayList<>();
            findings.add(Finding.told(
                    "without flood",
                    Recovery.megabits(usual) + ", the daemon used " + cores(cpuNanos, quietEndNanos - quietNanos)));
            for (Wave wave : waves) {
                judge(findings, wave, transfer, usual);
            }
            findings.add(Finding.judged(
                    "memory of the daemon",
                    after.text(before),
                    "at most 8 MiB of live heap more",
                    after.isWithin(ALLOWED_HEAP_KIB, before)));
            boolean alive = transfer.isAlive(result.endNanos());
            findings.add(Finding.judged("connection", alive ? "goes on" : "lost", "goes on", alive));
            findings.add(stand.emulator());
            return new TrialReport(name, stand.setting(), findings, stand.isValid());
        }
    }

    private Wave wave(Stand stand, FloodKind kind, boolean newcomer) throws IOException {
        GateStatus status = GateStatus.of(stand.lab(), "gigabit");
        HostCounts counts = HostCounts.of(stand.lab());
        long lines = stand.gigabit().errorLines();
        Flood flood = Flood.begin(stand.lab(), kind, stand.publicKey(), each);
        Pause.until(flood.beginNanos() + BORDER.toNanos());
        long fromNanos = System.nanoTime();
        long cpuNanos = stand.gigabit().cpuNanos();
        long newcomerNanos = newcomer ? letIn(stand, flood.endNanos()) : 0;
        Pause.until(flood.endNanos() - BORDER.toNanos() / 5);
        cpuNanos = stand.gigabit().cpuNanos() - cpuNanos;
        long toNanos = System.nanoTime();
        long sent = flood.await();
        return new Wave(
                kind,
                fromNanos,
                toNanos,
                sent,
                GateStatus.of(stand.lab(), "gigabit").since(status),
                HostCounts.of(stand.lab()).since(counts),
                cpuNanos,
                stand.gigabit().errorLines() - lines,
                newcomerNanos);
    }

    /** Lets a daemon speak that the end that listens has never heard of, and answers how long it takes to get a session. */
    private static long letIn(Stand stand, long endNanos) throws IOException {
        long beginNanos = System.nanoTime();
        stand.letNewcomerSpeak();
        while (System.nanoTime() - endNanos < 0) {
            if (GateStatus.hasSession(stand.lab(), "newcomer")) {
                return System.nanoTime() - beginNanos;
            }
            Pause.of(Duration.ofMillis(50));
        }
        return Long.MAX_VALUE;
    }

    private void judge(List<Finding> findings, Wave wave, Recovery transfer, double usual) {
        String flood = wave.kind().name().toLowerCase(Locale.ROOT);
        double seconds = each.toNanos() / 1e9;
        findings.add(Finding.told(
                "flood of " + flood,
                String.format(
                        Locale.ROOT,
                        "%d a second asked, %.0f sent, %.0f reached the daemon; %d found no room in its socket, %d none on the way",
                        wave.kind().packetsPerSecond(),
                        wave.sent() / seconds,
                        wave.host().received() / seconds,
                        wave.host().noRoom(),
                        wave.host().queueFull())));
        findings.add(Finding.told("counted by the daemon", wave.hub().text(FloodTrial::isOfStrangers)));
        double rate = transfer.bitsPerSecond(wave.fromNanos(), wave.toNanos());
        findings.add(Finding.judged(
                "download meanwhile",
                String.format(
                        Locale.ROOT,
                        "%s, %.1f %%, the daemon used %s",
                        Recovery.megabits(rate),
                        rate / usual * 100,
                        cores(wave.cpuNanos(), wave.toNanos() - wave.fromNanos())),
                "at least 90 % of that without flood",
                rate >= KEPT * usual));
        if (wave.newcomerNanos() != 0) {
            findings.add(Finding.judged(
                    "somebody new",
                    "has a session after " + Recovery.seconds(wave.newcomerNanos()),
                    "within " + ALLOWED.toSeconds() + " s",
                    wave.newcomerNanos() <= ALLOWED.toNanos()));
        }
        findings.add(Finding.judged(
                "lines logged",
                Long.toString(wave.logLines()),
                "at most one a second",
                wave.logLines() <= Math.ceil(seconds)));
    }

    private static String cores(long cpuNanos, long wallNanos) {
        return String.format(Locale.ROOT, "%.2f of a processor", cpuNanos / (double) wallNanos);
    }

    private static boolean isOfStrangers(String name) {
        return name.startsWith("outer.") || name.startsWith("handshake") || name.equals("mailbox-full");
    }
}
