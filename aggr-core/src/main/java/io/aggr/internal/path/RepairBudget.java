package io.aggr.internal.path;

import java.util.Arrays;

/**
 * Bounds what is sent again within a second: to a tenth of what the lines carry in that time, or where their rates are not known of what was sent,
 * or to a small floor where that is more. Where more than that is lost, repairing would only add to what overflows.
 *
 * <p>Confined to the thread that sends; constant memory.
 */
public final class RepairBudget {

    /** What may be sent again within a second in any case. */
    public static final long FLOOR_BYTES = 16_384;

    private static final double SHARE = 0.1;
    private static final int BUCKETS = 10;
    private static final long BUCKET_NANOS = 100_000_000;

    private final long[] sent = new long[BUCKETS];
    private final long[] repaired = new long[BUCKETS];
    private long bucket;
    private boolean started;
    private long sentSum;
    private long repairedSum;
    private long lineBytes;

    /** Makes a budget of which nothing is used up. */
    public RepairBudget() {}

    /**
     * Sets what the lines carry.
     *
     * @param bitsPerSecond rate of all lines in use together, {@link Pacer#UNLIMITED} if it is not known
     */
    public void rate(long bitsPerSecond) {
        lineBytes = bitsPerSecond == Pacer.UNLIMITED ? 0 : bitsPerSecond / 8;
    }

    /**
     * Something was sent, for the first time or again.
     *
     * @param nowNanos monotonic time
     * @param wireBytes its bytes on the line
     */
    public void onSent(long nowNanos, int wireBytes) {
        roll(nowNanos);
        sent[index()] += wireBytes;
        sentSum += wireBytes;
    }

    /**
     * Something will be sent again.
     *
     * @param nowNanos monotonic time
     * @param wireBytes its bytes on the line
     */
    public void onRepair(long nowNanos, int wireBytes) {
        roll(nowNanos);
        repaired[index()] += wireBytes;
        repairedSum += wireBytes;
    }

    /**
     * Whether so much may be sent again now.
     *
     * @param nowNanos monotonic time
     * @param wireBytes bytes on the line
     * @return false if the share is used up
     */
    public boolean allows(long nowNanos, int wireBytes) {
        roll(nowNanos);
        return repairedSum + wireBytes <= Math.max(FLOOR_BYTES, (long) (Math.max(lineBytes, sentSum) * SHARE));
    }

    private int index() {
        return (int) Math.floorMod(bucket, (long) BUCKETS);
    }

    private void roll(long nowNanos) {
        long now = Math.floorDiv(nowNanos, BUCKET_NANOS);
        if (!started || now - bucket >= BUCKETS) {
            started = true;
            bucket = now;
            Arrays.fill(sent, 0);
            Arrays.fill(repaired, 0);
            sentSum = 0;
            repairedSum = 0;
        }
        while (bucket < now) {
            bucket++;
            sentSum -= sent[index()];
            repairedSum -= repaired[index()];
            sent[index()] = 0;
            repaired[index()] = 0;
        }
    }
}
