package io.aggr.internal.schedule;

import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;

/**
 * Sends every packet over every line that accepts it, whatever the line costs; the first copy to arrive counts. With the option {@code copies}
 * over so many lines at most, those where it arrives first.
 */
final class RedundantScheduler implements Scheduler {

    private static final int MAX_LINES = 16;

    private final int copies;

    RedundantScheduler(ProviderConfig config) {
        copies = (int) config.integer("copies", MAX_LINES, 2, MAX_LINES);
    }

    @Override
    public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
        int lines = Math.min(links.size(), MAX_LINES);
        int left = 0;
        for (int i = 0; i < lines; i++) {
            if (links.get(i).accepts(packet)) {
                left |= 1 << i;
            }
        }
        for (int copy = 0; copy < copies && left != 0; copy++) {
            int line = earliest(left, packet, links, nowNanos);
            left &= ~(1 << line);
            picks.add(line);
        }
    }

    private static int earliest(int candidates, OutgoingPacket packet, LinkSet links, long nowNanos) {
        int best = Integer.numberOfTrailingZeros(candidates);
        if (Integer.bitCount(candidates) == 1) {
            return best;
        }
        long bestNanos = links.get(best).nanosUntilArrival(packet, nowNanos);
        for (int rest = candidates & (candidates - 1); rest != 0; rest &= rest - 1) {
            int line = Integer.numberOfTrailingZeros(rest);
            LinkView link = links.get(line);
            long nanos = link.nanosUntilArrival(packet, nowNanos);
            if (nanos < bestNanos) {
                best = line;
                bestNanos = nanos;
            }
        }
        return best;
    }

    /** Makes the scheduler for {@code redundant}. */
    public static final class Provider implements SchedulerProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "redundant";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return new RedundantScheduler(config);
        }
    }
}
