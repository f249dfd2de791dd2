package io.aggr.internal.path;

/**
 * One-way delay of a line as the receiver's clock minus the sender's stamp, on a scale whose unknown offset is the same for all lines between
 * two hosts and so cancels when lines are compared. No clock is ever synchronised, and no absolute delay is ever computed.
 *
 * <p>The receiver reports the smallest value since its last report: only the minimum speaks about the line and not about its queue. From these
 * the sender keeps a base (minimum of the last 7.5 to 15 seconds, which follows clocks that drift), the modem's queue above it, and a
 * deviation.
 *
 * <p>Confined to the thread that sends.
 */
public final class RelativeDelay {

    private static final long BUCKET_NANOS = 7_500_000_000L;
    private static final double MIN_DEVIATION_UNITS = 500_000.0 / Stamps.UNIT_NANOS;

    private boolean measured;
    private long lastUnits;
    private long bucketStartNanos;
    private long currentMin;
    private long previousMin;
    private double queueUnits;
    private long latestQueueUnits;
    private double deviationUnits;

    /** Forgets everything, as when a line was opened again. */
    public void reset() {
        measured = false;
        queueUnits = 0;
        latestQueueUnits = 0;
        deviationUnits = 0;
    }

    /**
     * Takes what the receiver has reported. At most one sample per report: many correlated samples would drive the deviation to zero.
     *
     * @param nowNanos monotonic time
     * @param minStamp smallest relative delay since the last report, modulo 2^16 units
     * @param lastStamp relative delay of the latest packet, modulo 2^16 units
     */
    public void sample(long nowNanos, int minStamp, int lastStamp) {
        if (!measured) {
            measured = true;
            lastUnits = minStamp & 0xFFFF;
            bucketStartNanos = nowNanos;
            currentMin = lastUnits;
            previousMin = lastUnits;
            deviationUnits = Math.abs(Stamps.difference(lastStamp, minStamp)) / 2.0;
            return;
        }
        long units = lastUnits + Stamps.difference(minStamp, (int) lastUnits & 0xFFFF);
        double spread = Math.abs(units + Stamps.difference(lastStamp, minStamp) - smoothedUnits());
        deviationUnits += (Math.min(spread, 65_535) - deviationUnits) / 16;
        lastUnits = units;
        if (nowNanos - bucketStartNanos > BUCKET_NANOS) {
            bucketStartNanos = nowNanos;
            previousMin = currentMin;
            currentMin = units;
        } else {
            currentMin = Math.min(currentMin, units);
        }
        latestQueueUnits = units - base();
        queueUnits += (latestQueueUnits - queueUnits) / 4;
    }

    /** The line has become longer for good, as after a change of route: what is measured now is its delay without a queue. */
    void rebase() {
        currentMin = lastUnits;
        previousMin = lastUnits;
        latestQueueUnits = 0;
        queueUnits = 0;
    }

    /**
     * Packets are stamped with another rate from now on, and so a full one seems to take longer, or shorter, than before.
     *
     * @param nanos by how much longer
     */
    void shift(long nanos) {
        long units = Math.round((double) nanos / Stamps.UNIT_NANOS);
        currentMin += units;
        previousMin += units;
    }

    /**
     * The queue that the last report saw, without smoothing.
     *
     * @return nanoseconds, 0 or more
     */
    long latestQueueNanos() {
        return Math.max(0, latestQueueUnits * Stamps.UNIT_NANOS);
    }

    /**
     * Whether there was a sample.
     *
     * @return false before the first report
     */
    public boolean isMeasured() {
        return measured;
    }

    /**
     * The figure for comparing lines: base and smoothed queue.
     *
     * @return stamp units modulo 2^16
     */
    public int smoothedStamp() {
        return (int) Math.round(smoothedUnits()) & 0xFFFF;
    }

    /**
     * The line's delay without a queue.
     *
     * @return stamp units modulo 2^16
     */
    int baseStamp() {
        return (int) base() & 0xFFFF;
    }

    /**
     * The queue that stands in the line's modem.
     *
     * @return nanoseconds, 0 or more
     */
    public long queueNanos() {
        return Math.max(0, (long) (queueUnits * Stamps.UNIT_NANOS));
    }

    /**
     * How far delays stray from the smoothed one.
     *
     * @return nanoseconds, at least half a millisecond
     */
    public long deviationNanos() {
        return (long) (Math.max(deviationUnits, MIN_DEVIATION_UNITS) * Stamps.UNIT_NANOS);
    }

    private double smoothedUnits() {
        return base() + queueUnits;
    }

    private long base() {
        return Math.min(currentMin, previousMin);
    }
}
