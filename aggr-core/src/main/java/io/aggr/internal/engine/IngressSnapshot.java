package io.aggr.internal.engine;

import io.aggr.internal.path.ReceivePath;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the way in knows, at one moment.
 *
 * @param peers one entry per peer
 * @param drops packets that belong to no peer, by name
 * @param flow how many of what came through
 */
public record IngressSnapshot(List<Peer> peers, Map<String, Long> drops, Flow flow) {

    /**
     * What came through, for the balance of in and out.
     *
     * @param datagrams datagrams received
     * @param handshakeDatagrams those of the handshake
     * @param openedDatagrams those of peers whose frames were good
     * @param packetDatagrams those of them that carried an inner packet
     * @param ownPackets packets of our own for the TUN
     * @param heldPackets packets that wait for their turn
     */
    public record Flow(
            long datagrams,
            long handshakeDatagrams,
            long openedDatagrams,
            long packetDatagrams,
            long ownPackets,
            int heldPackets) {}

    /**
     * One peer.
     *
     * @param index its number
     * @param tunPackets packets handed to the TUN
     * @param tunBytes their bytes
     * @param heldPackets packets in the reorder buffer
     * @param heldNanos how long all packets together were held
     * @param reorderReplaced whether a built-in buffer had to take over
     * @param lines its lines by number
     * @param drops counts by name
     * @param events counts by name
     */
    public record Peer(
            int index,
            long tunPackets,
            long tunBytes,
            int heldPackets,
            long heldNanos,
            boolean reorderReplaced,
            Map<Integer, Line> lines,
            Map<String, Long> drops,
            Map<String, Long> events) {}

    /**
     * One line.
     *
     * @param packets datagrams received
     * @param bytes their bytes, without outer headers
     * @param lostPackets datagrams that are missing
     */
    public record Line(long packets, long bytes, long lostPackets) {}

    static IngressSnapshot of(List<PeerIngress> peers, Map<String, Long> drops, Flow flow) {
        return new IngressSnapshot(peers.stream().map(IngressSnapshot::of).toList(), drops, flow);
    }

    private static Peer of(PeerIngress peer) {
        Map<String, Long> drops = new TreeMap<>();
        peer.drops().addTo(drops);
        Map<String, Long> events = new TreeMap<>();
        peer.events().addTo(events);
        addTo(events, "nacked", peer.requests().asked());
        addTo(events, "nack-frames", peer.requests().frames());
        addTo(events, "nack-gave-up", peer.requests().gaveUp());
        Map<Integer, Line> lines = new TreeMap<>();
        for (int line = 0; line < ArrivalLines.NUMBERS; line++) {
            ReceivePath path = peer.lines().path(line);
            if (path != null) {
                lines.put(line, new Line(path.packets(), path.bytes(), path.lostPackets()));
            }
        }
        return new Peer(
                peer.settings().index(),
                peer.delivered().packets(),
                peer.delivered().bytes(),
                peer.reorder().held(),
                peer.delivered().heldNanos(),
                peer.reorder().isReplaced(),
                lines,
                drops,
                events);
    }

    private static void addTo(Map<String, Long> counts, String name, long count) {
        if (count > 0) {
            counts.put(name, count);
        }
    }
}
