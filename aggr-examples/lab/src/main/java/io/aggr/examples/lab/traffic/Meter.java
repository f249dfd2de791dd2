package io.aggr.examples.lab.traffic;

import java.io.PrintStream;

/**
 * Counts what a receiver gets and prints it every 100 ms, as lines that {@link TransferResult#parse} reads.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class Meter {

    static final long INTERVAL_NANOS = 100_000_000;

    private final long id;
    private final long durationNanos;
    private final PrintStream out;
    private boolean started;
    private boolean finished;
    private long startNanos;
    private long lastNanos;
    private long bucketEndNanos;
    private long bucketBytes;
    private long bucketGapNanos;
    private long totalBytes;

    /** A meter that stops counting a while after its first byte; 0 for no limit. */
    Meter(long id, long durationNanos, PrintStream out) {
        this.id = id;
        this.durationNanos = durationNanos;
        this.out = out;
    }

    synchronized void received(long nowNanos, int bytes) {
        if (!started) {
            started = true;
            startNanos = nowNanos;
            lastNanos = nowNanos;
            bucketEndNanos = nowNanos + INTERVAL_NANOS;
            out.println(id + " start " + nowNanos);
        }
        if (finished || isOver(nowNanos)) {
            return;
        }
        roll(nowNanos);
        bucketGapNanos = Math.max(bucketGapNanos, nowNanos - lastNanos);
        lastNanos = nowNanos;
        bucketBytes += bytes;
        totalBytes += bytes;
    }

    /** Whether the time of this transfer is over. */
    synchronized boolean isOver(long nowNanos) {
        return started && durationNanos > 0 && nowNanos - startNanos >= durationNanos;
    }

    /** Prints the rest; later calls do nothing. */
    synchronized void finish(long nowNanos) {
        if (finished) {
            return;
        }
        finished = true;
        long endNanos = isOver(nowNanos) ? startNanos + durationNanos : nowNanos;
        if (started) {
            roll(endNanos);
            // A silence that lasts to the end counts, unless everything has arrived and nothing more was to come.
            long silenceNanos = durationNanos > 0 ? endNanos - lastNanos : 0;
            bucketGapNanos = Math.max(bucketGapNanos, silenceNanos);
            out.println(id + " sample " + endNanos + " " + bucketBytes + " " + bucketGapNanos);
        }
        out.println(id + " done " + totalBytes + " " + (durationNanos > 0 ? endNanos : lastNanos));
        out.flush();
    }

    private void roll(long nowNanos) {
        while (nowNanos - bucketEndNanos >= 0) {
            out.println(id + " sample " + bucketEndNanos + " " + bucketBytes + " " + bucketGapNanos);
            bucketBytes = 0;
            bucketGapNanos = 0;
            bucketEndNanos += INTERVAL_NANOS;
        }
    }
}
