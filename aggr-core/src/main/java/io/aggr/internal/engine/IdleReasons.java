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

    /** Reports come every 20 to 50 ms, and some are lost. */
    private static final long HELD_NANOS = 100 * MILLI;

    /** A packet that was sent again may be missed for so long, and everything that belongs behind it is held meanwhile. */
    private static final long MISSED_NANOS = 400 * MILLI;

    private final PathSet paths;
    private long passedNanos;
    private boolean dropSeen;
    private long lastDropNanos;
    private boolean holdSeen;
    private long lastHoldNanos;
    private boolean resendSeen;
    private long lastResendNanos;

    IdleReasons(PathSet paths) {
        this.paths = paths;
    }

    /** Our queue has dropped or marked a packet. */
    void onQueueDrop(long nowNanos) {
        dropSeen = true;
        lastDropNanos = nowNanos;
    }

    /** A packet that was lost, or stranded on a dead line, will be sent again. It was found out since time passed last. */
    void onResend() {
        resendSeen = true;
        lastResendNanos = passedNanos;
    }

    /** The peer says that it holds packets back for one that is missing. */
    void onPeerHolds(long nowNanos) {
        holdSeen = true;
        lastHoldNanos = nowNanos;
    }

    /** Time has passed; nothing has been sent yet at this time. */
    void pass(long nowNanos) {
        passedNanos = nowNanos;
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
        // Lines of unequal delay make a peer hold packets for moments all the time. Only what was lost keeps it waiting
        // so long that senders, who hear of nothing, have nothing left that they may send.
        if (holdSeen
                && nowNanos - lastHoldNanos < HELD_NANOS
                && resendSeen
                && nowNanos - lastResendNanos < MISSED_NANOS) {
            return CapacityUse.REORDER_WAIT;
        }
        long slowed = Math.max(SLOWED_FLOOR_NANOS, SLOWED_ROUND_TRIPS * paths.maxMinRttNanos());
        if (dropSeen && nowNanos - lastDropNanos < slowed) {
            return CapacityUse.QUEUE_DROP;
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
