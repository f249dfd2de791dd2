package io.aggr.internal.schedule;

import io.aggr.link.LinkState;
import io.aggr.packet.TrafficClass;
import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;

/**
 * Sends over the fastest line that can send at once, and spills over to the next while it cannot. No line gets a backlog, so a packet that
 * comes later finds the fast line nearly free; the price is more work for the reorder buffer than with {@code earliest-arrival}.
 *
 * <p>Dearer lines join when the cheaper ones have been saturated for {@code overflow-after}.
 */
final class LowestRttSpillScheduler implements Scheduler {

    private final Overflow overflow;

    LowestRttSpillScheduler(ProviderConfig config) {
        overflow = Overflow.from(config);
    }

    @Override
    public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
        if (packet.trafficClass() == TrafficClass.URGENT || packet.isRepair()) {
            int first = Lines.firstForUrgent(links, packet, nowNanos);
            if (first != Lines.NONE) {
                picks.add(first);
            }
            return;
        }
        int tier = Lines.nextTier(links, packet, Lines.NONE);
        for (int level = 0; tier != Lines.NONE; level++) {
            int best = fastestFree(packet, links, tier, nowNanos);
            if (best != Lines.NONE) {
                picks.add(best);
                return;
            }
            int next = Lines.nextTier(links, packet, tier);
            long overflowNanos = next == Lines.NONE ? Long.MAX_VALUE : overflow.nanosUntilNextLevel(level, nowNanos);
            if (overflowNanos > 0) {
                long waitNanos = Math.min(overflowNanos, nanosUntilFree(packet, links, tier, nowNanos));
                if (waitNanos != Long.MAX_VALUE) {
                    picks.waitAtMost(waitNanos);
                }
                return;
            }
            tier = next;
        }
    }

    @Override
    public void onLinkState(LinkView link, LinkState previous, long nowNanos) {
        overflow.clear();
    }

    private static int fastestFree(OutgoingPacket packet, LinkSet links, int tier, long nowNanos) {
        int best = Lines.NONE;
        for (int i = 0; i < links.size(); i++) {
            LinkView link = links.get(i);
            if (link.costTier() > tier
                    || link.backlogBytes() > 0
                    || link.nanosUntilFree(nowNanos) > 0
                    || !link.accepts(packet)) {
                continue;
            }
            if (best == Lines.NONE || isFaster(link, links.get(best))) {
                best = i;
            }
        }
        return best;
    }

    /** Only delays can be compared between lines; round-trip times, half of which is the other direction, break a tie. */
    private static boolean isFaster(LinkView link, LinkView other) {
        int byDelay = Long.compare(link.delayNanos(), other.delayNanos());
        return byDelay < 0 || (byDelay == 0 && link.rttNanos() < other.rttNanos());
    }

    private static long nanosUntilFree(OutgoingPacket packet, LinkSet links, int tier, long nowNanos) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < links.size(); i++) {
            LinkView link = links.get(i);
            if (link.costTier() <= tier && Lines.isUsable(link, packet)) {
                long nanos = link.nanosUntilFree(nowNanos);
                if (nanos > 0) {
                    least = Math.min(least, nanos);
                }
            }
        }
        return least;
    }

    /** Makes the scheduler for {@code lowest-rtt-spill}. */
    public static final class Provider implements SchedulerProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "lowest-rtt-spill";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return new LowestRttSpillScheduler(config);
        }
    }
}
