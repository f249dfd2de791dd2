package io.aggr.sim;

import io.aggr.BondStats;
import io.aggr.CapacityUse;
import io.aggr.sim.report.Series;
import io.aggr.sim.report.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The insides of a {@link SimulationReport} in words. */
final class SimulationDetails {
    private SimulationDetails() {}

    static String text(SimulationReport report) {
        return lines(report).text() + "\n" + uses(report).text() + "\n" + counters(report.siteStats())
                + counters(report.hubStats());
    }

    /** What the model of each line counted in the direction of the traffic, and what its two ends say of it. */
    private static Table lines(SimulationReport report) {
        Table table = new Table(
                "line",
                "% of bytes",
                "Mbit/s",
                "packets",
                "queue full",
                "lost",
                "vanished",
                "peak queue kB",
                "resent down",
                "resent up",
                "missed down",
                "missed up");
        long all =
                report.lineStats().stream().mapToLong(LineStats::deliveredBytes).sum();
        for (int i = 0; i < report.lineStats().size(); i++) {
            LineStats line = report.lineStats().get(i);
            Series rate = report.lineRates().get(i);
            table.row(
                    rate.name(),
                    line.deliveredBytes() * 100.0 / Math.max(1, all),
                    String.format(
                            Locale.ROOT,
                            "%.3f",
                            report.lineBitsPerSecond(rate.name(), report.settling(), report.duration()) / 1e6),
                    line.deliveredPackets(),
                    line.queueFullPackets(),
                    line.lostPackets(),
                    line.vanishedPackets(),
                    line.peakQueuedBytes() / 1e3,
                    resent(report.hubStats(), i),
                    resent(report.siteStats(), i),
                    missed(report.siteStats(), i),
                    missed(report.hubStats(), i));
        }
        return table;
    }

    /** Why the lines carried no more, in per cent of what each could have carried. */
    private static Table uses(SimulationReport report) {
        List<LineUse> rows = new ArrayList<>(report.lineUses());
        rows.add(report.use());
        List<CapacityUse> columns = Arrays.stream(CapacityUse.values())
                .filter(use -> report.use().share(use) > 0)
                .toList();
        List<String> names = new ArrayList<>(List.of("% of capacity"));
        columns.forEach(use -> names.add(LineUse.name(use)));
        Table table = new Table(names.toArray(String[]::new));
        for (LineUse row : rows) {
            List<Object> cells = new ArrayList<>(List.of(row.name()));
            columns.forEach(use -> cells.add(row.share(use) * 100));
            table.row(cells.toArray());
        }
        return table;
    }

    private static Object resent(BondStats stats, int line) {
        BondStats.PeerStats peer = stats.peers().get(0);
        return line < peer.links().size() ? peer.links().get(line).resentPackets() : "-";
    }

    private static Object missed(BondStats stats, int line) {
        BondStats.PeerStats peer = stats.peers().get(0);
        return line < peer.links().size() ? peer.links().get(line).lostPackets() : "-";
    }

    private static String counters(BondStats stats) {
        BondStats.PeerStats peer = stats.peers().get(0);
        Map<String, Long> drops = new TreeMap<>(stats.drops());
        peer.drops().forEach((name, count) -> drops.merge(name, count, Long::sum));
        StringBuilder text = new StringBuilder();
        text.append(stats.name()).append(": dropped ").append(drops.isEmpty() ? "nothing" : drops);
        text.append("; events ").append(peer.events().isEmpty() ? "none" : new TreeMap<>(peer.events()));
        text.append('\n');
        stats.problems().forEach(problem -> text.append("  ").append(problem).append('\n'));
        return text.toString();
    }
}
