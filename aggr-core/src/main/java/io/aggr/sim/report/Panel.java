package io.aggr.sim.report;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * One pair of axes of a {@link Chart}: what is drawn over the common time, in one unit.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * @since 0.1
 */
public final class Panel {
    enum Style {
        STACK,
        LINE,
        DOTS,
        REFERENCE
    }

    record Plot(Series series, Style style) {}

    private final String title;
    private final String unit;
    private final List<Plot> plots = new ArrayList<>();
    private int heightPixels = 220;
    private double maximum = Double.NaN;

    /**
     * Empty axes.
     *
     * @param title what is shown, such as {@code Throughput}
     * @param unit unit of the values, such as {@code Mbit/s}
     */
    public Panel(String title, String unit) {
        this.title = requireNonNull(title, "panel.title");
        this.unit = requireNonNull(unit, "panel.unit");
    }

    /**
     * Puts an area on top of the areas stacked so far.
     *
     * @param series values, not negative
     * @return this
     */
    public Panel stack(Series series) {
        return add(series, Style.STACK);
    }

    /**
     * Draws a line.
     *
     * @param series values
     * @return this
     */
    public Panel line(Series series) {
        return add(series, Style.LINE);
    }

    /**
     * Draws a dot for each value.
     *
     * @param series values
     * @return this
     */
    public Panel dots(Series series) {
        return add(series, Style.DOTS);
    }

    /**
     * Draws a value to compare with, as a dashed line in steps: each value holds until the next point, the last one to the end.
     *
     * @param series values
     * @return this
     */
    public Panel reference(Series series) {
        return add(series, Style.REFERENCE);
    }

    /**
     * Sets the height of the axes.
     *
     * @param pixels 60 to 2000; 220 unless said
     * @return this
     */
    public Panel height(int pixels) {
        if (pixels < 60 || pixels > 2000) {
            throw new IllegalArgumentException("panel.height must be 60 to 2000 pixels, got " + pixels);
        }
        heightPixels = pixels;
        return this;
    }

    /**
     * Fixes the upper end of the axis; what is larger is cut off. Unless said, the largest value decides.
     *
     * @param value upper end, positive
     * @return this
     */
    public Panel maximum(double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException("panel.maximum must be positive, got " + value);
        }
        maximum = value;
        return this;
    }

    private Panel add(Series series, Style style) {
        plots.add(new Plot(requireNonNull(series, "series"), style));
        return this;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    List<Plot> plots() {
        return plots;
    }

    int heightPixels() {
        return heightPixels;
    }

    /** NaN if not fixed. */
    double fixedMaximum() {
        return maximum;
    }
}
