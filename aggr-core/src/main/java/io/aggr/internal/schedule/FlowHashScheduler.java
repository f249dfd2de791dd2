package io.aggr.internal.schedule;

import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import java.util.Arrays;

/**
 * Keeps each flow on one line for life, unless the line fails: no packet is ever overtaken by another of its flow, and no flow gets more than
 * one line. New flows are spread in proportion to the weights by rendezvous hashing (Thaler and Ravishankar, 1998).
 *
 * <p>The weights follow the measured rates, so the hash alone would move flows about. Therefore the line of a flow is remembered in a table of
 * fixed size; when more flows are active than it holds, the one that was idle longest falls back on the hash.
 *
 * <p>Whoever answers a flow that came in does so over the line that brought it, as with pf's {@code reply-to}: both directions of a connection share
 * a line, the one that the end has chosen which spoke first, whatever the weights of the other. So it needs no agreement.
 *
 * <p>A flow uses a dearer line only while no cheaper one is up.
 */
final class FlowHashScheduler implements Scheduler {

    private static final int SETS = 1024;
    private static final int WAYS = 8;
    private static final byte EMPTY = -1;

    private final int[] flows = new int[SETS * WAYS];
    private final byte[] lines = new byte[SETS * WAYS];
    private final long[] usedNanos = new long[SETS * WAYS];

    FlowHashScheduler() {
        Arrays.fill(lines, EMPTY);
    }

    @Override
    public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
        int tier = Lines.nextTier(links, packet, Lines.NONE);
        if (tier == Lines.NONE) {
            return;
        }
        int flow = packet.flowHash();
        int slot = slotOf(flow, nowNanos);
        int line = lines[slot];
        if (line == EMPTY || flows[slot] != flow || !mayUse(line, tier, packet, links)) {
            int answered = packet.answeredLink();
            line = answered >= 0 && mayUse(answered, tier, packet, links)
                    ? answered
                    : rendezvous(flow, tier, packet, links);
            flows[slot] = flow;
            lines[slot] = (byte) line;
        }
        usedNanos[slot] = nowNanos;
        if (links.get(line).accepts(packet)) {
            picks.add(line);
        }
    }

    @Override
    public boolean followsAnswers() {
        return true;
    }

    private static boolean mayUse(int line, int tier, OutgoingPacket packet, LinkSet links) {
        return line < links.size() && links.get(line).costTier() <= tier && Lines.isUsable(links.get(line), packet);
    }

    /** The slot of the flow, or the one that it may take over. */
    private int slotOf(int flow, long nowNanos) {
        int first = (mix(flow) & (SETS - 1)) * WAYS;
        int oldest = first;
        for (int slot = first; slot < first + WAYS; slot++) {
            if (lines[slot] == EMPTY || flows[slot] == flow) {
                return slot;
            }
            if (nowNanos - usedNanos[slot] > nowNanos - usedNanos[oldest]) {
                oldest = slot;
            }
        }
        return oldest;
    }

    /**
     * The usable line with the smallest -ln(u) / weight, u being a hash of flow and line between 0 and 1. The smallest of several exponential
     * variables belongs to each with a probability in proportion to its rate.
     */
    private static int rendezvous(int flow, int tier, OutgoingPacket packet, LinkSet links) {
        int best = Lines.NONE;
        double bestScore = 0;
        for (int i = 0; i < links.size(); i++) {
            LinkView link = links.get(i);
            if (link.costTier() > tier || !Lines.isUsable(link, packet)) {
                continue;
            }
            double u = ((mix64(((long) i << 32) | (flow & 0xFFFF_FFFFL)) >>> 11) + 0.5) * 0x1p-53;
            double score = -Math.log(u) / link.weight();
            if (best == Lines.NONE || score < bestScore) {
                best = i;
                bestScore = score;
            }
        }
        return best;
    }

    private static int mix(int flow) {
        return (int) (mix64(flow) >>> 32);
    }

    /** Spreads the bits of a number over all 64: two rounds of multiply and shift with odd constants. */
    private static long mix64(long number) {
        long z = (number + 0x9E37_79B9_7F4A_7C15L) * 0xD6E8_FEB8_6659_FD93L;
        z = (z ^ (z >>> 32)) * 0xD6E8_FEB8_6659_FD93L;
        return z ^ (z >>> 32);
    }

    /** Makes the scheduler for {@code flow-hash}. */
    public static final class Provider implements SchedulerProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "flow-hash";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return new FlowHashScheduler();
        }
    }
}
