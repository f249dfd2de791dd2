package io.aggr.internal.schedule;

import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;

/** Questions that several schedulers ask about lines. */
final class Lines {

    /** Stands for "no line" and "no tier". */
    static final int NONE = -1;

    private static final double NANOS_PER_BYTE_AT_ONE_BIT = 8e9;

    private Lines() {}

    /** Whether the line could carry the packet once its backlog is short enough. */
    static boolean isUsable(LinkView link, OutgoingPacket packet) {
        return link.state().carriesTraffic() && !link.isStandingBy() && packet.lengthBytes() <= link.maxPacketBytes();
    }

    /** The cheapest tier above another one that has a usable line, or {@link #NONE}. */
    static int nextTier(LinkSet links, OutgoingPacket packet, int above) {
        int next = NONE;
        for (int i = 0; i < links.size(); i++) {
            LinkView link = links.get(i);
            int tier = link.costTier();
            if (tier > above && (next == NONE || tier < next) && isUsable(link, packet)) {
                next = tier;
            }
        }
        return next;
    }

    /** How long a number of bytes occupies a line, in nanoseconds. */
    static long serializationNanos(int bytes, long rateBitsPerSecond) {
        return rateBitsPerSecond == LinkView.UNLIMITED
                ? 0
                : (long) (bytes * NANOS_PER_BYTE_AT_ONE_BIT / rateBitsPerSecond);
    }

    /**
     * How long until the packet has arrived if it is put at the head of the line, as the core does with urgent packets: the wait for the
     * pacer without the backlog, the serialization and the delay.
     */
    static long nanosUntilUrgentArrival(LinkView link, OutgoingPacket packet, long nowNanos) {
        long backlogNanos = serializationNanos(link.backlogBytes(), link.rateBitsPerSecond());
        long pacerNanos = Math.max(0, link.nanosUntilFree(nowNanos) - backlogNanos);
        return pacerNanos + link.serializationNanos(packet) + link.delayNanos();
    }

    /** The line of the cheapest tier that accepts, over which an urgent packet arrives first, or {@link #NONE}. */
    static int firstForUrgent(LinkSet links, OutgoingPacket packet, long nowNanos) {
        int best = NONE;
        int bestTier = 0;
        long bestNanos = 0;
        for (int i = 0; i < links.size(); i++) {
            LinkView link = links.get(i);
            int tier = link.costTier();
            if ((best != NONE && tier > bestTier) || !link.accepts(packet)) {
                continue;
            }
            long nanos = nanosUntilUrgentArrival(link, packet, nowNanos);
            if (best == NONE || tier < bestTier || nanos < bestNanos) {
                best = i;
                bestTier = tier;
                bestNanos = nanos;
            }
        }
        return best;
    }
}
