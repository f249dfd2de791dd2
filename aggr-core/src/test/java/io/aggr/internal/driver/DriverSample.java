package io.aggr.internal.driver;

/** A class of the driver, which may read clocks. */
public final class DriverSample {

    /** Reads a clock. */
    public long nowNanos() {
        return System.nanoTime();
    }
}
