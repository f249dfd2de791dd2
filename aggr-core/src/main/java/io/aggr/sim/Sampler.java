package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import io.aggr.sim.report.Series;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Reads a value at a fixed interval of virtual time into a {@link Series}, for as long as the time runs.
 *
 * @since 0.1
 */
public final class Sampler {
    private Sampler() {}

    /**
     * Samples a value, now and after each interval.
     *
     * @param time the time to follow
     * @param interval distance of two samples, positive
     * @param name name of the series
     * @param value read at each sample
     * @return a series that grows
     */
    public static Series value(VirtualTime time, Duration interval, String name, DoubleSupplier value) {
        Series series = new Series(name);
        requireNonNull(value, "value");
        repeat(time, interval, () -> series.add(time.nowNanos(), value.getAsDouble()));
        return series;
    }

    /**
     * Samples the rate at which a count of bytes grows. Each value stands at the begin of its interval.
     *
     * @param time the time to follow
     * @param interval distance of two samples, positive
     * @param name name of the series
     * @param bytes a count that only grows
     * @return a series of Mbit/s that grows
     */
    public static Series rate(VirtualTime time, Duration interval, String name, LongSupplier bytes) {
        Series series = new Series(name);
        long intervalNanos = interval.toNanos();
        long[] before = {bytes.getAsLong()};
        long startNanos = time.nowNanos();
        repeat(time, interval, () -> {
            if (time.nowNanos() != startNanos) {
                long present = bytes.getAsLong();
                series.add(time.nowNanos() - intervalNanos, (present - before[0]) * 8e3 / intervalNanos);
                before[0] = present;
            }
        });
        return series;
    }

    private static void repeat(VirtualTime time, Duration interval, Runnable sample) {
        long intervalNanos = interval.toNanos();
        if (intervalNanos <= 0) {
            throw new IllegalArgumentException("interval must be positive, got " + interval);
        }
        VirtualTime.Timer[] timer = new VirtualTime.Timer[1];
        timer[0] = time.timer(() -> {
            sample.run();
            timer[0].at(time.nowNanos() + intervalNanos);
        });
        timer[0].at(time.nowNanos());
    }
}
