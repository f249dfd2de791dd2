package io.aggr.internal.engine;

import io.aggr.BondStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Both halves of a bond and the mailboxes between them. What drives them is somebody else's business. */
public final class Engine {

    private final Egress egress;
    private final Ingress ingress;

    /**
     * Builds both halves.
     *
     * @param settings what they are built from
     */
    public Engine(EngineSettings settings) {
        Mailbox<EgressMessage> toEgress = Egress.newMailbox();
        Mailbox<IngressMessage> toIngress = Ingress.newMailbox();
        AnsweredLines answered = new AnsweredLines();
        egress = new Egress(settings, toEgress, toIngress, answered);
        ingress = new Ingress(settings, toIngress, toEgress, answered);
    }

    /**
     * The way out.
     *
     * @return always the same
     */
    public Egress egress() {
        return egress;
    }

    /**
     * The way in.
     *
     * @return always the same
     */
    public Ingress ingress() {
        return ingress;
    }

    /**
     * Puts the pictures of both halves together.
     *
     * @param name the bond's name
     * @param tunName name of its TUN device
     * @param uptimeNanos time since the start
     * @param out picture of the way out
     * @param in picture of the way in
     * @param authenticated whether the encapsulation authenticates
     * @param problems what went wrong with plugins
     * @return the bond's statistics
     */
    public static BondStats stats(
            String name,
            String tunName,
            long uptimeNanos,
            EgressSnapshot out,
            IngressSnapshot in,
            boolean authenticated,
            List<String> problems) {
        List<BondStats.PeerStats> peers = new ArrayList<>();
        List<String> all = new ArrayList<>(problems);
        Map<Integer, IngressSnapshot.Peer> receivers = new HashMap<>();
        in.peers().forEach(peer -> receivers.put(peer.index(), peer));
        for (EgressSnapshot.Peer sending : out.peers()) {
            IngressSnapshot.Peer receiving = receivers.get(sending.settings().index());
            if (receiving == null) {
                // Added or removed between the two pictures.
                continue;
            }
            if (!sending.schedulerEnabled()) {
                all.add("scheduler " + sending.settings().schedulerName() + " of peer "
                        + sending.settings().name() + " failed too often and is not asked any more");
            }
            if (receiving.reorderReplaced()) {
                all.add("reorder buffer " + sending.settings().reorderName() + " of peer "
                        + sending.settings().name() + " failed and was replaced");
            }
            peers.add(peer(sending, receiving, authenticated));
        }
        return new BondStats(name, tunName, uptimeNanos, peers, sum(out.drops(), in.drops()), all);
    }

    private static BondStats.PeerStats peer(
            EgressSnapshot.Peer sending, IngressSnapshot.Peer receiving, boolean authenticated) {
        List<BondStats.LinkStats> links = new ArrayList<>();
        for (EgressSnapshot.Line line : sending.lines()) {
            IngressSnapshot.Line in = receiving.lines().getOrDefault(line.id(), new IngressSnapshot.Line(0, 0, 0));
            links.add(new BondStats.LinkStats(
                    line.id(),
                    line.name(),
                    line.state(),
                    line.local(),
                    line.remote(),
                    line.bitsPerSecond(),
                    line.foundBitsPerSecond(),
                    line.rttNanos(),
                    line.delayNanos(),
                    line.lossRatio(),
                    line.sentPackets(),
                    line.sentBytes(),
                    in.packets(),
                    in.bytes() + in.packets() * line.outerBytes(),
                    in.lostPackets(),
                    line.resentPackets(),
                    line.backlogBytes(),
                    line.mtuBytes(),
                    line.tier(),
                    line.metered(),
                    line.backup(),
                    line.quotaBytes(),
                    line.quotaUsedBytes(),
                    line.capacityBytes(),
                    line.faults()));
        }
        return new BondStats.PeerStats(
                sending.settings().name(),
                sending.established(),
                authenticated,
                sending.settings().schedulerName(),
                sending.settings().reorderName(),
                sending.tunPackets(),
                sending.tunBytes(),
                receiving.tunPackets(),
                receiving.tunBytes(),
                sending.queuedPackets(),
                sending.queuedBytes(),
                receiving.heldPackets(),
                receiving.heldNanos() / Math.max(1, receiving.tunPackets()),
                links,
                sum(sending.drops(), receiving.drops()),
                sum(sending.events(), receiving.events()));
    }

    private static Map<String, Long> sum(Map<String, Long> a, Map<String, Long> b) {
        Map<String, Long> result = new TreeMap<>(a);
        b.forEach((name, count) -> result.merge(name, count, Long::sum));
        return result;
    }
}
