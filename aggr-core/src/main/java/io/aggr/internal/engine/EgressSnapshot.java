package io.aggr.internal.engine;

import io.aggr.CapacityUse;
import io.aggr.internal.path.QuotaMeter;
import io.aggr.internal.path.SendPath;
import io.aggr.link.Link;
import io.aggr.link.LinkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the way out knows, at one moment.
 *
 * @param peers one entry per peer
 * @param drops packets that belong to no peer, by name
 * @param takenPackets packets that were read from the TUN
 * @param handshakeDatagrams datagrams that the handshake has sent
 */
public record EgressSnapshot(List<Peer> peers, Map<String, Long> drops, long takenPackets, long handshakeDatagrams) {

    /**
     * One peer.
     *
     * @param settings what it was built from
     * @param established whether there is a session
     * @param schedulerEnabled whether its scheduler is still asked
     * @param tunPackets packets from the TUN
     * @param tunBytes their bytes
     * @param queuedPackets packets that wait
     * @param queuedBytes their bytes
     * @param waitingPackets packets that were given to a line, or are to be sent again, and have not left
     * @param copiedPackets packets that were sent, or are to be, beyond the one time that each came from the TUN
     * @param sealedPackets datagrams with an inner packet that were made
     * @param lines its lines
     * @param drops counts by name
     * @param events counts by name
     */
    public record Peer(
            PeerSettings settings,
            boolean established,
            boolean schedulerEnabled,
            long tunPackets,
            long tunBytes,
            int queuedPackets,
            long queuedBytes,
            int waitingPackets,
            long copiedPackets,
            long sealedPackets,
            List<Line> lines,
            Map<String, Long> drops,
            Map<String, Long> events) {}

    /**
     * One line.
     *
     * @param id its number
     * @param name its name
     * @param state its state
     * @param local this end's address, or empty
     * @param remote the far end's address, or empty
     * @param outerBytes bytes of outer headers per datagram
     * @param bitsPerSecond pacing rate, 0 if it is not paced
     * @param foundBitsPerSecond what it was found to carry, 0 if nothing was
     * @param rttNanos round-trip time, -1 if not measured
     * @param delayNanos delay above the fastest line
     * @param lossRatio loss towards the peer
     * @param sentPackets datagrams sent
     * @param sentBytes their bytes on the line
     * @param resentPackets packets sent again
     * @param backlogBytes what waits
     * @param mtuBytes longest outer packet
     * @param tier cost tier
     * @param metered whether each byte costs
     * @param backup whether it is used only when nothing else is left
     * @param quotaBytes what it may carry in a period, 0 if there is no bound
     * @param quotaUsedBytes what it has carried in this one
     * @param capacityBytes what became of what the line could have carried
     * @param faults refusals of the local system, by name
     */
    public record Line(
            int id,
            String name,
            LinkState state,
            String local,
            String remote,
            int outerBytes,
            long bitsPerSecond,
            long foundBitsPerSecond,
            long rttNanos,
            long delayNanos,
            double lossRatio,
            long sentPackets,
            long sentBytes,
            long resentPackets,
            int backlogBytes,
            int mtuBytes,
            int tier,
            boolean metered,
            boolean backup,
            long quotaBytes,
            long quotaUsedBytes,
            Map<CapacityUse, Long> capacityBytes,
            Map<String, Long> faults) {}

    static EgressSnapshot of(
            List<PeerEgress> peers,
            List<Link> links,
            Map<String, Long> drops,
            long takenPackets,
            long handshakeDatagrams) {
        return new EgressSnapshot(
                peers.stream().map(peer -> of(peer, links)).toList(), drops, takenPackets, handshakeDatagrams);
    }

    private static Peer of(PeerEgress peer, List<Link> links) {
        Map<String, Long> drops = new TreeMap<>();
        peer.drops().addTo(drops);
        peer.queueDrops().addTo(drops);
        Map<String, Long> events = new TreeMap<>();
        peer.events().addTo(events);
        List<Line> lines = new ArrayList<>();
        int waiting = peer.resends().waiting();
        for (PathControl control : peer.controls()) {
            lines.add(of(control.path(), links));
            waiting += control.path().backlog().packets();
        }
        return new Peer(
                peer.settings(),
                peer.isEstablished(),
                peer.guard().isEnabled(),
                peer.tunPackets(),
                peer.tunBytes(),
                peer.queues().queuedPackets(),
                peer.queues().queuedBytes(),
                waiting,
                peer.copiedPackets(),
                peer.transmitter().sealedPackets(),
                lines,
                drops,
                events);
    }

    private static Line of(SendPath path, List<Link> links) {
        Link link = path.isBound() ? links.get(path.localLink()) : null;
        QuotaMeter quota = path.terms().quota();
        return new Line(
                path.id(),
                path.name(),
                path.state(),
                link == null ? "" : text(link.localAddress()),
                link == null ? "" : text(link.address(path.remote())),
                link == null ? 0 : link.overheadBytes(path.remote()),
                path.rate().pacer().isPaced() ? path.rateBitsPerSecond() : 0,
                path.rate().foundBitsPerSecond(),
                path.rtt().smoothedNanos(),
                path.delayNanos(),
                path.lossRatio(),
                path.counters().sentPackets(),
                path.counters().sentBytes(),
                path.counters().resentPackets(),
                path.backlogBytes(),
                path.sizes().mtuBytes(),
                path.costTier(),
                path.terms().isMetered(),
                path.terms().isBackup(),
                quota == null ? 0 : quota.quotaBytes(),
                quota == null ? 0 : quota.usedBytes(),
                path.account().bytes(),
                path.counters().faults());
    }

    private static String text(@Nullable Object address) {
        if (address == null) {
            return "";
        }
        String text = address.toString();
        return text.startsWith("/") ? text.substring(1) : text;
    }
}
