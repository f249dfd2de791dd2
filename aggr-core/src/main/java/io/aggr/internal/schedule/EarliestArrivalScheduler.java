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
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Sends each packet over the line where it arrives first, also when that line is busy and another is idle. So packets arrive nearly in the
 * order in which they left, and a slow line is used exactly when the fast one's backlog makes it the earlier way.
 *
 * <p>No packet is committed further ahead than a horizon: the time that the slowest line in use takes for a full packet when it is idle, and a
 * little slack. What would arrive later than that waits in the flow queues, where it can still be marked, dropped or sent elsewhere. The
 * serialization of a full packet belongs to the horizon: a line whose rate is underestimated would otherwise never be chosen and never learn.
 *
 * <p>Urgent packets and repairs go to the head of a line, so its backlog does not count for them. A line takes few urgent ones at a time; a ping
 * waits up to 3 ms for a faster line that is busy with others, an acknowledgement takes the next best at once. While a line is suspect, or the chosen one
 * loses more than 3 %, an urgent packet goes over a second line as well, if one is idle.
 *
 * <p>Dearer lines join when the cheaper ones have been saturated for {@code overflow-after}. A line that has less than 3 % of all rates and
 * twice the round-trip time of the best is treated as dearer; one that is behind the fastest by more than {@code max-spread} is used only
 * when nothing else is left.
 *
 * <p>The idea of sending later data over the slower path is that of DAPS (Kuhn et al., ICC 2014) and STMS (Shi et al., USENIX ATC 2018).
 */
public final class EarliestArrivalScheduler implements Scheduler {

    /** What the horizon reckons with: a full packet of an Ethernet line. */
    private static final int FULL_PACKET_BYTES = 1500;

    private static final double DUPLICATE_ABOVE_LOSS = 0.03;
    private static final double LEAST_SHARE = 0.03;

    /** Added to the cost tier, which ends at 255, of a line too thin and late to be worth its reordering. */
    private static final int DEARER = 256;

    /** Added to the cost tier of a line too late to be used beside others. */
    private static final int LAST_RESORT = 512;

    private static final int MAX_LINES = 16;

    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final byte TCP = 6;

    /** How long a line refuses urgent packets because others wait for it, as a rule. */
    private static final long REFUSAL_NANOS = 3_000_000;

    private static final long ASK_AGAIN_NANOS = 1_000_000;

    private final long slackNanos;
    private final long maxSpreadNanos;
    private final Duplication duplication;
    private final Overflow overflow;

    // What is known of each line during one call. A line that cannot take the packet at all has tier NONE.
    private final int[] tiers = new int[MAX_LINES];
    private final boolean[] accepting = new boolean[MAX_LINES];
    private final long[] arrivalNanos = new long[MAX_LINES];
    private final long[] idleArrivalNanos = new long[MAX_LINES];
    private final long[] excessNanos = new long[MAX_LINES];
    private int last = Lines.NONE;

    private enum Duplication {
        NEVER,
        AUTO,
        ALWAYS
    }

    /** Makes the scheduler with its defaults. */
    public EarliestArrivalScheduler() {
        this(ProviderConfig.none());
    }

    EarliestArrivalScheduler(ProviderConfig config) {
        slackNanos = config.duration("slack", Duration.ofMillis(4)).toNanos();
        maxSpreadNanos = config.duration("max-spread", Duration.ofMillis(250)).toNanos();
        overflow = Overflow.from(config);
        String wanted = config.string("duplicate-urgent", "auto");
        duplication = switch (wanted) {
            case "never" -> Duplication.NEVER;
            case "auto" -> Duplication.AUTO;
            case "always" -> Duplication.ALWAYS;
            default ->
                throw new IllegalArgumentException(
                        "duplicate-urgent must be never, auto or always, got \"" + wanted + "\"");
        };
    }

    @Override
    public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
        int lines = Math.min(links.size(), MAX_LINES);
        if (packet.trafficClass() == TrafficClass.URGENT || packet.isRepair()) {
            selectUrgent(packet, links, nowNanos, picks);
            return;
        }
        survey(packet, links, lines, nowNanos);
        int tier = nextTier(lines, Lines.NONE);
        for (int level = 0; tier != Lines.NONE; level++) {
            int best = earliest(lines, tier);
            long beyondNanos = best == Lines.NONE
                    ? Long.MAX_VALUE
                    : arrivalNanos[best] - excessNanos[best] - horizonNanos(lines, tier);
            if (beyondNanos <= 0) {
                last = best;
                picks.add(best);
                return;
            }
            int next = nextTier(lines, tier);
            long overflowNanos = next == Lines.NONE || next >= LAST_RESORT
                    ? Long.MAX_VALUE
                    : overflow.nanosUntilNextLevel(level, nowNanos);
            if (overflowNanos > 0) {
                long waitNanos = Math.min(beyondNanos, overflowNanos);
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

    private void survey(OutgoingPacket packet, LinkSet links, int lines, long nowNanos) {
        long leastDelayNanos = Long.MAX_VALUE;
        long leastRttNanos = Long.MAX_VALUE;
        double sumOfRates = 0;
        for (int i = 0; i < lines; i++) {
            LinkView link = links.get(i);
            tiers[i] = Lines.isUsable(link, packet) ? link.costTier() : Lines.NONE;
            if (tiers[i] == Lines.NONE) {
                continue;
            }
            long rate = link.rateBitsPerSecond();
            long serializationNanos = link.serializationNanos(packet);
            long fullPacketNanos = Lines.serializationNanos(FULL_PACKET_BYTES, rate);
            accepting[i] = link.accepts(packet);
            arrivalNanos[i] = link.nanosUntilArrival(packet, nowNanos);
            idleArrivalNanos[i] = link.delayNanos() + fullPacketNanos;
            // A run, or a packet longer than usual, is committed by its beginning.
            excessNanos[i] = Math.max(0, serializationNanos - fullPacketNanos);
            leastDelayNanos = Math.min(leastDelayNanos, link.delayNanos());
            if (link.isMeasured()) {
                leastRttNanos = Math.min(leastRttNanos, link.rttNanos());
            }
            if (rate != LinkView.UNLIMITED) {
                sumOfRates += rate;
            }
        }
        for (int i = 0; i < lines; i++) {
            if (tiers[i] == Lines.NONE) {
                continue;
            }
            LinkView link = links.get(i);
            if (link.isMeasured() && link.delayNanos() - leastDelayNanos > maxSpreadNanos) {
                tiers[i] += LAST_RESORT;
            } else if (link.isMeasured()
                    && link.rateBitsPerSecond() < LEAST_SHARE * sumOfRates
                    && link.rttNanos() / 2 > leastRttNanos) {
                tiers[i] += DEARER;
            }
        }
    }

    private int nextTier(int lines, int above) {
        int next = Lines.NONE;
        for (int i = 0; i < lines; i++) {
            if (tiers[i] > above && (next == Lines.NONE || tiers[i] < next)) {
                next = tiers[i];
            }
        }
        return next;
    }

    private int earliest(int lines, int tier) {
        int best = Lines.NONE;
        for (int i = 0; i < lines; i++) {
            if (tiers[i] == Lines.NONE || tiers[i] > tier || !accepting[i]) {
                continue;
            }
            if (best == Lines.NONE
                    || arrivalNanos[i] < arrivalNanos[best]
                    || (arrivalNanos[i] == arrivalNanos[best] && i == last)) {
                best = i;
            }
        }
        return best;
    }

    private long horizonNanos(int lines, int tier) {
        long horizon = 0;
        for (int i = 0; i < lines; i++) {
            if (tiers[i] != Lines.NONE && tiers[i] <= tier) {
                horizon = Math.max(horizon, idleArrivalNanos[i]);
            }
        }
        return horizon + slackNanos;
    }

    private void selectUrgent(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
        int first = Lines.firstForUrgent(links, packet, nowNanos);
        if (first == Lines.NONE) {
            return;
        }
        if (isSoonerBehindOthers(links.get(first), packet, links, nowNanos)) {
            picks.waitAtMost(ASK_AGAIN_NANOS);
            return;
        }
        picks.add(first);
        if (packet.trafficClass() == TrafficClass.URGENT && isDuplicated(links, first)) {
            int second = firstIdleBut(first, packet, links, nowNanos);
            if (second != Lines.NONE) {
                picks.add(second);
            }
        }
    }

    /**
     * A line takes only a few urgent packets at a time, so that none waits long behind others there. A faster line that refuses for that reason
     * will soon take this one, and is worth a short wait. Not for acknowledgements: there are many of them, and a sender takes what they waited
     * for the first sign of a queue.
     */
    private static boolean isSoonerBehindOthers(LinkView first, OutgoingPacket packet, LinkSet links, long nowNanos) {
        if (packet.isRepair() || packet.waitedNanos() >= REFUSAL_NANOS || isTcp(packet)) {
            return false;
        }
        long mostNanos = Lines.nanosUntilUrgentArrival(first, packet, nowNanos) - REFUSAL_NANOS;
        for (int i = 0; i < links.size(); i++) {
            LinkView link = links.get(i);
            if (link.costTier() <= first.costTier()
                    && Lines.isUsable(link, packet)
                    && !link.accepts(packet)
                    && Lines.nanosUntilUrgentArrival(link, packet, nowNanos) < mostNanos) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTcp(OutgoingPacket packet) {
        ByteBuffer buffer = packet.buffer();
        int offset = packet.offset();
        boolean ipv6 = (buffer.get(offset) & 0xF0) == 0x60;
        return packet.lengthBytes() > IPV4_PROTOCOL
                && buffer.get(offset + (ipv6 ? IPV6_NEXT_HEADER : IPV4_PROTOCOL)) == TCP;
    }

    private boolean isDuplicated(LinkSet links, int first) {
        if (duplication != Duplication.AUTO) {
            return duplication == Duplication.ALWAYS;
        }
        if (links.get(first).lossRatio() > DUPLICATE_ABOVE_LOSS) {
            return true;
        }
        for (int i = 0; i < links.size(); i++) {
            if (links.get(i).state() == LinkState.SUSPECT) {
                return true;
            }
        }
        return false;
    }

    /** Only an idle line gets a copy, so that copies of acknowledgements never crowd out what fills a thin line. */
    private static int firstIdleBut(int first, OutgoingPacket packet, LinkSet links, long nowNanos) {
        int best = Lines.NONE;
        long bestNanos = 0;
        for (int i = 0; i < links.size(); i++) {
            LinkView link = links.get(i);
            if (i == first || link.nanosUntilFree(nowNanos) > 0 || !link.accepts(packet)) {
                continue;
            }
            long nanos = Lines.nanosUntilUrgentArrival(link, packet, nowNanos);
            if (best == Lines.NONE || nanos < bestNanos) {
                best = i;
                bestNanos = nanos;
            }
        }
        return best;
    }

    /** Makes the scheduler for {@code earliest-arrival}. */
    public static final class Provider implements SchedulerProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "earliest-arrival";
        }

        @Override
        public int priority() {
            return 10;
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return new EarliestArrivalScheduler(config);
        }
    }
}
