package io.aggr.sim.report;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * A drawing of {@link Panel}s one below the other over a common time axis, with events as vertical marks, as one SVG file
 * that needs nothing else.
 *
 * <pre>{@code
 * String svg = new Chart("One TCP over two lines")
 *     .add(new Panel("Throughput", "Mbit/s").stack(adsl).stack(lte).reference(ideal))
 *     .add(new Panel("Ping", "ms").dots(ping).height(140))
 *     .mark(20_000_000_000L, "lte dies")
 *     .svg();
 * }</pre>
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * @since 0.1
 */
public final class Chart {
    private static final int WIDTH = 960;
    private static final int LEFT = 58;
    private static final int RIGHT = 22;
    private static final int PANEL_HEAD = 34;
    private static final int PANEL_GAP = 16;
    private static final int MARK_ROW = 15;
    private static final double CHARACTER_PIXELS = 6.3;

    private static final String INK = "#22272e";
    private static final String FAINT_INK = "#667080";
    private static final String GRID = "#e6e9ee";
    private static final String AXIS = "#aab2bd";
    private static final String MARK = "#c2384a";

    /** Distinct also for most colour-blind people, and of similar weight on white. */
    private static final String[] COLOURS = {
        "#3d7ab8", "#ef9234", "#4ba56a", "#a868b2", "#d65f6c", "#4cb5bd", "#8a6d4b", "#c9ab20"
    };

    private static final double NANOS_PER_SECOND = 1e9;

    private record Mark(long timeNanos, String label) {}

    private final String title;
    private String subtitle = "";
    private final List<Panel> panels = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private boolean hasRange;
    private long fromNanos;
    private long toNanos;

    /**
     * An empty chart.
     *
     * @param title its heading
     */
    public Chart(String title) {
        this.title = requireNonNull(title, "chart.title");
    }

    /**
     * Sets a line below the heading.
     *
     * @param text such as the settings of the run
     * @return this
     */
    public Chart subtitle(String text) {
        subtitle = requireNonNull(text, "chart.subtitle");
        return this;
    }

    /**
     * Adds axes below those there are.
     *
     * @param panel what to draw; read when the chart is written
     * @return this
     */
    public Chart add(Panel panel) {
        panels.add(requireNonNull(panel, "panel"));
        return this;
    }

    /**
     * Marks an event in all panels.
     *
     * @param timeNanos when, on the clock of the series
     * @param label what, in a few words
     * @return this
     */
    public Chart mark(long timeNanos, String label) {
        marks.add(new Mark(timeNanos, requireNonNull(label, "label")));
        return this;
    }

    /**
     * Sets what part of time is shown. Unless said, all of the series is. The axis counts from the begin.
     *
     * @param beginNanos begin, on the clock of the series
     * @param endNanos end, after the begin
     * @return this
     */
    public Chart range(long beginNanos, long endNanos) {
        if (endNanos - beginNanos <= 0) {
            throw new IllegalArgumentException(
                    "chart.range must not be empty, got " + beginNanos + " to " + endNanos + " ns");
        }
        hasRange = true;
        fromNanos = beginNanos;
        toNanos = endNanos;
        return this;
    }

    /**
     * Draws the chart.
     *
     * @return a complete SVG document
     */
    public String svg() {
        findRange();
        int[] rows = markRows();
        int rowCount = 0;
        for (int row : rows) {
            rowCount = Math.max(rowCount, row + 1);
        }
        int top = (subtitle.isEmpty() ? 44 : 62) + rowCount * MARK_ROW;
        int height = top;
        for (Panel panel : panels) {
            height += PANEL_HEAD + panel.heightPixels() + PANEL_GAP;
        }
        height += 30;

        Svg svg = new Svg().open(WIDTH, height, title, description());
        svg.rectangle(0, 0, WIDTH, height, "fill=\"#ffffff\"");
        svg.text(LEFT, 28, Svg.format("font-size=\"18\" font-weight=\"600\" fill=\"%s\"", INK), title);
        if (!subtitle.isEmpty()) {
            svg.text(LEFT, 48, Svg.format("font-size=\"12.5\" fill=\"%s\"", FAINT_INK), subtitle);
        }
        Scale time = Scale.over(0, (toNanos - fromNanos) / NANOS_PER_SECOND, 10);
        int y = top;
        for (int i = 0; i < panels.size(); i++) {
            drawPanel(svg, panels.get(i), i, y, time);
            y += PANEL_HEAD + panels.get(i).heightPixels() + PANEL_GAP;
        }
        drawTimeAxis(svg, y - PANEL_GAP, time);
        drawMarks(svg, rows, top - rowCount * MARK_ROW, y - PANEL_GAP);
        return svg.close();
    }

    private String description() {
        StringBuilder text = new StringBuilder(subtitle);
        for (Panel panel : panels) {
            text.append(text.length() == 0 ? "" : ". ")
                    .append(panel.title())
                    .append(" in ")
                    .append(panel.unit());
            String separator = ": ";
            for (Panel.Plot plot : panel.plots()) {
                text.append(separator).append(plot.series().name());
                separator = ", ";
            }
        }
        return text.toString();
    }

    private void findRange() {
        if (hasRange) {
            return;
        }
        boolean any = false;
        fromNanos = 0;
        toNanos = 1;
        for (Panel panel : panels) {
            for (Panel.Plot plot : panel.plots()) {
                Series series = plot.series();
                if (series.size() > 0) {
                    long first = series.timeNanos(0);
                    long last = series.timeNanos(series.size() - 1);
                    fromNanos = any && first - fromNanos > 0 ? fromNanos : first;
                    toNanos = any && last - toNanos < 0 ? toNanos : last;
                    any = true;
                }
            }
        }
        if (toNanos - fromNanos <= 0) {
            toNanos = fromNanos + 1_000_000_000L;
        }
    }

    private void drawPanel(Svg svg, Panel panel, int index, int y, Scale time) {
        int plotTop = y + PANEL_HEAD;
        int height = panel.heightPixels();
        Plotter plotter = new Plotter(fromNanos, toNanos, LEFT, WIDTH - RIGHT, plotTop, height);
        double maximum = panel.fixedMaximum();
        Scale values = Double.isNaN(maximum)
                ? Scale.fromZero(plotter.largest(panel), Math.max(3, height / 36))
                : Scale.over(0, maximum, Math.max(3, height / 36));
        svg.heading(LEFT, y + 20, panel.title(), panel.unit(), INK, FAINT_INK);
        for (int i = 0; i < values.tickCount(); i++) {
            double tickY = plotTop + height * (1 - values.position(values.tick(i)));
            svg.line(LEFT, tickY, WIDTH - RIGHT, tickY, Svg.format("stroke=\"%s\"", i == 0 ? AXIS : GRID));
            svg.text(
                    LEFT - 8,
                    tickY + 4,
                    Svg.format("font-size=\"11\" text-anchor=\"end\" fill=\"%s\"", FAINT_INK),
                    values.label(values.tick(i)));
        }
        for (int i = 0; i < time.tickCount(); i++) {
            double x = LEFT + (WIDTH - RIGHT - LEFT) * time.position(time.tick(i));
            svg.line(x, plotTop, x, plotTop + height, Svg.format("stroke=\"%s\"", GRID));
        }
        svg.raw(Svg.format(
                "<clipPath id=\"p%d\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>",
                index, LEFT, plotTop - 1, WIDTH - RIGHT - LEFT, height + 2));
        svg.raw(Svg.format("<g clip-path=\"url(#p%d)\">", index));
        drawPlots(svg, panel, plotter, values);
        svg.raw("</g>");
        drawLegend(svg, panel, y + 20);
    }

    private static void drawPlots(Svg svg, Panel panel, Plotter plotter, Scale values) {
        // Areas first, from the top of the stack down, so that each covers the ones above it no more than it should.
        List<String> areas = plotter.areas(panel, values);
        int area = areas.size();
        for (int i = panel.plots().size() - 1; i >= 0; i--) {
            if (panel.plots().get(i).style() == Panel.Style.STACK) {
                svg.path(areas.get(--area), Svg.format("fill=\"%s\" fill-opacity=\"0.85\"", colour(panel, i)));
            }
        }
        for (int i = 0; i < panel.plots().size(); i++) {
            Panel.Plot plot = panel.plots().get(i);
            switch (plot.style()) {
                case LINE ->
                    svg.path(
                            plotter.line(plot.series(), values),
                            Svg.format(
                                    "fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" stroke-linejoin=\"round\"",
                                    colour(panel, i)));
                case REFERENCE ->
                    svg.path(
                            plotter.steps(plot.series(), values),
                            Svg.format(
                                    "fill=\"none\" stroke=\"%s\" stroke-width=\"1.4\" stroke-dasharray=\"6 4\"",
                                    colour(panel, i)));
                case DOTS -> {
                    svg.raw(Svg.format("<g fill=\"%s\" fill-opacity=\"0.75\">", colour(panel, i)));
                    plotter.dots(svg, plot.series(), values);
                    svg.raw("</g>");
                }
                default -> {}
            }
        }
    }

    /** The legend sits at the right of the panel's title, in the order in which the plots were added. */
    private static void drawLegend(Svg svg, Panel panel, int y) {
        double width = 0;
        for (Panel.Plot plot : panel.plots()) {
            width += legendWidth(plot);
        }
        double headingEnd = LEFT + panel.title().length() * 8.2 + panel.unit().length() * 7 + 30;
        double x = Math.max(headingEnd, WIDTH - RIGHT - width + 14);
        for (int i = 0; i < panel.plots().size(); i++) {
            Panel.Plot plot = panel.plots().get(i);
            String colour = colour(panel, i);
            switch (plot.style()) {
                case STACK ->
                    svg.rectangle(x, y - 9, 12, 10, Svg.format("rx=\"2\" fill=\"%s\" fill-opacity=\"0.85\"", colour));
                case DOTS -> svg.circle(x + 6, y - 4, 3, Svg.format("fill=\"%s\"", colour));
                default ->
                    svg.line(
                            x,
                            y - 4,
                            x + 13,
                            y - 4,
                            Svg.format(
                                    "stroke=\"%s\" stroke-width=\"2\"%s",
                                    colour, plot.style() == Panel.Style.REFERENCE ? " stroke-dasharray=\"5 3\"" : ""));
            }
            svg.text(
                    x + 18,
                    y,
                    Svg.format("font-size=\"11.5\" fill=\"%s\"", INK),
                    plot.series().name());
            x += legendWidth(plot);
        }
    }

    private static double legendWidth(Panel.Plot plot) {
        return 18 + plot.series().name().length() * CHARACTER_PIXELS + 16;
    }

    private static String colour(Panel panel, int index) {
        int before = 0;
        for (int i = 0; i < index; i++) {
            before += panel.plots().get(i).style() == Panel.Style.REFERENCE ? 0 : 1;
        }
        return panel.plots().get(index).style() == Panel.Style.REFERENCE ? INK : COLOURS[before % COLOURS.length];
    }

    private static void drawTimeAxis(Svg svg, int y, Scale time) {
        for (int i = 0; i < time.tickCount(); i++) {
            double x = LEFT + (WIDTH - RIGHT - LEFT) * time.position(time.tick(i));
            String label = time.label(time.tick(i));
            svg.text(
                    x,
                    y + 17,
                    Svg.format("font-size=\"11\" text-anchor=\"middle\" fill=\"%s\"", FAINT_INK),
                    i == time.tickCount() - 1 ? label + " s" : label);
        }
    }

    private void drawMarks(Svg svg, int[] rows, int top, int bottom) {
        for (int i = 0; i < marks.size(); i++) {
            if (rows[i] < 0) {
                continue;
            }
            Mark mark = marks.get(i);
            double x = markX(mark);
            double y = top + rows[i] * MARK_ROW + 10;
            svg.line(
                    x, y - 8, x, bottom, Svg.format("stroke=\"%s\" stroke-width=\"1\" stroke-dasharray=\"2 3\"", MARK));
            boolean left = labelsToTheLeft(mark);
            svg.text(
                    left ? x - 5 : x + 5,
                    y,
                    Svg.format("font-size=\"11\" fill=\"%s\"%s", MARK, left ? " text-anchor=\"end\"" : ""),
                    mark.label());
        }
    }

    private double markX(Mark mark) {
        return LEFT + (double) (mark.timeNanos() - fromNanos) / (toNanos - fromNanos) * (WIDTH - RIGHT - LEFT);
    }

    private boolean labelsToTheLeft(Mark mark) {
        return markX(mark) + mark.label().length() * CHARACTER_PIXELS + 8 > WIDTH - 4;
    }

    /** A row for each label, so that no two overlap; -1 for marks that are not in the range. */
    private int[] markRows() {
        int[] rows = new int[marks.size()];
        for (int i = 0; i < rows.length; i++) {
            Mark mark = marks.get(i);
            if (mark.timeNanos() - fromNanos < 0 || mark.timeNanos() - toNanos > 0) {
                rows[i] = -1;
                continue;
            }
            int row = 0;
            for (int before = 0; before < i; before++) {
                if (rows[before] == row && overlap(mark, marks.get(before))) {
                    row++;
                    before = -1;
                }
            }
            rows[i] = row;
        }
        return rows;
    }

    private boolean overlap(Mark one, Mark other) {
        return labelLeft(one) < labelRight(other) + 10 && labelLeft(other) < labelRight(one) + 10;
    }

    private double labelLeft(Mark mark) {
        return labelsToTheLeft(mark) ? markX(mark) - mark.label().length() * CHARACTER_PIXELS - 5 : markX(mark);
    }

    private double labelRight(Mark mark) {
        return labelsToTheLeft(mark) ? markX(mark) : markX(mark) + mark.label().length() * CHARACTER_PIXELS + 5;
    }
}
