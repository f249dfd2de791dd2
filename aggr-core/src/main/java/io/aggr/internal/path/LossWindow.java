package io.aggr.internal.path;

import java.util.Arrays;

/**
 * How much a line has lost in the last two seconds, and whether that is too much to use it. The bounds for beginning and ending lie apart, so that
 * a line near one of them does not change its mind with every report.
 *
 * <p>Confined to the thread that sends.
 */
final class LossWindow {

    private static final long BUCKET_NANOS = 250_000_000;
    private static final int BUCKETS = 8;
    private static final int MIN_PACKETS = 20;
    private static final double TOO_LOSSY = 0.20;
    private static final double SOUND = 0.10;

    private final long[] sent = new long[BUCKETS];
    private final long[] lost = new long[BUCKETS];
    private boolean begun;
    private int bucket;
    private long bucketStartNanos;

    /** Forgets everything. */
    void reset() {
        Arrays.fill(sent, 0);
        Arrays.fill(lost, 0);
        begun = false;
    }

    /**
     * A report has come.
     *
     * @param sentPackets datagrams that it speaks of
     * @param lostPackets how many of them are missing; less than 0 if more has arrived, since what had been overtaken is there now
     * @param nowNanos monotonic time
     */
    void add(long sentPackets, long lostPackets, long nowNanos) {
        advance(nowNanos);
        sent[bucket] += sentPackets;
        lost[bucket] += lostPackets;
    }

    private void advance(long nowNanos) {
        if (!begun || nowNanos - bucketStartNanos > 2 * BUCKETS * BUCKET_NANOS) {
            reset();
            begun = true;
            bucketStartNanos = nowNanos;
        }
        while (nowNanos - bucketStartNanos >= BUCKET_NANOS) {
            bucketStartNanos += BUCKET_NANOS;
            bucket = (bucket + 1) % BUCKETS;
            sent[bucket] = 0;
            lost[bucket] = 0;
        }
    }

    /**
     * Whether more than a fifth is lost.
     *
     * @param onTheWay how many of those that are missing may only have been overtaken
     */
    boolean isTooLossy(long onTheWay) {
        return packets() >= MIN_PACKETS && sum(lost) - onTheWay > TOO_LOSSY * packets();
    }

    /** Whether enough gets through again to use the line. */
    boolean isSound() {
        return packets() >= MIN_PACKETS && ratio() < SOUND;
    }

    private long packets() {
        return sum(sent);
    }

    private double ratio() {
        return (double) sum(lost) / Math.max(1, packets());
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
