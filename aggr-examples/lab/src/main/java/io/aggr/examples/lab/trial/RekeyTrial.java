package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.LabBond;
import io.aggr.examples.lab.LabOptions;
import io.aggr.examples.lab.Pause;
import io.aggr.examples.lab.RunningTransfer;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** New keys every two seconds under load: none of them may cost a packet. */
final class RekeyTrial implements Trial {

    private static final int KEY_SECONDS = 2;

    /** Keys are asked for at an age that chance chooses, and a handshake through full lines comes on top. */
    private static final double SLACK = 1.1;

    /** Says how often keys are to change; only a property of the virtual machine can. */
    private static final String PROPERTY = "-Dio.aggr.test.new-keys-seconds=" + KEY_SECONDS;

    private final String name;
    private final int changes;
    private final Duration warmUp;

    RekeyTrial(String name, int changes, Duration warmUp) {
        this.name = name;
        this.changes = changes;
        this.warmUp = warmUp;
    }

    @Override
    public TrialReport run(LabOptions options, UnaryOperator<LabBond> bonds) throws IOException {
        Duration measured = Duration.ofMillis(Math.round(changes * KEY_SECONDS * 1_000 * SLACK));
        try (Stand stand = Stand.start(options, bonds, PROPERTY)) {
            RunningTransfer running = stand.lab().begin(TransferPlan.download(warmUp.plus(measured)));
            Pause.of(warmUp);
            GateStatus siteBefore = GateStatus.of(stand.lab(), "megabit");
            GateStatus hubBefore = GateStatus.of(stand.lab(), "gigabit");
            long droppedBefore = stand.droppedByLines();
            TransferResult result = running.await();
            // What is under way arrives, and gaps are known to be for good.
            Pause.of(Duration.ofSeconds(1));
            GateStatus site = GateStatus.of(stand.lab(), "megabit").since(siteBefore);
            GateStatus hub = GateStatus.of(stand.lab(), "gigabit").since(hubBefore);
            long dropped = stand.droppedByLines() - droppedBefore;
            return new TrialReport(name, stand.setting(), findings(stand, result, site, hub, dropped), stand.isValid());
        }
    }

    private List<Finding> findings(Stand stand, TransferResult result, GateStatus site, GateStatus hub, long dropped)
            throws IOException {
        List<Finding> findings = new ArrayList<>();
        long keys = Math.min(site.count("new-keys"), hub.count("new-keys"));
        findings.add(Finding.judged(
                "changes of keys under load", Long.toString(keys), "at least " + changes, keys >= changes));
        Recovery transfer = new Recovery(result);
        long fromNanos = result.startNanos() + warmUp.toNanos();
        findings.add(Finding.told("download", Recovery.megabits(transfer.bitsPerSecond(fromNanos, result.endNanos()))));
        findings.add(Finding.told(
                "longest pause", Recovery.seconds(transfer.longestGapNanos(fromNanos, result.endNanos()))));
        findings.add(Finding.judged(
                "connection",
                transfer.isAlive(result.endNanos()) ? "goes on" : "lost",
                "goes on",
                transfer.isAlive(result.endNanos())));
        long missing = site.count("lost_packets") + hub.count("lost_packets");
        long arrived = site.count("received_packets") + hub.count("received_packets");
        findings.add(Finding.judged(
                "datagrams missing",
                missing + " of " + (arrived + missing) + ", dropped by the lines' own queues " + dropped,
                "no more than the lines have dropped",
                missing <= dropped));
        long refused = site.all("outer.") + hub.all("outer.");
        findings.add(Finding.judged(
                "datagrams that could not be opened",
                refused + " (gate-megabit: " + site.text(RekeyTrial::isOuter) + "; gate-gigabit: "
                        + hub.text(RekeyTrial::isOuter) + ")",
                "none",
                refused == 0));
        findings.add(Finding.told(
                "other drops",
                "gate-megabit: " + site.text(RekeyTrial::isDrop) + "; gate-gigabit: " + hub.text(RekeyTrial::isDrop)));
        findings.add(Finding.told(
                "TCP sent again",
                result.kernel().retransmittedSegments() + " segments, "
                        + result.kernel().timeouts() + " time-outs"));
        findings.add(stand.emulator());
        return findings;
    }

    private static boolean isOuter(String name) {
        return name.startsWith("outer.");
    }

    private static boolean isDrop(String name) {
        return name.startsWith("handshake.")
                || name.startsWith("frame.")
                || name.startsWith("queue.")
                || name.equals("not-sent")
                || name.equals("mailbox-full")
                || name.equals("duplicate")
                || name.equals("too-late");
    }
}
