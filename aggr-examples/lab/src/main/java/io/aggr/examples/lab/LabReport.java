package io.aggr.examples.lab;

import io.aggr.examples.lab.traffic.DatagramCounts;
import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.sim.LineSpec;
import java.util.List;
import java.util.Locale;

/** Shows a {@link LabResult} to people. */
public final class LabReport {

    private final LabResult result;

    /**
     * A report.
     *
     * @param result what it shows
     */
    public LabReport(LabResult result) {
        this.result = result;
    }

    /**
     * A table of a dozen rows.
     *
     * @return plain text, lines ended by newlines
     */
    public String text() {
        Scenario scenario = result.scenario();
        StringBuilder text = new StringBuilder();
        row(text, "lines", scenario.lines().name() + ": " + scenario.lines().summary());
        row(text, "joined by", joinedBy());
        row(
                text,
                "transfer",
                String.format(
                        Locale.ROOT,
                        "%s, %s, %d s after %d s of warm-up",
                        scenario.transfer().direction().name().toLowerCase(Locale.ROOT),
                        sent(),
                        scenario.transfer().duration().minus(scenario.warmUp()).toSeconds(),
                        scenario.warmUp().toSeconds()));
        row(text, "goodput", mbit(result.goodputBitsPerSecond()));
        row(text, "of the ideal", percent(result.shareOfIdeal()) + " of " + mbit(result.idealBitsPerSecond()));
        row(
                text,
                "of native TCP",
                percent(result.shareOfNative()) + " of " + mbit(result.nativeBitsPerSecond())
                        + (result.isNativeMeasured()
                                ? ", measured line by line"
                                : ", computed for lines without loss"));
        row(text, "longest gap", String.format(Locale.ROOT, "%.0f ms", result.longestGapNanos() / 1e6));
        row(
                text,
                "sent again",
                result.transfer().kernel().retransmittedSegments() < 0
                        ? "not known"
                        : result.transfer().kernel().retransmittedSegments() + " segments by the sender's kernel, "
                                + result.transfer().kernel().timeouts() + " time-outs");
        if (scenario.transfer().datagrams().isPresent()) {
            DatagramCounts datagrams = result.transfer().datagrams();
            row(
                    text,
                    "datagrams",
                    String.format(
                            Locale.ROOT,
                            "%d of %d lost, %d overtaken, %d twice",
                            datagrams.sent() - datagrams.received(),
                            datagrams.sent(),
                            datagrams.overtaken(),
                            datagrams.duplicates()));
        }
        row(text, "per line", perLine());
        row(text, "ping, idle", ping(result.idle()));
        if (scenario.pinging()) {
            row(text, "ping, loaded", ping(result.loaded()));
        }
        if (result.daemonCpuNanos() > 0 && result.transfer().totalBytes() > 0) {
            row(
                    text,
                    "processor",
                    String.format(
                            Locale.ROOT,
                            "%.2f s per GB, both daemons together",
                            result.daemonCpuNanos() / 1e9 / (result.transfer().totalBytes() / 1e9)));
        }
        row(
                text,
                "emulator",
                result.lateness() + ", " + result.droppedByEmulator() + " packets lost by it"
                        + (result.isRealtime() ? "" : ", without real-time priority for it and the daemons"));
        if (!result.isValid()) {
            row(text, "VOID", "the emulator was too slow on this machine: the figures above do not count");
        }
        if (!result.daemonStatus().isEmpty()) {
            text.append('\n').append(result.daemonStatus());
        }
        return text.toString();
    }

    /**
     * A drawing of the run over time: what each line carried, what came of it, and the pings.
     *
     * @return an SVG document
     */
    public String svg() {
        return LabChart.of(result, sent() + " over " + result.scenario().lines().summary(), joinedBy());
    }

    private String sent() {
        return result.scenario().transfer().datagrams().isPresent()
                ? "datagrams"
                : result.scenario().transfer().connections() + " x TCP (" + result.congestion() + ")";
    }

    private String joinedBy() {
        Scenario scenario = result.scenario();
        return scenario.bond()
                .map(bond -> "a bond, " + bond.encapsulation() + ", " + bond.scheduler() + ", "
                        + (bond.seeded() ? "told the rates" : "not told the rates") + ", "
                        + name(result.addresses().inside()) + " in "
                        + name(result.addresses().outside()))
                .orElseGet(() ->
                        scenario.lines().lines().get(scenario.plainLine() - 1).name() + " alone, without a bond, "
                                + name(result.addresses().outside()));
    }

    private static String name(IpFamily family) {
        return family == IpFamily.V4 ? "IPv4" : "IPv6";
    }

    private String perLine() {
        StringBuilder text = new StringBuilder();
        List<LineSpec> lines = result.scenario().lines().lines();
        List<Double> shares = result.lineShares();
        for (int i = 0; i < lines.size(); i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(lines.get(i).name())
                    .append(' ')
                    .append(percent(shares.get(i)));
        }
        return text.toString();
    }

    private static String ping(PingResult pings) {
        if (pings.sent() == pings.lost()) {
            return pings.sent() + " sent, no answer";
        }
        return String.format(
                Locale.ROOT,
                "p50 %.1f, p95 %.1f, max %.1f ms, %d of %d lost, longest silence %.0f ms",
                pings.quantileNanos(0.5) / 1e6,
                pings.quantileNanos(0.95) / 1e6,
                pings.quantileNanos(1) / 1e6,
                pings.lost(),
                pings.sent(),
                pings.longestSilenceNanos() / 1e6);
    }

    private static String mbit(double bitsPerSecond) {
        return String.format(Locale.ROOT, "%.3f Mbit/s", bitsPerSecond / 1e6);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-14s %s%n", name, value));
    }
}
