package io.aggr.internal.noise;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much work strangers can cause. Each host has a budget of its own, all together have two: one for those who have proved their address with a
 * cookie, one for the rest, so that spoofed addresses cannot starve proved ones. What is remembered is bounded; the host that was quiet longest is
 * forgotten first.
 */
final class HandshakeBudget {

    /** Most hosts remembered. */
    static final int MAX_ORIGINS = 10_000;

    private static final int PER_ORIGIN = 20;
    private static final int BURST = 5;
    private static final int IN_ALL = 200;
    private static final int LOADED = IN_ALL / 2;
    private static final int LOADED_BURST = 32;
    private static final long LOADED_NANOS = 1_000_000_000L;

    private final TokenBucket unproved = new TokenBucket(IN_ALL, IN_ALL);
    private final TokenBucket proved = new TokenBucket(IN_ALL, IN_ALL);
    private final TokenBucket calm = new TokenBucket(LOADED, LOADED_BURST);
    private final Map<Origin, TokenBucket> origins = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Origin, TokenBucket> eldest) {
            return size() > MAX_ORIGINS;
        }
    };

    private boolean loaded;
    private long loadedUntilNanos;

    /** An INIT has come that could be genuine. Returns whether so many do that addresses have to be proved. */
    boolean isLoaded(long nowNanos) {
        if (!calm.take(nowNanos)) {
            loaded = true;
            loadedUntilNanos = nowNanos + LOADED_NANOS;
        } else if (loaded && nowNanos - loadedUntilNanos >= 0) {
            loaded = false;
        }
        return loaded;
    }

    /** Whether there is budget for a handshake. */
    boolean take(Origin origin, boolean isProved, long nowNanos) {
        return origins.computeIfAbsent(origin, o -> new TokenBucket(PER_ORIGIN, BURST))
                        .take(nowNanos)
                && (isProved ? proved : unproved).take(nowNanos);
    }

    /** Hosts remembered. */
    int origins() {
        return origins.size();
    }
}
