package io.aggr.examples.daemon.status;

import io.aggr.BondStats;
import io.aggr.BondStats.LinkStats;
import io.aggr.BondStats.PeerStats;
import io.aggr.CapacityUse;
import io.aggr.link.LinkState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a bond as a JSON document. Its keys are a promise to scripts: new ones may come, none changes its meaning while {@code version}
 * stays. Units are part of the keys; what is not known is null.
 *
 * @since 0.1
 */
public final class StatsJson {

    /** What the document calls its form. */
    public static final int VERSION = 1;

    private static final double NANOS_PER_MILLISECOND = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private StatsJson() {}

    /**
     * Writes the document.
     *
     * @param stats what a bond is doing
     * @return one line without a line end
     */
    public static String write(BondStats stats) {
        JsonWriter json = new JsonWriter();
        json.open('{')
                .field("version", VERSION)
                .field("bond", stats.name())
                .field("tun", stats.tunName())
                .field("uptime_seconds", rounded(stats.uptimeNanos() / NANOS_PER_SECOND))
                .array("peers", stats.peers(), peer -> write(json, peer))
                .counters("drops", stats.drops())
                .array("problems", stats.problems(), json::text);
        return json.close('}').toString();
    }

    private static void write(JsonWriter json, PeerStats peer) {
        json.open('{')
                .field("name", peer.name())
                .field("established", peer.established())
                .field("authenticated", peer.authenticated())
                .field("scheduler", peer.scheduler())
                .field("reorder", peer.reorder())
                .field("tun_in_packets", peer.tunPacketsIn())
                .field("tun_in_bytes", peer.tunBytesIn())
                .field("tun_out_packets", peer.tunPacketsOut())
                .field("tun_out_bytes", peer.tunBytesOut())
                .field("queued_packets", peer.queuedPackets())
                .field("queued_bytes", peer.queuedBytes())
                .field("held_packets", peer.heldPackets())
                .field("mean_hold_ms", rounded(peer.meanHoldNanos() / NANOS_PER_MILLISECOND))
                .array("links", peer.links(), link -> write(json, link))
                .counters("drops", peer.drops())
                .counters("events", peer.events())
                .close('}');
    }

    private static void write(JsonWriter json, LinkStats link) {
        json.open('{')
                .field("id", link.id())
                .field("name", link.name())
                .field("state", link.state().name().toLowerCase(Locale.ROOT))
                .field("local", link.local())
                .field("remote", link.remote());
        if (link.sendBitsPerSecond() > 0) {
            json.field("send_bits_per_second", link.sendBitsPerSecond());
        } else {
            json.nullField("send_bits_per_second");
        }
        if (link.foundBitsPerSecond() > 0) {
            json.field("found_bits_per_second", link.foundBitsPerSecond());
        } else {
            json.nullField("found_bits_per_second");
        }
        json.field("rtt_ms", link.rttNanos() < 0 ? null : rounded(link.rttNanos() / NANOS_PER_MILLISECOND))
                .field("delay_ms", rounded(link.delayNanos() / NANOS_PER_MILLISECOND))
                .field("loss_ratio", rounded(link.lossRatio()))
                .field("sent_packets", link.sentPackets())
                .field("sent_bytes", link.sentBytes())
                .field("received_packets", link.receivedPackets())
                .field("received_bytes", link.receivedBytes())
                .field("lost_packets", link.lostPackets())
                .field("resent_packets", link.resentPackets())
                .field("backlog_bytes", link.backlogBytes())
                .field("mtu_bytes", link.mtuBytes())
                .field("tier", link.tier())
                .field("metered", link.metered())
                .field("backup", link.backup());
        if (link.quotaBytes() > 0) {
            json.field("quota_bytes", link.quotaBytes()).field("quota_used_bytes", link.quotaUsedBytes());
        } else {
            json.nullField("quota_bytes").nullField("quota_used_bytes");
        }
        json.counters("capacity_bytes", capacityByName(link))
                .counters("faults", link.faults())
                .close('}');
    }

    private static Map<String, Long> capacityByName(LinkStats link) {
        Map<String, Long> result = new TreeMap<>();
        link.capacityBytes().forEach((use, bytes) -> result.put(Units.name(use), bytes));
        return result;
    }

    /** Six places: microseconds of a time, the millionth part of a share. */
    private static Double rounded(double value) {
        return Double.isFinite(value) ? Math.rint(value * 1e6) / 1e6 : value;
    }

    /**
     * Reads the document.
     *
     * @param text what {@link #write} has written, here or in another version
     * @return the statistics; what is missing reads as 0, empty or not known
     * @throws IllegalArgumentException if it is no such document
     */
    public static BondStats read(String text) {
        Node root = new Node(JsonReader.read(text));
        if (root.number("version") != VERSION) {
            throw new IllegalArgumentException("the daemon speaks another version of the status");
        }
        return new BondStats(
                root.text("bond"),
                root.text("tun"),
                Math.round(root.fraction("uptime_seconds") * NANOS_PER_SECOND),
                root.list("peers", StatsJson::readPeer),
                root.counters("drops"),
                root.list("problems", node -> String.valueOf(node.value)));
    }

    private static PeerStats readPeer(Node peer) {
        return new PeerStats(
                peer.text("name"),
                peer.flag("established"),
                peer.flag("authenticated"),
                peer.text("scheduler"),
                peer.text("reorder"),
                peer.number("tun_in_packets"),
                peer.number("tun_in_bytes"),
                peer.number("tun_out_packets"),
                peer.number("tun_out_bytes"),
                (int) peer.number("queued_packets"),
                peer.number("queued_bytes"),
                (int) peer.number("held_packets"),
                Math.round(peer.fraction("mean_hold_ms") * NANOS_PER_MILLISECOND),
                peer.list("links", StatsJson::readLink),
                peer.counters("drops"),
                peer.counters("events"));
    }

    private static LinkStats readLink(Node link) {
        return new LinkStats(
                (int) link.number("id"),
                link.text("name"),
                LinkState.valueOf(link.text("state").toUpperCase(Locale.ROOT)),
                link.text("local"),
                link.text("remote"),
                link.number("send_bits_per_second"),
                link.number("found_bits_per_second"),
                link.has("rtt_ms") ? Math.round(link.fraction("rtt_ms") * NANOS_PER_MILLISECOND) : -1,
                Math.round(link.fraction("delay_ms") * NANOS_PER_MILLISECOND),
                link.has("loss_ratio") ? link.fraction("loss_ratio") : Double.NaN,
                link.number("sent_packets"),
                link.number("sent_bytes"),
                link.number("received_packets"),
                link.number("received_bytes"),
                link.number("lost_packets"),
                link.number("resent_packets"),
                (int) link.number("backlog_bytes"),
                (int) link.number("mtu_bytes"),
                (int) link.number("tier"),
                link.flag("metered"),
                link.flag("backup"),
                link.number("quota_bytes"),
                link.number("quota_used_bytes"),
                readCapacity(link),
                link.counters("faults"));
    }

    /** Names of another version are left out. */
    private static Map<CapacityUse, Long> readCapacity(Node link) {
        Map<CapacityUse, Long> result = new EnumMap<>(CapacityUse.class);
        Map<String, Long> byName = link.counters("capacity_bytes");
        for (CapacityUse use : CapacityUse.values()) {
            Long bytes = byName.get(Units.name(use));
            if (bytes != null) {
                result.put(use, bytes);
            }
        }
        return result;
    }

    /** A part of a document that is read with patience: a value of another type reads as missing. */
    private record Node(@Nullable Object value) {

        private @Nullable Object member(String key) {
            return value instanceof Map<?, ?> map ? map.get(key) : null;
        }

        boolean has(String key) {
            return member(key) != null;
        }

        String text(String key) {
            return member(key) instanceof String text ? text : "";
        }

        boolean flag(String key) {
            return Boolean.TRUE.equals(member(key));
        }

        double fraction(String key) {
            return member(key) instanceof BigDecimal number ? number.doubleValue() : 0;
        }

        long number(String key) {
            return member(key) instanceof BigDecimal number ? number.longValue() : 0;
        }

        <T> List<T> list(String key, Function<Node, T> reader) {
            List<T> result = new ArrayList<>();
            if (member(key) instanceof List<?> list) {
                list.forEach(item -> result.add(reader.apply(new Node(item))));
            }
            return result;
        }

        Map<String, Long> counters(String key) {
            Map<String, Long> result = new LinkedHashMap<>();
            if (member(key) instanceof Map<?, ?> map) {
                map.forEach((name, count) -> {
                    if (count instanceof BigDecimal number) {
                        result.put(String.valueOf(name), number.longValue());
                    }
                });
            }
            return result;
        }
    }
}
