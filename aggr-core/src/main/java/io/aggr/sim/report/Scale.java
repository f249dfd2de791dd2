package io.aggr.sim.report;

import java.util.Locale;

/** A linear axis with round ticks. */
record Scale(double low, double high, double step) {
    private static final double[] ROUND = {1, 2, 5, 10};

    /**
     * An axis over a range.
     *
     * @param low smallest value
     * @param high largest value, above {@code low}
     * @param wantedTicks about how many ticks there should be
     */
    static Scale over(double low, double high, int wantedTicks) {
        double raw = (high - low) / wantedTicks;
        double magnitude = Math.pow(10, Math.floor(Math.log10(raw)));
        double step = 10 * magnitude;
        for (double round : ROUND) {
            if (round * magnitude >= raw * 0.9) {
                step = round * magnitude;
                break;
            }
        }
        return new Scale(low, high, step);
    }

    /** An axis from zero whose upper end is a tick. */
    static Scale fromZero(double high, int wantedTicks) {
        Scale scale = over(0, high > 0 ? high : 1, wantedTicks);
        return new Scale(0, Math.ceil(scale.high / scale.step * 0.9999) * scale.step, scale.step);
    }

    double firstTick() {
        return Math.ceil(low / step - 1e-9) * step;
    }

    int tickCount() {
        return (int) Math.floor((high - firstTick()) / step + 1e-9) + 1;
    }

    double tick(int index) {
        return firstTick() + index * step;
    }

    /** A tick's value with as many decimals as the step needs. */
    String label(double value) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.equals("-0") ? "0" : text;
    }

    double position(double value) {
        return (value - low) / (high - low);
    }
}
