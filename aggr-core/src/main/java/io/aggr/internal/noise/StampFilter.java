package io.aggr.internal.noise;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells an INIT that was sent again from a new one, by the stamps of one peer. They rise, unless the peer has neither a clock nor a memory; then it
 * has to prove its address, and be patient.
 */
final class StampFilter {

    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final int MAX_ORIGINS = 64;

    private final Map<Origin, Long> admitted = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Origin, Long> eldest) {
            return size() > MAX_ORIGINS;
        }
    };

    private long confirmed = Long.MIN_VALUE;
    private long seen = Long.MIN_VALUE;

    /** What a stamp is. */
    enum Verdict {
        /** Higher than all before. */
        RISING,
        /** Higher than that of the present session, but not the highest seen: somebody has sent an INIT that led to nothing. */
        DOUBTFUL,
        /** Not higher than that of the present session. */
        STALE
    }

    /** Looks a stamp up. Changes nothing. */
    Verdict check(long stamp) {
        return stamp > seen ? Verdict.RISING : stamp > confirmed ? Verdict.DOUBTFUL : Verdict.STALE;
    }

    /** Whether a peer with a stamp that does not rise may try from here: once in five seconds. */
    boolean admits(Origin origin, long nowNanos) {
        Long last = admitted.get(origin);
        if (last != null && nowNanos - last < PATIENCE_NANOS) {
            return false;
        }
        admitted.put(origin, nowNanos);
        return true;
    }

    /** An INIT with this stamp was answered. */
    void onAnswered(long stamp) {
        seen = Math.max(seen, stamp);
    }

    /** The peer has proved that the INIT with this stamp was its own, and is the newest. Stamps count from here, be it lower. */
    void onConfirmed(long stamp) {
        confirmed = stamp;
        seen = stamp;
    }
}
