package io.aggr.internal.path;

/**
 * Spaces what leaves on one line so that its queue stands here and not in the modem: a leaky bucket that keeps the time at which the line will
 * be free. A wake-up that comes late is made good, up to {@link #CATCH_UP_NANOS} or two packets, so that timers of limited precision cost no
 * rate.
 *
 * <p>Confined to the thread that sends.
 */
public final class Pacer {

    /** A rate that means: do not pace. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final long CATCH_UP_NANOS = 2_000_000;
    private static final int FULL_PACKET_BYTES = 1_500;

    private long bitsPerSecond = UNLIMITED;
    private double nanosPerByte;
    private long freeAtNanos;
    private long catchUpNanos = CATCH_UP_NANOS;

    /**
     * Sets the rate from now on.
     *
     * @param newBitsPerSecond rate in bits of outer IP packets, or {@link #UNLIMITED}
     */
    public void rate(long newBitsPerSecond) {
        bitsPerSecond = newBitsPerSecond;
        nanosPerByte = newBitsPerSecond == UNLIMITED ? 0 : 8e9 / newBitsPerSecond;
        catchUpNanos = Math.max(CATCH_UP_NANOS, 2 * serializationNanos(FULL_PACKET_BYTES));
    }

    /**
     * The rate.
     *
     * @return bit/s or {@link #UNLIMITED}
     */
    public long bitsPerSecond() {
        return bitsPerSecond;
    }

    /**
     * Whether the line is paced at all.
     *
     * @return false if the rate is unlimited
     */
    public boolean isPaced() {
        return bitsPerSecond != UNLIMITED;
    }

    /**
     * How long some bytes occupy the line.
     *
     * @param bytes bytes on the line
     * @return nanoseconds, 0 if the line is not paced
     */
    public long serializationNanos(int bytes) {
        return (long) (bytes * nanosPerByte);
    }

    /**
     * How long until the next packet may leave.
     *
     * @param nowNanos monotonic time
     * @return nanoseconds, 0 or less if it may leave now
     */
    public long nanosUntilFree(long nowNanos) {
        return isPaced() ? freeAtNanos - nowNanos : 0;
    }

    /**
     * A packet leaves now.
     *
     * @param nowNanos monotonic time
     * @param bytes its bytes on the line
     */
    public void onSent(long nowNanos, int bytes) {
        long earliest = nowNanos - catchUpNanos;
        if (freeAtNanos - earliest < 0) {
            freeAtNanos = earliest;
        }
        freeAtNanos += serializationNanos(bytes);
    }

    /**
     * The line begins anew: nothing to make good, nothing to wait for.
     *
     * @param nowNanos monotonic time
     */
    public void restart(long nowNanos) {
        freeAtNanos = nowNanos;
    }

    /**
     * Nothing leaves for a while, for instance because the system is short of buffers.
     *
     * @param untilNanos monotonic time
     */
    public void pauseUntil(long untilNanos) {
        if (untilNanos - freeAtNanos > 0) {
            freeAtNanos = untilNanos;
        }
    }
}
