package io.aggr.sim;

import io.aggr.sim.report.Series;
import java.util.Arrays;

/** What happened on one TCP connection, in bins of ten milliseconds. */
final class FlowLog {
    static final long BIN_NANOS = 10_000_000L;

    private final long startNanos;
    private final long totalBytes;
    private long[] deliveredBytes = new long[1024];
    // Gaps longer than a bin, by their end; shorter ones are not worth a place.
    private long[] gapEndNanos = new long[64];
    private long[] gapNanos = new long[64];
    private int gaps;
    private final Series window;
    private final Series smoothedRtt;
    private long lastTraceNanos;

    long delivered;
    long firstDeliveryNanos;
    long lastDeliveryNanos;
    long completedNanos = -1;
    long sentSegments;
    long sentBytes;
    long retransmissions;
    long timeouts;
    long probes;
    long reductions;
    long undos;
    long duplicateReports;
    long duplicateArrivals;

    FlowLog(String name, long startNanos, long totalBytes) {
        this.startNanos = startNanos;
        this.totalBytes = totalBytes;
        this.lastDeliveryNanos = startNanos;
        this.lastTraceNanos = startNanos - BIN_NANOS;
        this.window = new Series(name + " window");
        this.smoothedRtt = new Series(name + " smoothed RTT");
    }

    void onDelivered(long nowNanos, long bytes) {
        int bin = bin(nowNanos);
        deliveredBytes[bin] += bytes;
        if (nowNanos - lastDeliveryNanos > BIN_NANOS) {
            addGap(nowNanos, nowNanos - lastDeliveryNanos);
        }
        if (delivered == 0) {
            firstDeliveryNanos = nowNanos;
        }
        lastDeliveryNanos = nowNanos;
        delivered += bytes;
        if (delivered == totalBytes) {
            completedNanos = nowNanos;
        }
    }

    void onSenderState(long nowNanos, double windowSegments, long smoothedRttNanos) {
        if (nowNanos - lastTraceNanos >= BIN_NANOS) {
            lastTraceNanos = nowNanos;
            window.add(nowNanos, windowSegments);
            smoothedRtt.add(nowNanos, smoothedRttNanos / 1e6);
        }
    }

    void onSent(int bytes) {
        sentSegments++;
        sentBytes += bytes;
    }

    void onRetransmission() {
        retransmissions++;
    }

    void onTimeout() {
        timeouts++;
    }

    void onProbe() {
        probes++;
    }

    void onReduction() {
        reductions++;
    }

    void onUndo() {
        undos++;
    }

    void onDuplicateReport() {
        duplicateReports++;
    }

    void onDuplicateArrival() {
        duplicateArrivals++;
    }

    Series window() {
        return window;
    }

    Series smoothedRtt() {
        return smoothedRtt;
    }

    long deliveredBytes(long fromNanos, long toNanos) {
        long sum = 0;
        int last = lastBinBefore(toNanos);
        for (int bin = firstBinFrom(fromNanos); bin <= last; bin++) {
            sum += deliveredBytes[bin];
        }
        return sum;
    }

    long longestGapNanos(long fromNanos, long toNanos, long nowNanos) {
        long longest = 0;
        for (int i = 0; i < gaps; i++) {
            // Only what lies within the span counts.
            long endNanos = Math.min(gapEndNanos[i] - fromNanos, toNanos - fromNanos);
            long beginNanos = Math.max(gapEndNanos[i] - gapNanos[i] - fromNanos, 0);
            longest = Math.max(longest, endNanos - beginNanos);
        }
        if (completedNanos < 0) {
            long endNanos = toNanos - nowNanos < 0 ? toNanos : nowNanos;
            long openSinceNanos = lastDeliveryNanos - fromNanos < 0 ? fromNanos : lastDeliveryNanos;
            longest = Math.max(longest, endNanos - openSinceNanos);
        }
        return longest;
    }

    Series goodput(String name, long intervalNanos, long nowNanos) {
        Series series = new Series(name);
        for (long at = startNanos; at + intervalNanos - nowNanos <= 0; at += intervalNanos) {
            series.add(at, deliveredBytes(at, at + intervalNanos) * 8e3 / intervalNanos);
        }
        return series;
    }

    private void addGap(long endNanos, long lengthNanos) {
        if (gaps == gapNanos.length) {
            gapEndNanos = Arrays.copyOf(gapEndNanos, gaps * 2);
            gapNanos = Arrays.copyOf(gapNanos, gaps * 2);
        }
        gapEndNanos[gaps] = endNanos;
        gapNanos[gaps++] = lengthNanos;
    }

    private int firstBinFrom(long nanos) {
        return (int) Math.max(0, (nanos - startNanos) / BIN_NANOS);
    }

    private int lastBinBefore(long nanos) {
        long bin = Math.floorDiv(nanos - startNanos - 1, BIN_NANOS);
        return (int) Math.min(deliveredBytes.length - 1, bin);
    }

    private int bin(long nanos) {
        int bin = (int) ((nanos - startNanos) / BIN_NANOS);
        if (bin >= deliveredBytes.length) {
            int length = Math.max(bin + 1, deliveredBytes.length * 2);
            deliveredBytes = Arrays.copyOf(deliveredBytes, length);
        }
        return bin;
    }
}
