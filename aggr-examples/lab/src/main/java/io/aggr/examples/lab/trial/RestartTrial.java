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

/** Daemons that are killed in the middle of a download and started anew at once; their start is part of the time. */
final class RestartTrial implements Trial {

    private static final Duration FOR_ONE = Duration.ofSeconds(6);
    private static final Duration FOR_BOTH = Duration.ofSeconds(10);

    /** Who is killed. */
    enum Step {
        /** The end with the lines. */
        MEGABIT,
        /** The end that listens. */
        GIGABIT,
        /** Both in the same moment. */
        BOTH
    }

    private final String name;
    private final List<Step> steps;
    private final Duration warmUp;
    private final Duration each;

    /**
     * Prepares it.
     *
     * @param each how long it is watched after each step
     */
    RestartTrial(String name, List<Step> steps, Duration warmUp, Duration each) {
        this.name = name;
        this.steps = List.copyOf(steps);
        this.warmUp = warmUp;
        this.each = each;
    }

    @Override
    public TrialReport run(LabOptions options, UnaryOperator<LabBond> bonds) throws IOException {
        try (Stand stand = Stand.start(options, bonds)) {
            Duration all = warmUp.plus(each.multipliedBy(steps.size()));
            RunningTransfer running = stand.lab().begin(TransferPlan.download(all));
            Pause.of(warmUp);
            List<Long> killedNanos = new ArrayList<>();
            List<Long> reachNanos = new ArrayList<>();
            for (Step step : steps) {
                long atNanos = System.nanoTime();
                killedNanos.add(atNanos);
                switch (step) {
                    case MEGABIT -> stand.restartMegabit();
                    case GIGABIT -> stand.restartGigabit();
                    case BOTH -> stand.restartBoth();
                }
                long unused = stand.lab().awaitReachable(Stand.PATIENCE);
                reachNanos.add(System.nanoTime() - atNanos);
                Pause.until(atNanos + each.toNanos());
            }
            TransferResult result = running.await();
            Recovery transfer = new Recovery(result);
            List<Finding> findings = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                long untilNanos = i + 1 < steps.size() ? killedNanos.get(i + 1) : result.endNanos();
                judge(findings, transfer, steps.get(i), killedNanos.get(i), reachNanos.get(i), untilNanos);
            }
            boolean alive = transfer.isAlive(result.endNanos());
            findings.add(Finding.judged("connection", alive ? "goes on" : "lost", "goes on", alive));
            findings.add(Finding.told(
                    "TCP sent again",
                    result.kernel().retransmittedSegments() + " segments, "
                            + result.kernel().timeouts() + " time-outs"));
            findings.add(stand.emulator());
            return new TrialReport(name, stand.setting(), findings, stand.isValid());
        }
    }

    private void judge(
            List<Finding> findings, Recovery transfer, Step step, long killedNanos, long reach, long untilNanos) {
        String what = switch (step) {
            case MEGABIT -> "the end with the lines anew";
            case GIGABIT -> "the end that listens anew";
            case BOTH -> "both anew at once";
        };
        Duration allowed = step == Step.BOTH ? FOR_BOTH : FOR_ONE;
        findings.add(Finding.judged(
                what,
                "a ping is answered after " + Recovery.seconds(reach) + ", the download pauses "
                        + Recovery.seconds(transfer.longestGapNanos(killedNanos, untilNanos))
                        + ", has its rate after "
                        + Recovery.seconds(transfer.nanos(killedNanos, untilNanos, warmUp.toNanos() / 2)),
                "answered within " + allowed.toSeconds() + " s",
                reach <= allowed.toNanos()));
    }
}
