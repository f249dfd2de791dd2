package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.traffic.TransferResult;
import java.util.List;
import java.util.Locale;

/** How a transfer has got over something that happened in its middle. */
final class Recovery {

    private static final long SECOND = 1_000_000_000L;

    /** Samples of 100 ms over which a rate is looked at. */
    private static final int SPAN = 5;

    private static final double RECOVERED = 0.9;

    private final TransferResult transfer;

    Recovery(TransferResult transfer) {
        this.transfer = transfer;
    }

    /** Payload per time between two instants of {@link System#nanoTime}. */
    double bitsPerSecond(long fromNanos, long toNanos) {
        return transfer.goodputBitsPerSecond(fromNanos - transfer.startNanos(), toNanos - transfer.startNanos());
    }

    /**
     * How long it took until half a second with nine tenths of the rate before began.
     *
     * @param eventNanos when it happened
     * @param untilNanos when the next thing happened, or the end
     * @param beforeNanos how long before the event the rate is looked at
     * @return nanoseconds, {@link Long#MAX_VALUE} if that time never came
     */
    long nanos(long eventNanos, long untilNanos, long beforeNanos) {
        double before = bitsPerSecond(eventNanos - beforeNanos, eventNanos);
        List<TransferResult.Sample> samples = transfer.samples();
        for (int i = 1; i + SPAN <= samples.size(); i++) {
            long beginNanos = samples.get(i - 1).endNanos();
            long endNanos = samples.get(i + SPAN - 1).endNanos();
            if (beginNanos - eventNanos >= 0
                    && endNanos - untilNanos <= 0
                    && bitsPerSecond(beginNanos, endNanos) >= RECOVERED * before) {
                return beginNanos - eventNanos;
            }
        }
        return Long.MAX_VALUE;
    }

    /** Longest time without a byte between two instants. */
    long longestGapNanos(long fromNanos, long toNanos) {
        return transfer.longestGapNanos(fromNanos - transfer.startNanos(), toNanos - transfer.startNanos());
    }

    /** Whether the connection is still the one that it was: bytes came in the last second of the time that was asked for. */
    boolean isAlive(long endNanos) {
        return transfer.samples().stream()
                .anyMatch(sample -> sample.bytes() > 0 && sample.endNanos() - (endNanos - SECOND) >= 0);
    }

    static String seconds(long nanos) {
        return nanos == Long.MAX_VALUE ? "never" : String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }

    static String megabits(double bitsPerSecond) {
        return String.format(Locale.ROOT, "%.2f Mbit/s", bitsPerSecond / 1e6);
    }
}
