package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.internal.path.Pacer;
import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.queue.FlowQueueSettings;
import io.aggr.internal.queue.FlowQueues;

/**
 * How long the queues of one peer may be and when CoDel acts, as follows from the rates and round-trip times of its lines, and from lines that are
 * gone. Connections that fill the queues during an outage are kept from growing.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class QueueBounds {

    private static final long MILLI = 1_000_000;
    private static final long CODEL_FLOOR_NANOS = 5 * MILLI;
    private static final long CODEL_INTERVAL_FLOOR_NANOS = 150 * MILLI;
    private static final long LIMIT_NANOS = 250 * MILLI;
    private static final long FLOOR_BYTES = 131_072;

    private final PathSet paths;
    private final FlowQueues queues;
    private final OutageGrace grace = new OutageGrace();
    private final WindowFreeze windows;
    private final long ceilingBytes;
    private final int maxPackets;
    private long limitBytes;
    private boolean paced = true;

    QueueBounds(EgressContext context, int peer, PathSet paths, FlowQueues queues, Tally<Event> events) {
        this.paths = paths;
        this.queues = queues;
        windows = new WindowFreeze(context, peer, events);
        ceilingBytes = context.arena().capacityBytes() / 3;
        maxPackets = maxPackets(context);
    }

    /**
     * Whether the queue in front of the TUN shall fill. Where lines are paced, that one must not: it lets no ping pass and asks no flow to slow down.
     * What is too much is dropped here then, from the longest flow. Without pacing it is this machine that cannot do more, and dropping costs work.
     *
     * @param sendersWait whether who sends would wait for room
     */
    boolean pressBack(boolean sendersWait) {
        return (sendersWait || !paced) && queues.isNearLimit();
    }

    /** What queues begin with, before anything is known of the lines. */
    static FlowQueueSettings initial(EgressContext context) {
        return FlowQueueSettings.defaults().withLimits(FLOOR_BYTES, maxPackets(context));
    }

    private static int maxPackets(EgressContext context) {
        return context.slots().capacity() / 2;
    }

    /** CoDel drops a packet. */
    void onCoDelDrop(int slot) {
        windows.onDrop(slot);
    }

    /** A line has failed. */
    void onLineLost(SendPath path, long nowNanos) {
        grace.onLineLost(path.rate().pacer().bitsPerSecond(), paths.sumBitsPerSecond(), nowNanos);
    }

    /** A line carries traffic again. */
    void onLineBack(SendPath path, long nowNanos) {
        grace.onLineBack(paths.sumBitsPerSecond() - path.rate().pacer().bitsPerSecond(), nowNanos);
    }

    /**
     * The rates, the round-trip times or the lines have changed.
     *
     * @param repairNanos how long what follows a lost packet is held. The queue has to keep the lines busy meanwhile.
     */
    void adjust(long repairNanos, long nowNanos) {
        long rate = paths.sumBitsPerSecond();
        queues.departureRate(rate, nowNanos);
        double room = grace.factor(rate, nowNanos);
        paced = rate <= Long.MAX_VALUE / LIMIT_NANOS;
        long bytes = paced ? (long) (rate / 8e9 * LIMIT_NANOS * OutageGrace.limitFactor(room)) : ceilingBytes;
        long wantedBytes = Math.max(FLOOR_BYTES, Math.min(ceilingBytes, bytes));
        // Rates that are found are never quite the same.
        if (Math.abs(wantedBytes - limitBytes) > limitBytes / 8) {
            limitBytes = wantedBytes;
            queues.limits(wantedBytes, maxPackets);
        }
        long rtt = paths.maxMinRttNanos();
        if (rtt <= 0) {
            return;
        }
        long wanted = (rtt + repairNanos) * 3 / 4;
        long bearable = Math.max(CODEL_FLOOR_NANOS, longestTargetNanos(rate));
        if (room > 1) {
            windows.freeze(queues, wanted, (long) (rate / 8e9 * rtt) + queues.queuedBytes(), nowNanos);
        } else {
            windows.thaw();
        }
        long target = Math.min(bearable, OutageGrace.targetNanos(Math.max(CODEL_FLOOR_NANOS, wanted), rtt, room));
        // A flow feels a drop or a mark once it has gone through tunnel and queue and the acknowledgement has come
        // back. One more meanwhile would cost its window twice.
        queues.codel(target, Math.max(CODEL_INTERVAL_FLOOR_NANOS, 3 * target) + rtt);
        if (paths.areRatesKnown()) {
            // Before, what looks like too long a queue may be too low a guess of the rates.
            queues.enableCoDel(true);
        }
    }

    /**
     * CoDel has to act well before the queue is full: a full queue drops by the dozen.
     */
    private long longestTargetNanos(long rate) {
        return rate <= 0 || rate == Pacer.UNLIMITED ? Long.MAX_VALUE : (long) (limitBytes * 8e9 / rate / 2);
    }
}
