package io.aggr.sim;

import java.util.ArrayList;
import java.util.List;

/** What the lines could have carried, over time: the sum of the rates of those that were alive. */
final class Capacity {
    private final VirtualTime time;
    private final List<SimLine> lines;
    private final double payloadShare;
    private final List<Span> spans = new ArrayList<>();
    private long sinceNanos;

    record Span(long fromNanos, long toNanos, double downBitsPerSecond, double upBitsPerSecond) {}

    /**
     * Watches lines.
     *
     * @param time the time in which they live
     * @param lines the lines
     * @param payloadShare share of a line's bytes that the application gets from a full packet after encapsulation
     */
    Capacity(VirtualTime time, List<SimLine> lines, double payloadShare) {
        this.time = time;
        this.lines = lines;
        this.payloadShare = payloadShare;
        sinceNanos = time.nowNanos();
    }

    /** The lines are about to change. */
    void beforeChange() {
        spans.add(present());
        sinceNanos = time.nowNanos();
    }

    private Span present() {
        double down = 0;
        double up = 0;
        for (SimLine line : lines) {
            LineSpec spec = line.spec();
            down += rate(spec.down());
            up += rate(spec.up());
        }
        return new Span(sinceNanos, time.nowNanos(), down, up);
    }

    private static double rate(LineSettings direction) {
        return direction.blackHole() ? 0 : direction.rateBitsPerSecond();
    }

    /** What there was up to now. */
    History history() {
        List<Span> all = new ArrayList<>(spans);
        all.add(present());
        return new History(all, payloadShare);
    }

    /**
     * Rates over time.
     *
     * @param spans one behind the other
     * @param payloadShare share of a line's bytes that the application gets from a full packet after encapsulation
     */
    record History(List<Span> spans, double payloadShare) {
        /** Copies the list. */
        History {
            spans = List.copyOf(spans);
        }

        /** Mean bit/s of IP packets in a span. */
        double meanBitsPerSecond(boolean down, long fromNanos, long toNanos) {
            double bits = 0;
            for (Span span : spans) {
                long from = span.fromNanos - fromNanos > 0 ? span.fromNanos : fromNanos;
                long to = span.toNanos - toNanos < 0 ? span.toNanos : toNanos;
                if (to - from > 0) {
                    bits += (double) (to - from) * (down ? span.downBitsPerSecond : span.upBitsPerSecond);
                }
            }
            return bits / (toNanos - fromNanos);
        }
    }
}
