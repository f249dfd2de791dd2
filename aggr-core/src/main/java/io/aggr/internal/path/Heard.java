package io.aggr.internal.path;

import java.util.concurrent.atomic.AtomicLong;

/**
 * When something last came in over a line: written by the thread that receives, read by the one that sends. Three ordered writes per datagram,
 * no lock.
 */
public final class Heard {

    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong atNanos = new AtomicLong(NEVER);
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong datagrams = new AtomicLong();

    /**
     * Something has come in.
     *
     * @param nowNanos monotonic time
     */
    public void touch(long nowNanos) {
        atNanos.lazySet(nowNanos);
    }

    /**
     * Counts what has come in.
     *
     * @param datagramBytes length of a datagram
     */
    public void count(int datagramBytes) {
        bytes.lazySet(bytes.get() + datagramBytes);
        datagrams.lazySet(datagrams.get() + 1);
    }

    /**
     * What has come in, without outer headers.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes.get();
    }

    /**
     * How many datagrams have come in.
     *
     * @return datagrams
     */
    public long datagrams() {
        return datagrams.get();
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
