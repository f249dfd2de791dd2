package io.aggr.internal.noise;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the thread that receives knows of a peer as a whole, and when it has last heard of it. */
final class PeerPresence {

    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong heardNanos = new AtomicLong(NEVER);

    // The thread that receives alone.
    private @Nullable LinkCounters present;

    /** The thread that receives: an authentic packet has come. */
    void heard(long nowNanos) {
        heardNanos.lazySet(nowNanos);
    }

    /** Whether an authentic packet has come within so many nanoseconds. */
    boolean isHeard(long nowNanos, long withinNanos) {
        long heard = heardNanos.get();
        return heard != NEVER && nowNanos - heard < withinNanos;
    }

    /** The thread that receives: the association that the peer is in, null before the first. */
    @Nullable
    LinkCounters present() {
        return present;
    }

    /** The thread that receives: packets of any other association are not opened from now on. */
    void present(LinkCounters counters) {
        present = counters;
    }
}
