package io.aggr.sim.cases;

import io.aggr.CapacityUse;
import io.aggr.sim.LineUse;
import io.aggr.sim.SimulationReport.PingTimes;
import io.aggr.sim.report.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The results of many runs as one table: one row per case, which shows the run that got the least.
 *
 * @since 0.1
 */
public final class CaseReport {
    /** What is unused for a reason that makes up less than this is not worth a word. */
    private static final double LEAST_UNUSED = 0.005;

    private final List<CaseResult> results;

    /**
     * A report.
     *
     * @param results the runs, in the order of the table; runs of the same case share a row
     */
    public CaseReport(List<CaseResult> results) {
        this.results = List.copyOf(results);
    }

    /**
     * Whether every run met all marks of its case and counts.
     *
     * @return false if something was missed
     */
    public boolean isMet() {
        return results.stream().allMatch(result -> result.isMet() && result.isValid());
    }

    /**
     * Whether every run counts.
     *
     * @return false if a machine was too slow for one
     */
    public boolean isValid() {
        return results.stream().allMatch(CaseResult::isValid);
    }

    /**
     * The run of a case that missed most, and of those the one with the least goodput.
     *
     * @param results runs of one case, at least one
     * @return one of them
     */
    public static CaseResult worst(List<CaseResult> results) {
        return results.stream()
                .max(Comparator.<CaseResult>comparingLong(result -> result.verdicts().stream()
                                .filter(verdict -> !verdict.isMet())
                                .count())
                        .thenComparing(Comparator.comparingDouble(CaseResult::shareOfIdeal)
                                .reversed()))
                .orElseThrow();
    }

    /**
     * The table: shares in per cent, times in milliseconds; {@code unused} tells what share of all lines was not used and why.
     *
     * @return one row per case
     */
    public Table table() {
        Table table = new Table(
                "case",
                "% ideal",
                "% native",
                "idle",
                "p50",
                "p95",
                "max",
                "lost",
                "gap",
                "again",
                "RTO",
                "unused",
                "met",
                "mark",
                "missed");
        byCase().values().forEach(runs -> row(table, runs));
        return table;
    }

    private Map<String, List<CaseResult>> byCase() {
        Map<String, List<CaseResult>> cases = new LinkedHashMap<>();
        for (CaseResult result : results) {
            cases.computeIfAbsent(result.bondCase().name(), name -> new ArrayList<>())
                    .add(result);
        }
        return cases;
    }

    private static void row(Table table, List<CaseResult> runs) {
        CaseResult worst = worst(runs);
        PingTimes loaded = worst.pingLoaded();
        long met = runs.stream().filter(CaseResult::isMet).count();
        boolean valid = runs.stream().allMatch(CaseResult::isValid);
        table.row(
                worst.bondCase().name(),
                worst.shareOfIdeal() * 100,
                worst.shareOfNative() * 100,
                millis(worst.pingIdle().medianNanos()),
                millis(loaded.medianNanos()),
                millis(loaded.p95Nanos()),
                millis(loaded.maxNanos()),
                loaded.unanswered(),
                millis(worst.longestGapNanos()),
                count(worst.retransmissions()),
                count(worst.timeouts()),
                worst.use().unusedText(LEAST_UNUSED),
                valid ? (met == runs.size() ? "yes" : met == 0 ? "no" : met + " of " + runs.size()) : "void",
                mark(worst.bondCase()),
                worst.missed());
    }

    /** The first mark is what the case is about. */
    private static String mark(BondCase bondCase) {
        return bondCase.marks().get(0).text();
    }

    private static String millis(long nanos) {
        return nanos < 0 ? "-" : String.format(Locale.ROOT, "%.1f", nanos / 1e6);
    }

    private static String count(long count) {
        return count == CaseFigures.UNKNOWN ? "-" : Long.toString(count);
    }

    /**
     * All runs, all figures.
     *
     * @return JSON (RFC 8259): an object with {@code met} and an array {@code runs}; times in nanoseconds, rates in bit/s, shares 0 to 1
     */
    public String json() {
        JsonText json = new JsonText();
        json.beginObject().field("met", isMet()).name("runs").beginArray();
        results.forEach(result -> run(json, result));
        return json.endArray().endObject().text();
    }

    private static void run(JsonText json, CaseResult result) {
        json.beginObject()
                .field("case", result.bondCase().name())
                .field("lines", result.bondCase().lines().summary())
                .field("traffic", result.bondCase().traffic().text())
                .field("equalise", result.bondCase().equalise().name().toLowerCase(Locale.ROOT))
                .field("seed", result.seed())
                .field("rates", result.ratesTold() ? "told" : "found")
                .field("goodputBitsPerSecond", result.goodputBitsPerSecond())
                .field("shareOfIdeal", result.shareOfIdeal())
                .field("shareOfNative", result.shareOfNative());
        ping(json.name("pingIdle"), result.pingIdle());
        ping(json.name("pingLoaded"), result.pingLoaded());
        json.field("longestGapNanos", result.longestGapNanos())
                .field("nanosTo90", result.nanosTo90() == Long.MAX_VALUE ? CaseFigures.UNKNOWN : result.nanosTo90())
                .field("retransmissions", result.retransmissions())
                .field("timeouts", result.timeouts())
                .field("datagramsLostShare", result.datagramsLostShare())
                .field("datagramsOutOfOrderShare", result.datagramsOutOfOrderShare())
                .name("lineShares")
                .beginArray();
        result.lineShares().forEach(json::value);
        json.endArray().name("capacityShares").beginObject();
        for (CapacityUse use : CapacityUse.values()) {
            if (result.use().share(use) > 0) {
                json.field(LineUse.name(use), result.use().share(use));
            }
        }
        json.endObject()
                .field("valid", result.isValid())
                .field("met", result.isMet())
                .name("marks")
                .beginArray();
        for (CaseResult.Verdict verdict : result.verdicts()) {
            json.beginObject()
                    .field("mark", verdict.mark().text())
                    .field("value", verdict.value())
                    .field("met", verdict.isMet())
                    .endObject();
        }
        json.endArray().endObject();
    }

    private static void ping(JsonText json, PingTimes ping) {
        json.beginObject()
                .field("medianNanos", ping.medianNanos())
                .field("p95Nanos", ping.p95Nanos())
                .field("maxNanos", ping.maxNanos())
                .field("unanswered", ping.unanswered())
                .endObject();
    }
}
