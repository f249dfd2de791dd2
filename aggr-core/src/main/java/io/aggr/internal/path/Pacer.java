package io.aggr.internal.path;

/**
 * Spaces what leaves on one line so that its queue stands here and not in the modem: a leaky bucket that keeps the time at which the line will
 * be free. A wake-up that comes late is made good, up to {@link #CATCH_UP_NANOS} or what {@link #toleratesLateness} has set, so that timers of
 * limited precision cost no rate. More is not made good, however long a packet takes: it would be a burst into the modem.
 *
 * <p>Confined to the thread that sends.
 */
public final class Pacer {

    /** A rate that means: do not pace. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final long CATCH_UP_NANOS = 2_000_000;

    private long bitsPerSecond = UNLIMITED;
    private long catchUpNanos = CATCH_UP_NANOS;
    private double nanosPerByte;
    private double lineNanosPerByte;
    private long freeAtNanos;
    private long leftAtNanos;

    /**
     * Sets the rate from now on.
     *
     * @param newBitsPerSecond rate in bits of outer IP packets, or {@link #UNLIMITED}
     */
    public void rate(long newBitsPerSecond) {
        rate(newBitsPerSecond, newBitsPerSecond);
    }

    /**
     * Sets the rate from now on, for a line that may be faster than it is used.
     *
     * @param newBitsPerSecond rate in bits of outer IP packets, or {@link #UNLIMITED}
     * @param lineBitsPerSecond what the line carries, not below the rate: by this it is reckoned when packets have left
     */
    public void rate(long newBitsPerSecond, long lineBitsPerSecond) {
        bitsPerSecond = newBitsPerSecond;
        nanosPerByte = newBitsPerSecond == UNLIMITED ? 0 : 8e9 / newBitsPerSecond;
        lineNanosPerByte = lineBitsPerSecond == UNLIMITED ? 0 : 8e9 / lineBitsPerSecond;
    }

    /**
     * Makes good wake-ups that come as late as the system's timers may make them.
     *
     * @param nanos how late; below {@link #CATCH_UP_NANOS} nothing changes
     */
    public void toleratesLateness(long nanos) {
        catchUpNanos = Math.max(CATCH_UP_NANOS, nanos);
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
     * When a packet that is handed to the line now will have left it, its own length and what was handed over just before included.
     *
     * @param nowNanos monotonic time
     * @param bytes its bytes on the line
     * @return monotonic time, {@code nowNanos} if the line is not paced
     */
    public long leavesAtNanos(long nowNanos, int bytes) {
        return isPaced()
                ? Math.max(0, leftAtNanos - nowNanos) + nowNanos + (long) (bytes * lineNanosPerByte)
                : nowNanos;
    }

    /**
     * A packet leaves now.
     *
     * @param nowNanos monotonic time
     * @param bytes its bytes on the line
     */
    public void onSent(long nowNanos, int bytes) {
        leftAtNanos = leavesAtNanos(nowNanos, bytes);
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
        leftAtNanos = nowNanos;
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
