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
 * Divides the bytes among the lines in proportion to {@link LinkView#weight}. A line that does not accept is passed over, so no line waits for
 * another; what it missed meanwhile it may make up for to a small extent.
 *
 * <p>Each line has a clock that its packets advance by bytes over weight, and the line with the earliest clock takes the next packet: start-time
 * fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996), with lines in the place of flows.
 *
 * <p>Dearer lines join when the cheaper ones have been saturated for {@code overflow-after}.
 */
final class WeightedScheduler implements Scheduler {

    private static final int MAX_LINES = 16;

    /** What a line that did not accept for a while may make up for. */
    private static final double MAX_ARREARS_BYTES = 32 * 1024;

    /** The clocks are set back here, long before a double loses single bytes. */
    private static final double REBASE_ABOVE = 1e9;

    private final Overflow overflow;
    private final double[] clocks = new double[MAX_LINES];
    private double now;

    WeightedScheduler(ProviderConfig config) {
        overflow = Overflow.from(config);
    }

    @Override
    public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
        int tier = Lines.nextTier(links, packet, Lines.NONE);
        for (int level = 0; tier != Lines.NONE; level++) {
            int best = earliestClock(packet, links, tier);
            if (best != Lines.NONE) {
                charge(best, packet.totalBytes(), links.get(best).weight());
                picks.add(best);
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
        if (link.index() < MAX_LINES) {
            // What a line did not carry while it was down is no debt of the others.
            clocks[link.index()] = Math.max(clocks[link.index()], now);
        }
    }

    private int earliestClock(OutgoingPacket packet, LinkSet links, int tier) {
        int best = Lines.NONE;
        int lines = Math.min(links.size(), MAX_LINES);
        for (int i = 0; i < lines; i++) {
            LinkView link = links.get(i);
            if (link.costTier() <= tier && link.accepts(packet)) {
                clocks[i] = Math.max(clocks[i], now - MAX_ARREARS_BYTES / link.weight());
                if (best == Lines.NONE || clocks[i] < clocks[best]) {
                    best = i;
                }
            }
        }
        return best;
    }

    private void charge(int line, int bytes, int weight) {
        now = Math.max(now, clocks[line]);
        clocks[line] += (double) bytes / weight;
        if (now > REBASE_ABOVE) {
            for (int i = 0; i < MAX_LINES; i++) {
                clocks[i] -= now;
            }
            now = 0;
        }
    }

    /** Makes the scheduler for {@code weighted}. */
    public static final class Provider implements SchedulerProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "weighted";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return new WeightedScheduler(config);
        }
    }
}
