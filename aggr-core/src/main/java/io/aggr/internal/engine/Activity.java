package io.aggr.internal.engine;

import io.aggr.internal.queue.FlowQueues;

/**
 * Whether packets travel to a peer or from it, or have of late.
 *
 * <p>Confined to the thread that sends.
 */
final class Activity {

    private static final long MILLI = 1_000_000;
    private static final long ACTIVE_NANOS = 2_000 * MILLI;
    private static final long REST_NANOS = 10_000 * MILLI;

    private final FlowQueues queues;
    private boolean seen;
    private boolean resting = true;
    private long lastNanos;

    Activity(FlowQueues queues) {
        this.queues = queues;
    }

    /** A packet has come, in either direction. */
    void onTraffic(long nowNanos) {
        seen = true;
        resting = false;
        lastNanos = nowNanos;
    }

    /** A packet that came a while ago is given to a line. */
    void onAssigned(long nowNanos) {
        lastNanos = nowNanos;
    }

    boolean isActive(long nowNanos) {
        return (seen && nowNanos - lastNanos < ACTIVE_NANOS) || queues.queuedPackets() > 0;
    }

    /** Whether nothing has travelled for so long that what only traffic needs can be given back; said once. */
    boolean takeRest(long nowNanos) {
        if (resting || nowNanos - lastNanos <= REST_NANOS) {
            return false;
        }
        resting = true;
        return true;
    }
}
