package io.aggr.sim.cases;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A figure that a case has to reach.
 *
 * @param metric which figure
 * @param limit the value that is just good enough, in the unit of the metric
 * @param from begin of the span in which it is measured; null for what the case counts
 * @param to its end; null for what the case counts
 * @since 0.1
 */
public record CaseMark(
        Metric metric,
        double limit,
        @Nullable Duration from,
        @Nullable Duration to) {

    /** A figure. */
    public enum Metric {
        /** Goodput over what the living lines could have carried after encapsulation, per cent. */
        SHARE_OF_IDEAL("% ideal", true),
        /** Goodput over what the best line alone, as it was at the start, could have carried after encapsulation, per cent. */
        SHARE_OF_BEST_LINE("% best line", true),
        /** Goodput over what the lines to which nothing happens could have carried after encapsulation, per cent. */
        SHARE_OF_STEADY_LINES("% steady lines", true),
        /** 95 of 100 pings beside the traffic over the median of the idle bond, milliseconds. */
        PING_OVER_IDLE("ms ping over idle", false),
        /** The longest time without a byte, milliseconds. */
        LONGEST_GAP("ms gap", false),
        /** Seconds from the start until 90 % of the ideal was reached. */
        SECONDS_TO_90("s to 90 %", false),
        /** Segments sent again. */
        RETRANSMISSIONS("sent again", false),
        /** Retransmission time-outs. */
        TIMEOUTS("RTO", false),
        /** Pings without an answer. */
        PINGS_LOST("pings lost", false),
        /** Datagrams lost, per cent. */
        DATAGRAMS_LOST("% lost", false),
        /** Datagrams overtaken, per cent. */
        DATAGRAMS_OUT_OF_ORDER("% out of order", false);

        private final String unit;
        private final boolean floor;

        Metric(String unit, boolean floor) {
            this.unit = unit;
            this.floor = floor;
        }
    }

    /** Checks the parts. */
    public CaseMark {
        requireNonNull(metric, "mark.metric");
        if ((from == null) != (to == null)) {
            throw new IllegalArgumentException("mark." + metric + " needs both ends of its span or none");
        }
    }

    /**
     * Measured over what the case counts.
     *
     * @param metric which figure
     * @param limit the value that is just good enough
     * @return the mark
     */
    public static CaseMark of(Metric metric, double limit) {
        return new CaseMark(metric, limit, null, null);
    }

    /**
     * Measured over a span.
     *
     * @param metric which figure
     * @param limit the value that is just good enough
     * @param fromSeconds begin, seconds since the start of the traffic
     * @param toSeconds end, seconds since the start of the traffic
     * @return the mark
     */
    public static CaseMark within(Metric metric, double limit, double fromSeconds, double toSeconds) {
        return new CaseMark(metric, limit, seconds(fromSeconds), seconds(toSeconds));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    /**
     * The figure of a run.
     *
     * @param figures what the run showed
     * @param bondCase what was run
     * @return in the unit of the metric; not-a-number if it is not known
     */
    public double measure(CaseFigures figures, BondCase bondCase) {
        Duration begin = from == null ? bondCase.settling() : from;
        Duration end = to == null ? bondCase.duration() : to;
        return switch (metric) {
            case SHARE_OF_IDEAL -> figures.shareOfIdeal(begin, end) * 100;
            case SHARE_OF_BEST_LINE ->
                figures.goodputBitsPerSecond(begin, end)
                        / (bondCase.bestLineBitsPerSecond() * figures.payloadShare())
                        * 100;
            case SHARE_OF_STEADY_LINES ->
                figures.goodputBitsPerSecond(begin, end)
                        / (bondCase.steadyLinesBitsPerSecond() * figures.payloadShare())
                        * 100;
            case PING_OVER_IDLE -> pingOverIdle(figures, begin, end);
            case LONGEST_GAP -> figures.longestGapNanos(begin, end) / 1e6;
            case SECONDS_TO_90 -> {
                long nanos = figures.nanosToShareOfIdeal(0.9);
                yield nanos == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : nanos / 1e9;
            }
            case RETRANSMISSIONS -> known(figures.retransmissions());
            case TIMEOUTS -> known(figures.timeouts());
            case PINGS_LOST -> figures.pingLoaded(begin, end).unanswered();
            case DATAGRAMS_LOST -> figures.datagramsLostShare() * 100;
            case DATAGRAMS_OUT_OF_ORDER -> figures.datagramsOutOfOrderShare() * 100;
        };
    }

    private static double pingOverIdle(CaseFigures figures, Duration begin, Duration end) {
        long loaded = figures.pingLoaded(begin, end).p95Nanos();
        long idle = figures.pingIdle().medianNanos();
        return loaded < 0 || idle < 0 ? Double.POSITIVE_INFINITY : (loaded - idle) / 1e6;
    }

    private static double known(long count) {
        return count == CaseFigures.UNKNOWN ? Double.NaN : count;
    }

    /**
     * Whether a figure is good enough. What is not known is.
     *
     * @param value as {@link #measure} gives it
     * @return whether the mark is met
     */
    public boolean isMetBy(double value) {
        return Double.isNaN(value) || (metric.floor ? value >= limit : value <= limit);
    }

    /**
     * The mark in words, such as {@code >= 98 % ideal}.
     *
     * @return for reports
     */
    public String text() {
        return (metric.floor ? ">= " : "<= ") + text(limit) + " " + metric.unit + span();
    }

    /**
     * A figure in words, such as {@code 96.1 % ideal}.
     *
     * @param value as {@link #measure} gives it
     * @return for reports
     */
    public String text(double value) {
        if (Double.isNaN(value)) {
            return "?";
        }
        if (Double.isInfinite(value)) {
            return "never";
        }
        String number = String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
        return number.replaceFirst("\\.?0+$", "");
    }

    /**
     * A figure with its unit and span.
     *
     * @param value as {@link #measure} gives it
     * @return for reports
     */
    public String textWithUnit(double value) {
        String name = Double.isInfinite(value) ? metric.unit.replaceFirst("^s ", "") : metric.unit;
        return text(value) + " " + name + span();
    }

    private String span() {
        return from == null || to == null
                ? ""
                : String.format(Locale.ROOT, " in %s-%s s", text(from.toMillis() / 1e3), text(to.toMillis() / 1e3));
    }
}
