package io.aggr.sim.report;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * Named values over time.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * @since 0.1
 */
public final class Series {
    private final String name;
    private long[] timesNanos = new long[64];
    private double[] values = new double[64];
    private int size;

    /**
     * An empty series.
     *
     * @param name how it is called in a legend
     */
    public Series(String name) {
        this.name = requireNonNull(name, "series.name");
    }

    /**
     * Adds a point.
     *
     * @param timeNanos instant, not before that of the last point; any origin, the same for all series of a chart
     * @param value value in the unit of the panel; NaN makes a gap in a line
     * @return this
     */
    public Series add(long timeNanos, double value) {
        if (size > 0 && timeNanos - timesNanos[size - 1] < 0) {
            throw new IllegalArgumentException("points of series " + name + " must be in order of time");
        }
        if (size == values.length) {
            timesNanos = Arrays.copyOf(timesNanos, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        timesNanos[size] = timeNanos;
        values[size++] = value;
        return this;
    }

    /**
     * Name of the series.
     *
     * @return as given
     */
    public String name() {
        return name;
    }

    /**
     * A copy under another name.
     *
     * @param newName name of the copy
     * @return a copy of the points
     */
    public Series named(String newName) {
        Series copy = new Series(newName);
        copy.timesNanos = timesNanos.clone();
        copy.values = values.clone();
        copy.size = size;
        return copy;
    }

    /**
     * Number of points.
     *
     * @return at least 0
     */
    public int size() {
        return size;
    }

    /**
     * Instant of a point.
     *
     * @param index 0 to {@code size() - 1}
     * @return nanoseconds
     */
    public long timeNanos(int index) {
        return timesNanos[checked(index)];
    }

    /**
     * Value of a point.
     *
     * @param index 0 to {@code size() - 1}
     * @return the value
     */
    public double value(int index) {
        return values[checked(index)];
    }

    /**
     * Mean of the values of a span of time.
     *
     * @param fromNanos begin, inclusive
     * @param toNanos end, exclusive
     * @return the mean, NaN if there is no point
     */
    public double mean(long fromNanos, long toNanos) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (timesNanos[i] - fromNanos >= 0 && timesNanos[i] - toNanos < 0 && !Double.isNaN(values[i])) {
                sum += values[i];
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    private int checked(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("point " + index + " of " + size + " in series " + name);
        }
        return index;
    }
}
