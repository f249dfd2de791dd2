package io.aggr;

import io.aggr.link.LinkState;
import java.util.List;
import java.util.Map;

/**
 * What a bond is doing: an immutable picture of one moment.
 *
 * @param name the bond's name
 * @param tunName its TUN device
 * @param uptimeNanos time since it was started
 * @param peers one entry per peer, in the order of the configuration
 * @param drops packets that were dropped and belong to no peer, by reason; reasons that never happened are left out
 * @param problems sentences about plugins that could not be loaded or have failed, for an operator to read
 * @since 0.1
 */
public record BondStats(
        String name,
        String tunName,
        long uptimeNanos,
        List<PeerStats> peers,
        Map<String, Long> drops,
        List<String> problems) {

    /** Copies the lists. */
    public BondStats {
        peers = List.copyOf(peers);
        drops = Map.copyOf(drops);
        problems = List.copyOf(problems);
    }

    /**
     * One peer.
     *
     * @param name its name
     * @param established whether a session exists
     * @param authenticated whether its packets are proved to come from it
     * @param scheduler name of the scheduler in use
     * @param reorder name of the reorder buffer in use
     * @param tunPacketsIn packets that came from the TUN device for this peer
     * @param tunBytesIn their bytes
     * @param tunPacketsOut packets from this peer that went to the TUN device
     * @param tunBytesOut their bytes
     * @param queuedPackets packets that wait in the flow queues
     * @param queuedBytes their bytes
     * @param heldPackets packets that wait in the reorder buffer
     * @param meanHoldNanos how long a packet from this peer has waited there on average, since the start
     * @param links one entry per line
     * @param drops packets of this peer that were dropped, by reason; reasons that never happened are left out
     * @param events what happened otherwise, by name, such as faults of a scheduler; what never happened is left out
     * @since 0.1
     */
    public record PeerStats(
            String name,
            boolean established,
            boolean authenticated,
            String scheduler,
            String reorder,
            long tunPacketsIn,
            long tunBytesIn,
            long tunPacketsOut,
            long tunBytesOut,
            int queuedPackets,
            long queuedBytes,
            int heldPackets,
            long meanHoldNanos,
            List<LinkStats> links,
            Map<String, Long> drops,
            Map<String, Long> events) {

        /** Copies the lists. */
        public PeerStats {
            links = List.copyOf(links);
            drops = Map.copyOf(drops);
            events = Map.copyOf(events);
        }
    }

    /**
     * One line to one peer.
     *
     * @param id its number on the wire
     * @param name its name
     * @param state what the core thinks of it
     * @param local this end's address, or empty
     * @param remote the far end's address, or empty while it is not known
     * @param sendBitsPerSecond rate at which it is paced away from this end; 0 if it is not paced
     * @param foundBitsPerSecond what it was found to carry away from this end since the bond was started; 0 if nothing was found yet, or its rate is not
     *     searched for. {@link StartRate} hands it on to the next bond
     * @param rttNanos smoothed round-trip time, or -1 before it is measured
     * @param delayNanos how much later than on the fastest line a packet arrives at the peer
     * @param lossRatio share of datagrams lost on the way to the peer
     * @param sentPackets datagrams sent
     * @param sentBytes their bytes on the line, outer headers included
     * @param receivedPackets datagrams received
     * @param receivedBytes their bytes on the line
     * @param lostPackets datagrams towards this end that are missing for good
     * @param resentPackets packets that were sent again over this line
     * @param backlogBytes bytes that wait in front of it
     * @param mtuBytes longest outer packet that is sent over it
     * @param tier its cost tier
     * @param metered whether each byte costs
     * @param backup whether it is used only while no other line can be, as configured or because its quota is used up
     * @param quotaBytes bytes that it may carry in a period, both directions together; 0 if there is no bound, or the peer keeps it
     * @param quotaUsedBytes bytes that it has carried in the present period
     * @param capacityBytes what became of what the line could have carried away from this end; what is 0 is left out
     * @param faults what the local system said against sending, by name
     * @since 0.1
     */
    public record LinkStats(
            int id,
            String name,
            LinkState state,
            String local,
            String remote,
            long sendBitsPerSecond,
            long foundBitsPerSecond,
            long rttNanos,
            long delayNanos,
            double lossRatio,
            long sentPackets,
            long sentBytes,
            long receivedPackets,
            long receivedBytes,
            long lostPackets,
            long resentPackets,
            int backlogBytes,
            int mtuBytes,
            int tier,
            boolean metered,
            boolean backup,
            long quotaBytes,
            long quotaUsedBytes,
            Map<CapacityUse, Long> capacityBytes,
            Map<String, Long> faults) {

        /** Copies the maps. */
        public LinkStats {
            capacityBytes = Map.copyOf(capacityBytes);
            faults = Map.copyOf(faults);
        }
    }
}
