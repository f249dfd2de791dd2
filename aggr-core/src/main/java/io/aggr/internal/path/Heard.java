package io.aggr.internal.path;

import java.util.concurrent.atomic.AtomicLong;

/**
 * When something last came in over a line: written by the thread that receives, read by the one that sends. One ordered write per datagram, no
 * lock.
 */
public final class Heard {

    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong atNanos = new AtomicLong(NEVER);

    /**
     * Something has come in.
     *
     * @param nowNanos monotonic time
     */
    public void touch(long nowNanos) {
        atNanos.lazySet(nowNanos);
    }

    /**
     * Whether anything ever came in.
     *
     * @return false before the first datagram
     */
    public boolean isHeard() {
        return atNanos.get() != NEVER;
    }

    /**
     * How long nothing has come in.
     *
     * @param nowNanos monotonic time
     * @return nanoseconds, {@link Long#MAX_VALUE} if nothing ever did
     */
    public long silenceNanos(long nowNanos) {
        long at = atNanos.get();
        return at == NEVER ? Long.MAX_VALUE : Math.max(0, nowNanos - at);
    }
}
