package io.aggr.internal.path;

/**
 * Counts what a line has carried in the present period, and says when that is more than it may. Periods follow each other without a gap.
 *
 * <p>Confined to the thread that sends.
 */
public final class QuotaMeter {

    private final long quotaBytes;
    private final long periodNanos;
    private long periodEndNanos;
    private long usedBefore;
    private long totalAtStart;
    private long usedBytes;

    /**
     * Begins in the middle of a period.
     *
     * @param quotaBytes bytes in each period
     * @param periodNanos length of a period
     * @param usedBytes used in the present one so far
     * @param elapsedNanos how much of the present one is over
     * @param nowNanos monotonic time
     */
    public QuotaMeter(long quotaBytes, long periodNanos, long usedBytes, long elapsedNanos, long nowNanos) {
        this.quotaBytes = quotaBytes;
        this.periodNanos = periodNanos;
        this.usedBytes = usedBytes;
        usedBefore = usedBytes;
        periodEndNanos = nowNanos + periodNanos - elapsedNanos;
    }

    /**
     * Takes the count of the line.
     *
     * @param totalBytes all that it has carried since it is known, both directions; never less than before
     * @param nowNanos monotonic time
     */
    public void count(long totalBytes, long nowNanos) {
        while (nowNanos - periodEndNanos >= 0) {
            periodEndNanos += periodNanos;
            usedBefore = 0;
            totalAtStart = totalBytes;
        }
        usedBytes = usedBefore + totalBytes - totalAtStart;
    }

    /**
     * Whether the line has carried what it may.
     *
     * @return until the next period begins
     */
    public boolean isExhausted() {
        return usedBytes >= quotaBytes;
    }

    /**
     * What the line has carried in the present period.
     *
     * @return bytes, 0 or more
     */
    public long usedBytes() {
        return usedBytes;
    }

    /**
     * What it may carry.
     *
     * @return bytes in each period
     */
    public long quotaBytes() {
        return quotaBytes;
    }

    /**
     * How long until the next period begins.
     *
     * @param nowNanos monotonic time
     * @return nanoseconds
     */
    public long nanosToNextPeriod(long nowNanos) {
        return periodEndNanos - nowNanos;
    }
}
