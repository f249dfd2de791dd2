package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.LabBond;
import io.aggr.examples.lab.LabEvent;
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

/** Modems that forget their translations in the middle of a download and give others: first one of them, then both in the same moment. */
final class RebindingTrial implements Trial {

    private static final Duration ALLOWED = Duration.ofSeconds(5);

    /** One move of the first line alone, then one of each. */
    private static final int MOVES = 3;

    private final String name;
    private final Duration warmUp;
    private final Duration each;

    /**
     * Prepares it.
     *
     * @param each how long it is watched after each event
     */
    RebindingTrial(String name, Duration warmUp, Duration each) {
        this.name = name;
        this.warmUp = warmUp;
        this.each = each;
    }

    @Override
    public TrialReport run(LabOptions options, UnaryOperator<LabBond> bonds) throws IOException {
        try (Stand stand = Stand.start(options, bonds)) {
            RunningTransfer running = stand.lab().begin(TransferPlan.download(warmUp.plus(each.multipliedBy(2))));
            Pause.of(warmUp);
            GateStatus before = GateStatus.of(stand.lab(), "gigabit");
            long oneNanos = event(stand, "remap line1");
            Pause.until(oneNanos + each.toNanos());
            long bothNanos = event(stand, "remap line1; remap line2");
            TransferResult result = running.await();
            GateStatus hub = GateStatus.of(stand.lab(), "gigabit").since(before);

            Recovery transfer = new Recovery(result);
            List<Finding> findings = new ArrayList<>();
            judge(findings, transfer, "one modem translates anew", oneNanos, bothNanos);
            judge(findings, transfer, "both in the same moment", bothNanos, result.endNanos());
            findings.add(Finding.judged(
                    "lines that moved",
                    Long.toString(hub.count("line-moved")),
                    "each time",
                    hub.count("line-moved") >= MOVES));
            boolean alive = transfer.isAlive(result.endNanos());
            findings.add(Finding.judged("connection", alive ? "goes on" : "lost", "goes on", alive));
            findings.add(stand.emulator());
            return new TrialReport(name, stand.setting(), findings, stand.isValid());
        }
    }

    private static long event(Stand stand, String script) throws IOException {
        long atNanos = System.nanoTime();
        for (LabEvent event : LabEvent.parseScript(script)) {
            stand.lab().event(event);
        }
        return atNanos;
    }

    private void judge(List<Finding> findings, Recovery transfer, String what, long eventNanos, long untilNanos) {
        long backNanos = transfer.nanos(eventNanos, untilNanos, warmUp.toNanos() / 2);
        findings.add(Finding.judged(
                what,
                "full rate after " + Recovery.seconds(backNanos) + ", longest pause "
                        + Recovery.seconds(transfer.longestGapNanos(eventNanos, untilNanos)),
                "full rate within " + ALLOWED.toSeconds() + " s",
                backNanos <= ALLOWED.toNanos()));
    }
}
