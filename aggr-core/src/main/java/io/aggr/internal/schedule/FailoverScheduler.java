package io.aggr.internal.schedule;

import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;

/**
 * Uses one line at a time: the first usable one in the order of cost tiers and, within a tier, of the configuration. The others stand by.
 * While that line is full, packets wait.
 */
final class FailoverScheduler implements Scheduler {

    @Override
    public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
        int first = Lines.NONE;
        int firstTier = 0;
        for (int i = 0; i < links.size(); i++) {
            LinkView link = links.get(i);
            if (Lines.isUsable(link, packet) && (first == Lines.NONE || link.costTier() < firstTier)) {
                first = i;
                firstTier = link.costTier();
            }
        }
        if (first != Lines.NONE && links.get(first).accepts(packet)) {
            picks.add(first);
        }
    }

    /** Makes the scheduler for {@code failover}. */
    public static final class Provider implements SchedulerProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "failover";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return new FailoverScheduler();
        }
    }
}
