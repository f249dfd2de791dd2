package io.aggr.examples.daemon.status;

import io.aggr.BondStats;
import io.aggr.BondStats.LinkStats;
import io.aggr.BondStats.PeerStats;
import io.aggr.CapacityUse;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows the statistics of a bond to people.
 *
 * @since 0.1
 */
public final class StatusTable {

    private static final double BITS_PER_BYTE_NANOS = 8e9;

    /** One column: its title, whether figures stand at its right edge, and what it says of a line. */
    private record Column(String title, boolean right, Function<LinkStats, String> cell) {}

    private final BondStats now;
    private final @Nullable BondStats before;
    private final StringBuilder out = new StringBuilder();

    private StatusTable(BondStats now, @Nullable BondStats before) {
        this.now = now;
        this.before = before;
    }

    /**
     * The table.
     *
     * @param now what the bond is doing
     * @param before what it was doing a moment ago, to tell how much flows now; null if that is not known
     * @return lines, each with a line end
     */
    public static String render(BondStats now, @Nullable BondStats before) {
        return new StatusTable(now, before != null && before.uptimeNanos() < now.uptimeNanos() ? before : null)
                .render();
    }

    private String render() {
        line("bond " + now.name() + " on " + now.tunName() + ", up " + Units.span(now.uptimeNanos()));
        for (PeerStats peer : now.peers()) {
            line("");
            peer(peer, peerBefore(peer));
        }
        counters("", "drops that belong to no peer", now.drops());
        if (!now.problems().isEmpty()) {
            line("");
            line("problems");
            now.problems().forEach(problem -> line("  " + problem));
        }
        return out.toString();
    }

    private void peer(PeerStats peer, @Nullable PeerStats old) {
        line("peer " + peer.name() + ": "
                + (peer.established() ? "connected" : "not connected")
                + (peer.authenticated() ? "" : ", NOT AUTHENTICATED")
                + "; scheduler " + peer.scheduler() + ", reorder " + peer.reorder());
        line("  in  " + traffic(peer.tunBytesOut(), peer.tunPacketsOut(), live(old, peer, PeerStats::tunBytesOut)));
        line("  out " + traffic(peer.tunBytesIn(), peer.tunPacketsIn(), live(old, peer, PeerStats::tunBytesIn)));
        line("  waiting: " + peer.queuedPackets() + " packets (" + Units.bytes(peer.queuedBytes()) + ") to be sent, "
                + peer.heldPackets() + " held for their order (" + Units.millis(peer.meanHoldNanos()) + " on average)");
        if (!peer.links().isEmpty()) {
            table(peer, old);
        }
        for (LinkStats link : peer.links()) {
            capacity(link, old);
        }
        for (LinkStats link : peer.links()) {
            counters("  ", "faults of " + link.name(), link.faults());
        }
        counters("  ", "drops", peer.drops());
        counters("  ", "events", peer.events());
    }

    private void table(PeerStats peer, @Nullable PeerStats old) {
        Map<Integer, LinkStats> oldLinks = old == null
                ? Map.of()
                : old.links().stream().collect(Collectors.toMap(LinkStats::id, link -> link, (a, b) -> a));
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("LINK", false, LinkStats::name));
        columns.add(new Column("STATE", false, link -> link.state().name().toLowerCase(Locale.ROOT)));
        columns.add(new Column("FAR END", false, link -> link.remote().isEmpty() ? "-" : link.remote()));
        columns.add(new Column(
                "RATE",
                true,
                link -> link.sendBitsPerSecond() > 0 ? Units.rate((double) link.sendBitsPerSecond()) : "-"));
        columns.add(new Column("MTU", true, link -> link.mtuBytes() > 0 ? Integer.toString(link.mtuBytes()) : "-"));
        if (peer.links().stream().anyMatch(link -> link.tier() > 0 || link.metered() || link.backup())) {
            columns.add(new Column("COST", false, StatusTable::cost));
        }
        if (peer.links().stream().anyMatch(link -> link.quotaBytes() > 0)) {
            columns.add(new Column("QUOTA", true, StatusTable::quota));
        }
        columns.add(new Column("RTT", true, link -> Units.millis(link.rttNanos())));
        columns.add(new Column("DELAY", true, link -> "+" + Units.millis(Math.max(0, link.delayNanos()))));
        columns.add(new Column("LOSS", true, link -> Units.percent(link.lossRatio())));
        if (before == null) {
            columns.add(new Column("RECEIVED", true, link -> Units.bytes(link.receivedBytes())));
            columns.add(new Column("SENT", true, link -> Units.bytes(link.sentBytes())));
        } else {
            columns.add(new Column(
                    "IN", true, link -> flow(live(oldLinks.get(link.id()), link, LinkStats::receivedBytes))));
            columns.add(new Column(
                    "OUT", true, link -> flow(live(oldLinks.get(link.id()), link, LinkStats::sentBytes))));
        }
        ToLongFunction<LinkStats> in = link -> gained(oldLinks.get(link.id()), link, LinkStats::receivedBytes);
        ToLongFunction<LinkStats> sent = link -> gained(oldLinks.get(link.id()), link, LinkStats::sentBytes);
        columns.add(new Column("SHARE IN/OUT", true, link -> share(peer, link, in) + "/" + share(peer, link, sent)));
        columns.add(new Column("LOST", true, link -> Units.count(link.lostPackets())));
        columns.add(new Column("RESENT", true, link -> Units.count(link.resentPackets())));
        columns.add(new Column("BACKLOG", true, link -> Units.bytes(link.backlogBytes())));
        print(columns, peer.links());
    }

    /** What the line carried away from this end, and why not more: since the moment before, or since the beginning. */
    private void capacity(LinkStats link, @Nullable PeerStats old) {
        Map<CapacityUse, Long> bytes = new EnumMap<>(CapacityUse.class);
        bytes.putAll(link.capacityBytes());
        if (old != null) {
            old.links().stream()
                    .filter(other -> other.id() == link.id())
                    .forEach(other -> other.capacityBytes().forEach((use, was) -> bytes.merge(use, -was, Long::sum)));
        }
        long sum = bytes.values().stream().mapToLong(Long::longValue).sum();
        if (sum <= 0 || link.sendBitsPerSecond() <= 0) {
            return;
        }
        line("  capacity of " + link.name() + " out: used for "
                + shares(bytes, sum, CapacityUse::isUsed)
                + "; unused: "
                + shares(bytes, sum, use -> !use.isUsed()));
    }

    private static String shares(Map<CapacityUse, Long> bytes, long sum, Predicate<CapacityUse> wanted) {
        String text = bytes.entrySet().stream()
                .filter(entry -> wanted.test(entry.getKey()))
                .sorted(Map.Entry.<CapacityUse, Long>comparingByValue().reversed())
                .map(entry -> Units.name(entry.getKey()) + " " + Units.percent((double) entry.getValue() / sum))
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "nothing" : text;
    }

    private void print(List<Column> columns, List<LinkStats> links) {
        StringBuilder[] rows = new StringBuilder[links.size() + 1];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = new StringBuilder("  ");
        }
        for (Column column : columns) {
            List<String> cells = new ArrayList<>();
            cells.add(column.title);
            links.forEach(link -> cells.add(column.cell.apply(link)));
            int width = cells.stream().mapToInt(String::length).max().orElse(0);
            for (int row = 0; row < rows.length; row++) {
                String blanks = " ".repeat(width - cells.get(row).length());
                rows[row]
                        .append(column.right ? blanks + cells.get(row) : cells.get(row) + blanks)
                        .append("  ");
            }
        }
        for (StringBuilder row : rows) {
            line(row.toString().stripTrailing());
        }
    }

    private static String traffic(long bytes, long packets, double liveRate) {
        String total = Units.bytes(bytes) + " in " + Units.count(packets) + " packets";
        return liveRate < 0 ? total : total + ", now " + Units.rate(liveRate);
    }

    private static String cost(LinkStats link) {
        String text = (link.tier() > 0 ? "tier " + link.tier() + " " : "")
                + (link.metered() ? "metered " : "")
                + (link.backup() ? "backup" : "");
        return text.isEmpty() ? "-" : text.strip().replace(" m", ", m").replace(" b", ", b");
    }

    private static String quota(LinkStats link) {
        return link.quotaBytes() <= 0
                ? "-"
                : Units.bytes(link.quotaUsedBytes()) + " of " + Units.bytes(link.quotaBytes());
    }

    private static String flow(double rate) {
        return rate < 0 ? "-" : Units.rate(rate);
    }

    private static String share(PeerStats peer, LinkStats link, ToLongFunction<LinkStats> bytes) {
        long sum = peer.links().stream().mapToLong(bytes).sum();
        return sum <= 0 ? "-" : Math.round(100.0 * bytes.applyAsLong(link) / sum) + "%";
    }

    private static <T> long gained(@Nullable T old, T current, ToLongFunction<T> bytes) {
        long gained = bytes.applyAsLong(current) - (old == null ? 0 : bytes.applyAsLong(old));
        return Math.max(0, gained);
    }

    /** Bits per second since the moment before, or -1 if there is none to compare with. */
    private <T> double live(@Nullable T old, T current, ToLongFunction<T> bytes) {
        return old == null || before == null
                ? -1
                : gained(old, current, bytes) * BITS_PER_BYTE_NANOS / (now.uptimeNanos() - before.uptimeNanos());
    }

    private @Nullable PeerStats peerBefore(PeerStats peer) {
        return before == null
                ? null
                : before.peers().stream()
                        .filter(old -> old.name().equals(peer.name()))
                        .findFirst()
                        .orElse(null);
    }

    private void counters(String indent, String title, Map<String, Long> counters) {
        if (!counters.isEmpty()) {
            line(indent + title + ": "
                    + new TreeMap<>(counters)
                            .entrySet().stream()
                                    .map(entry -> entry.getKey() + " " + Units.count(entry.getValue()))
                                    .collect(Collectors.joining(", ")));
        }
    }

    /** Names and problems come from configurations and plugins; they must not move the cursor. */
    private void line(String text) {
        text.chars().forEach(c -> out.append(Character.isISOControl(c) ? '?' : (char) c));
        out.append('\n');
    }
}
