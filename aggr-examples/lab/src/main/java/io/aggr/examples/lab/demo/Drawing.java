package io.aggr.examples.lab.demo;

import io.aggr.sim.report.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows that show a {@link Measured}, at most 80 characters wide. */
final class Drawing {

    private static final int LABEL = 29;
    private static final int BAR = 30;
    private static final int STRIP = 60;
    private static final long RECENT_NANOS = 600_000_000;
    private static final long POINT_NANOS = 210_000_000;

    private final Style style;
    private final double downKilobytes;
    private final double upKilobytes;

    /**
     * A drawing.
     *
     * @param downKilobytes all lines together, towards the owner, kB/s
     * @param upKilobytes the same from the owner
     */
    Drawing(Style style, double downKilobytes, double upKilobytes) {
        this.style = style;
        this.downKilobytes = downKilobytes;
        this.upKilobytes = upKilobytes;
    }

    String head() {
        return style.faint(String.format(Locale.ROOT, "%-" + (LABEL + BAR + 4) + "s%5s%9s", "", "kB/s", "ping"));
    }

    /** A stage that goes on: what happened just now. */
    List<String> live(Measured soFar, double seconds) {
        long end = Math.round(seconds * 1e9);
        long from = Math.max(0, end - RECENT_NANOS);
        double rate = soFar.payload().mean(from, end + 1);
        double ping = soFar.ping().mean(from, end + 1);
        double[] lines = new double[soFar.lines().size()];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = orZero(soFar.lines().get(i).mean(from, end + 1));
        }
        List<String> rows = new ArrayList<>();
        rows.add(row(soFar.stage(), lines, orZero(rate), ping, String.format(Locale.ROOT, "%3.0f s", seconds)));
        if (soFar.stage().isCutting()) {
            rows.addAll(strips(soFar, end));
        }
        return rows;
    }

    /** A stage that is over. */
    List<String> done(Measured measured) {
        long from = measured.stage().settling().toNanos();
        double[] lines = measured.lines().stream()
                .mapToDouble(series -> orZero(series.mean(from, Long.MAX_VALUE)))
                .toArray();
        List<String> rows = new ArrayList<>();
        if (measured.stage().isCutting()) {
            rows.add("");
            rows.add("  " + arrow(measured.stage()) + " " + measured.stage().label() + "; line 1 fails on the way");
            rows.addAll(strips(measured, Long.MAX_VALUE));
        } else {
            rows.add(row(measured.stage(), lines, measured.kilobytes(), measured.pingMillis(), ""));
        }
        return rows;
    }

    private String row(Stage stage, double[] lines, double rate, double ping, String end) {
        String label = String.format(Locale.ROOT, "%-" + LABEL + "s", arrow(stage) + " " + stage.label());
        StringBuilder bar = new StringBuilder();
        double full = stage.isDown() ? downKilobytes : upKilobytes;
        int used = 0;
        double sum = 0;
        for (int i = 0; i < lines.length; i++) {
            // Ends are rounded, not lengths: the sum has the right length.
            sum += lines[i];
            int cells = Math.min(BAR, (int) Math.round(sum / full * BAR)) - used;
            bar.append(style.bar(i, cells));
            used += Math.max(0, cells);
        }
        bar.append(" ".repeat(BAR - used));
        String figures = String.format(Locale.ROOT, "%5.0f", rate)
                + (Double.isNaN(ping) ? " ".repeat(9) : String.format(Locale.ROOT, "%6.0f ms", ping));
        boolean isOurs = stage.way() == Stage.Way.BONDED;
        return "  " + (isOurs ? style.bold(label) : label) + bar + "  " + (isOurs ? style.bold(figures) : figures)
                + "  " + style.faint(end);
    }

    private String arrow(Stage stage) {
        return style.isUnicode() ? (stage.isDown() ? "↓" : "↑") : (stage.isDown() ? "down" : "up  ");
    }

    /** What each line carried over time, and what came of it; marks for what has happened up to now. */
    private List<String> strips(Measured measured, long nowNanos) {
        Stage stage = measured.stage();
        List<String> rows = new ArrayList<>();
        double lineFull = downKilobytes / measured.lines().size();
        for (int i = 0; i < measured.lines().size(); i++) {
            String columns = columns(stage, measured.lines().get(i), lineFull);
            rows.add(strip("line " + (i + 1), style.line(i, columns)));
        }
        rows.add(strip("TCP", columns(stage, measured.payload(), downKilobytes)));
        StringBuilder marks = new StringBuilder();
        mark(marks, stage, stage.cutAt().toNanos(), nowNanos, "line 1 is cut");
        mark(marks, stage, stage.restoreAt().toNanos(), nowNanos, "and restored");
        rows.add(strip("", style.alarming(marks.toString())));
        return rows;
    }

    private void mark(StringBuilder marks, Stage stage, long atNanos, long nowNanos, String text) {
        if (atNanos <= nowNanos) {
            int column = (int) Math.round((double) atNanos / stage.duration().toNanos() * STRIP);
            marks.append(" ".repeat(Math.max(0, column - marks.length())));
            marks.append(style.isUnicode() ? "▲ " : "^ ").append(text);
        }
    }

    private static String strip(String label, String columns) {
        return String.format(Locale.ROOT, "      %-9s", label) + columns;
    }

    private String columns(Stage stage, Series series, double full) {
        StringBuilder text = new StringBuilder();
        long step = stage.duration().toNanos() / STRIP;
        // A point speaks of the time before it, and points may be further apart than columns.
        long width = Math.max(step, POINT_NANOS);
        for (int i = 1; i <= STRIP; i++) {
            double mean = series.mean(i * step - width + 1, i * step + 1);
            text.append(Double.isNaN(mean) ? " " : style.column(mean / full));
        }
        return text.toString();
    }

    private static double orZero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
