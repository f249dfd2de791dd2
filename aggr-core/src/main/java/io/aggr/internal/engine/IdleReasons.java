package io.aggr.internal.engine;

import io.aggr.CapacityUse;
import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.SendPath;

/**
 * Finds out why the lines of one peer are not used, and tells their accounts.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class IdleReasons {

    private static final long MILLI = 1_000_000;

    /** A TCP sender that was told to slow down needs several round trips to fill the lines again. */
    private static final long SLOWED_FLOOR_NANOS = 1_000 * MILLI;

    private static final int SLOWED_ROUND_TRIPS = 4;
    private static final long HELD_NANOS = 150 * MILLI;

    private final PathSet paths;
    private boolean dropSeen;
    private long lastDropNanos;
    private boolean holdSeen;
    private long lastHoldNanos;

    IdleReasons(PathSet paths) {
        this.paths = paths;
    }

    /** Our queue has dropped or marked a packet. */
    void onQueueDrop(long nowNanos) {
        dropSeen = true;
        lastDropNanos = nowNanos;
    }

    /** The peer says that it holds packets back. */
    void onPeerHolds(long nowNanos) {
        holdSeen = true;
        lastHoldNanos = nowNanos;
    }

    /** Time has passed; nothing has been sent yet at this time. */
    void pass(long nowNanos) {
        for (int i = 0; i < paths.size(); i++) {
            SendPath path = paths.get(i);
            path.account().pass(nowNanos, path.rate().pacer());
        }
    }

    /**
     * All that could be sent now has been sent.
     *
     * @param waiting whether packets wait that no line was given
     * @param nowNanos monotonic time
     */
    void note(boolean waiting, long nowNanos) {
        CapacityUse common = waiting ? CapacityUse.SCHEDULER : whyEmpty(nowNanos);
        int cheapest = cheapestTier();
        for (int i = 0; i < paths.size(); i++) {
            SendPath path = paths.get(i);
            path.account().note(reason(path, common, cheapest));
        }
    }

    private static CapacityUse reason(SendPath path, CapacityUse common, int cheapest) {
        return switch (path.state()) {
            case SUSPECT, COOLING -> CapacityUse.SUSPECT;
            case DOWN, PROBING -> CapacityUse.DOWN;
            case UP -> {
                if (!path.backlog().isEmpty()) {
                    yield CapacityUse.LATE;
                }
                yield path.costTier() > cheapest || path.isStandingBy() ? CapacityUse.STANDBY : common;
            }
        };
    }

    private CapacityUse whyEmpty(long nowNanos) {
        long slowed = Math.max(SLOWED_FLOOR_NANOS, SLOWED_ROUND_TRIPS * paths.maxMinRttNanos());
        if (dropSeen && nowNanos - lastDropNanos < slowed) {
            return CapacityUse.QUEUE_DROP;
        }
        if (holdSeen && nowNanos - lastHoldNanos < HELD_NANOS) {
            return CapacityUse.REORDER_WAIT;
        }
        return CapacityUse.NOTHING_TO_SEND;
    }

    private int cheapestTier() {
        int cheapest = Integer.MAX_VALUE;
        for (int i = 0; i < paths.size(); i++) {
            if (paths.get(i).state().carriesTraffic()) {
                cheapest = Math.min(cheapest, paths.get(i).costTier());
            }
        }
        return cheapest;
    }
}
