package io.aggr.sim.report;

import java.util.ArrayList;
import java.util.List;

/** Turns series into SVG paths within a rectangle. */
final class Plotter {
    private final long fromNanos;
    private final long toNanos;
    private final double left;
    private final double right;
    private final double top;
    private final double height;

    Plotter(long fromNanos, long toNanos, double left, double right, double top, double height) {
        this.fromNanos = fromNanos;
        this.toNanos = toNanos;
        this.left = left;
        this.right = right;
        this.top = top;
        this.height = height;
    }

    /** Largest value that the panel shows, a stack's sum among them. */
    double largest(Panel panel) {
        double largest = 0;
        for (Panel.Plot plot : panel.plots()) {
            Series series = plot.series();
            for (int i = 0; plot.style() != Panel.Style.STACK && i < series.size(); i++) {
                if (isShown(series.timeNanos(i)) && !Double.isNaN(series.value(i))) {
                    largest = Math.max(largest, series.value(i));
                }
            }
        }
        for (double[] layer : layers(panel)) {
            for (double value : layer) {
                largest = Math.max(largest, value);
            }
        }
        return largest;
    }

    /** The outlines of the stacked areas, bottom first. */
    List<String> areas(Panel panel, Scale values) {
        List<String> areas = new ArrayList<>();
        double[] below = new double[columns()];
        for (double[] layer : layers(panel)) {
            StringBuilder path = new StringBuilder();
            for (int column = 0; column < layer.length; column++) {
                Svg.point(path, column == 0 ? 'M' : 'L', left + column, y(values, layer[column]));
            }
            for (int column = layer.length - 1; column >= 0; column--) {
                Svg.point(path, 'L', left + column, y(values, below[column]));
            }
            areas.add(path.append('Z').toString());
            below = layer;
        }
        return areas;
    }

    /** A line through the points; where several share a pixel column, its extremes. */
    String line(Series series, Scale values) {
        StringBuilder path = new StringBuilder();
        boolean down = false;
        int i = 0;
        while (i < series.size()) {
            if (Double.isNaN(series.value(i)) || !isShown(series.timeNanos(i))) {
                down &= !Double.isNaN(series.value(i));
                i++;
                continue;
            }
            long column = Math.round(x(series.timeNanos(i)));
            double least = series.value(i);
            double most = least;
            int begin = i;
            while (i < series.size()
                    && !Double.isNaN(series.value(i))
                    && isShown(series.timeNanos(i))
                    && Math.round(x(series.timeNanos(i))) == column) {
                least = Math.min(least, series.value(i));
                most = Math.max(most, series.value(i));
                i++;
            }
            double at = i - begin == 1 ? x(series.timeNanos(begin)) : column;
            boolean rising = series.value(begin) <= (least + most) / 2;
            Svg.point(path, down ? 'L' : 'M', at, y(values, rising ? least : most));
            if (most > least) {
                Svg.point(path, 'L', at, y(values, rising ? most : least));
            }
            down = true;
        }
        return path.toString();
    }

    /** Each value held until the next point, the last one to the right edge. */
    String steps(Series series, Scale values) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < series.size(); i++) {
            double from = Math.max(left, x(series.timeNanos(i)));
            double to = i + 1 < series.size() ? Math.min(right, x(series.timeNanos(i + 1))) : right;
            if (to <= from || Double.isNaN(series.value(i))) {
                continue;
            }
            double at = y(values, series.value(i));
            Svg.point(path, path.length() == 0 ? 'M' : 'L', from, at);
            Svg.point(path, 'L', to, at);
        }
        return path.toString();
    }

    void dots(Svg svg, Series series, Scale values) {
        for (int i = 0; i < series.size(); i++) {
            if (isShown(series.timeNanos(i)) && !Double.isNaN(series.value(i))) {
                svg.circle(x(series.timeNanos(i)), y(values, series.value(i)), 1.7, "");
            }
        }
    }

    /** Sums of the stack from the bottom up to each of its series, one value per pixel column. */
    private List<double[]> layers(Panel panel) {
        List<double[]> layers = new ArrayList<>();
        double[] sum = new double[columns()];
        for (Panel.Plot plot : panel.plots()) {
            if (plot.style() == Panel.Style.STACK) {
                double[] layer = sum.clone();
                Cursor cursor = new Cursor(plot.series());
                for (int column = 0; column < layer.length; column++) {
                    layer[column] += cursor.mean(instant(column), instant(column + 1));
                }
                layers.add(layer);
                sum = layer;
            }
        }
        return layers;
    }

    private int columns() {
        return (int) (right - left) + 1;
    }

    private long instant(int column) {
        return fromNanos + (long) ((toNanos - fromNanos) * (column / (right - left)));
    }

    private boolean isShown(long timeNanos) {
        return timeNanos - fromNanos >= 0 && timeNanos - toNanos <= 0;
    }

    private double x(long timeNanos) {
        return left + (double) (timeNanos - fromNanos) / (toNanos - fromNanos) * (right - left);
    }

    private double y(Scale values, double value) {
        return top + height * (1 - values.position(value));
    }

    /** Walks a series from left to right: mean of the points of a span, or the line between its neighbours. */
    private static final class Cursor {
        private final Series series;
        private int next;

        Cursor(Series series) {
            this.series = series;
        }

        double mean(long beginNanos, long endNanos) {
            while (next < series.size() && series.timeNanos(next) - beginNanos < 0) {
                next++;
            }
            double sum = 0;
            int count = 0;
            for (int i = next; i < series.size() && series.timeNanos(i) - endNanos < 0; i++) {
                sum += known(i);
                count++;
            }
            if (count > 0) {
                return sum / count;
            }
            if (next == 0) {
                return 0;
            }
            if (next == series.size()) {
                // A value stands for the interval that begins at its time, the last one too.
                return next > 1
                                && beginNanos - series.timeNanos(next - 1)
                                        <= series.timeNanos(next - 1) - series.timeNanos(next - 2)
                        ? known(next - 1)
                        : 0;
            }
            double share = (double) (beginNanos - series.timeNanos(next - 1))
                    / (series.timeNanos(next) - series.timeNanos(next - 1));
            return known(next - 1) * (1 - share) + known(next) * share;
        }

        private double known(int index) {
            return Double.isNaN(series.value(index)) ? 0 : series.value(index);
        }
    }
}
