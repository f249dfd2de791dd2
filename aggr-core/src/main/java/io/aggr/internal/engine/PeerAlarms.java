package io.aggr.internal.engine;

import java.util.Arrays;

/**
 * When each peer of a hub has to be looked at next. A peer that nothing has happened to and that has nothing due is left alone, so that a thousand idle
 * peers cost the busy one next to nothing. Whenever there is something to do at all, peers that were left alone for a tenth of a second are looked at
 * too. With one peer there is nothing to be saved, and it is always looked at.
 *
 * <p>Confined to one thread.
 */
final class PeerAlarms {

    private static final long LONGEST_NANOS = 100_000_000;

    private final long[] lookNanos;
    private final long[] dueNanos;
    private final boolean[] awake;
    private final boolean alone;

    /** All are awake. */
    PeerAlarms(int peers) {
        lookNanos = new long[peers];
        dueNanos = new long[peers];
        awake = new boolean[peers];
        alone = peers == 1;
        wakeAll();
    }

    /** Something has happened to a peer. */
    void wake(int peer) {
        awake[peer] = true;
    }

    /** Something has happened to all of them. */
    void wakeAll() {
        Arrays.fill(awake, true);
    }

    /** Whether a peer has to be looked at now. If so, {@link #sleep} has to follow. */
    boolean isDue(int peer, long nowNanos) {
        boolean due = alone || awake[peer] || nowNanos - lookNanos[peer] >= 0;
        awake[peer] = false;
        return due;
    }

    /** A peer was looked at, and has nothing to do for so long, {@link Long#MAX_VALUE} if only events matter. */
    void sleep(int peer, long distanceNanos, long nowNanos) {
        dueNanos[peer] = nowNanos + distanceNanos;
        lookNanos[peer] = nowNanos + Math.min(distanceNanos, LONGEST_NANOS);
    }

    /** How long until a peer has something to do, {@link Long#MAX_VALUE} or thereabouts if only events matter. */
    long distance(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (int peer = 0; peer < awake.length; peer++) {
            least = Math.min(least, awake[peer] && !alone ? 0 : dueNanos[peer] - nowNanos);
        }
        return least;
    }
}
