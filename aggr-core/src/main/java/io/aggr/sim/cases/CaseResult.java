package io.aggr.sim.cases;

import static java.util.Objects.requireNonNull;

import io.aggr.sim.LineUse;
import io.aggr.sim.SimulationReport.PingTimes;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a case, measured against its marks. Numbers only: the run itself is not kept.
 *
 * @param bondCase the case
 * @param seed seed of the run
 * @param ratesTold whether the bond was told what the lines carry
 * @param goodputBitsPerSecond goodput of what the case counts
 * @param shareOfIdeal over the ideal after encapsulation
 * @param shareOfNative over TCP on the bare lines
 * @param pingIdle ping before the traffic
 * @param pingLoaded ping beside it
 * @param longestGapNanos longest time without a byte
 * @param nanosTo90 time until 90 % of the ideal was reached, {@link Long#MAX_VALUE} if never
 * @param retransmissions segments sent again, or {@link CaseFigures#UNKNOWN}
 * @param timeouts retransmission time-outs, or {@link CaseFigures#UNKNOWN}
 * @param datagramsLostShare datagrams lost, 0 with TCP
 * @param datagramsOutOfOrderShare datagrams overtaken, 0 with TCP
 * @param lineShares how the bytes were spread over the lines
 * @param use what became of what all lines together could have carried; without entries if nobody kept the books
 * @param isValid false if the machine was too slow for the figures to count
 * @param verdicts one per mark of the case, in their order
 * @since 0.1
 */
public record CaseResult(
        BondCase bondCase,
        long seed,
        boolean ratesTold,
        double goodputBitsPerSecond,
        double shareOfIdeal,
        double shareOfNative,
        PingTimes pingIdle,
        PingTimes pingLoaded,
        long longestGapNanos,
        long nanosTo90,
        long retransmissions,
        long timeouts,
        double datagramsLostShare,
        double datagramsOutOfOrderShare,
        List<Double> lineShares,
        LineUse use,
        boolean isValid,
        List<Verdict> verdicts) {

    /**
     * A mark and the figure that stands against it.
     *
     * @param mark the mark
     * @param value the figure, not-a-number if it is not known
     * @since 0.1
     */
    public record Verdict(CaseMark mark, double value) {
        /**
         * Whether the figure is good enough.
         *
         * @return true also if it is not known
         */
        public boolean isMet() {
            return mark.isMetBy(value);
        }
    }

    /** Checks the parts and copies the lists. */
    public CaseResult {
        requireNonNull(bondCase, "result.case");
        requireNonNull(pingIdle, "result.ping-idle");
        requireNonNull(pingLoaded, "result.ping-loaded");
        lineShares = List.copyOf(lineShares);
        requireNonNull(use, "result.use");
        verdicts = List.copyOf(verdicts);
    }

    /**
     * Measures what a run has shown.
     *
     * @param bondCase the case
     * @param seed seed of the run
     * @param ratesTold whether the bond was told what the lines carry
     * @param figures what the run has shown
     * @return the result
     */
    public static CaseResult of(BondCase bondCase, long seed, boolean ratesTold, CaseFigures figures) {
        List<Verdict> verdicts = new ArrayList<>();
        for (CaseMark mark : bondCase.marks()) {
            verdicts.add(new Verdict(mark, mark.measure(figures, bondCase)));
        }
        return new CaseResult(
                bondCase,
                seed,
                ratesTold,
                figures.goodputBitsPerSecond(bondCase.settling(), bondCase.duration()),
                figures.shareOfIdeal(bondCase.settling(), bondCase.duration()),
                figures.shareOfNative(bondCase.settling(), bondCase.duration()),
                figures.pingIdle(),
                figures.pingLoaded(bondCase.settling(), bondCase.duration()),
                figures.longestGapNanos(bondCase.settling(), bondCase.duration()),
                figures.nanosToShareOfIdeal(0.9),
                figures.retransmissions(),
                figures.timeouts(),
                figures.datagramsLostShare(),
                figures.datagramsOutOfOrderShare(),
                figures.lineShares(),
                figures.use(),
                figures.isValid(),
                verdicts);
    }

    /**
     * Whether all marks are met.
     *
     * @return false if one is missed
     */
    public boolean isMet() {
        return verdicts.stream().allMatch(Verdict::isMet);
    }

    /**
     * The marks that are missed, in words.
     *
     * @return such as {@code 96.1 % ideal (>= 98)}; empty if all are met
     */
    public String missed() {
        List<String> words = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            if (!verdict.isMet()) {
                words.add(verdict.mark().textWithUnit(verdict.value()));
            }
        }
        return String.join(", ", words);
    }
}
