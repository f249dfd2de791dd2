package io.aggr.internal.schedule;

import io.aggr.link.LinkState;
import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;

/**
 * Takes the lines in turn, whatever they can carry; a line that does not accept loses its turn. Good for equal lines only.
 *
 * <p>Dearer lines join when the cheaper ones have been saturated for {@code overflow-after}.
 */
final class RoundRobinScheduler implements Scheduler {

    private final Overflow overflow;
    private int last = Lines.NONE;

    RoundRobinScheduler(ProviderConfig config) {
        overflow = Overflow.from(config);
    }

    @Override
    public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
        int tier = Lines.nextTier(links, packet, Lines.NONE);
        for (int level = 0; tier != Lines.NONE; level++) {
            int line = nextInTurn(packet, links, tier);
            if (line != Lines.NONE) {
                last = line;
                picks.add(line);
                return;
            }
            int next = Lines.nextTier(links, packet, tier);
            long overflowNanos = next == Lines.NONE ? Long.MAX_VALUE : overflow.nanosUntilNextLevel(level, nowNanos);
            if (overflowNanos > 0) {
                if (overflowNanos != Long.MAX_VALUE) {
                    picks.waitAtMost(overflowNanos);
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

    private int nextInTurn(OutgoingPacket packet, LinkSet links, int tier) {
        int size = links.size();
        int line = last;
        for (int step = 0; step < size; step++) {
            line = line + 1 < size ? line + 1 : 0;
            LinkView link = links.get(line);
            if (link.costTier() <= tier && link.accepts(packet)) {
                return line;
            }
        }
        return Lines.NONE;
    }

    /** Makes the scheduler for {@code round-robin}. */
    public static final class Provider implements SchedulerProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "round-robin";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return new RoundRobinScheduler(config);
        }
    }
}
