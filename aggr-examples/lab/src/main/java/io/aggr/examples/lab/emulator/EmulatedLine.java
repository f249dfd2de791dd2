package io.aggr.examples.lab.emulator;

import io.aggr.sim.LineSpec;
import io.aggr.tun.TunDevice;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An access line in real time: the simulator's line model between two TUN devices, one thread per direction.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class EmulatedLine implements AutoCloseable {

    private final TunDevice ownerEnd;
    private final TunDevice providerEnd;
    private final LinePump down;
    private final LinePump up;
    private final Thread downThread;
    private final Thread upThread;
    private LineSpec spec;

    /**
     * Starts a line.
     *
     * @param index number of the line, for the names of its threads
     * @param spec what it does
     * @param seed seed of its loss and jitter
     * @param ownerEnd where the owner's modem is; closed with the line
     * @param providerEnd where the Internet is; closed with the line
     */
    public EmulatedLine(int index, LineSpec spec, long seed, TunDevice ownerEnd, TunDevice providerEnd) {
        this.spec = spec;
        this.ownerEnd = ownerEnd;
        this.providerEnd = providerEnd;
        down = new LinePump(providerEnd, ownerEnd, spec.down(), 2 * seed);
        up = new LinePump(ownerEnd, providerEnd, spec.up(), 2 * seed + 1);
        downThread = start(down, "lab-line" + index + "-down");
        upThread = start(up, "lab-line" + index + "-up");
    }

    private static Thread start(LinePump pump, String name) {
        Thread thread = new Thread(pump, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /**
     * What the line does at present.
     *
     * @return the settings last given
     */
    public synchronized LineSpec spec() {
        return spec;
    }

    /**
     * Lets the line do something else from now on.
     *
     * @param newSpec new settings of both directions
     */
    public synchronized void change(LineSpec newSpec) {
        spec = newSpec;
        down.change(newSpec.down());
        up.change(newSpec.up());
    }

    /**
     * Counters of the direction towards the owner.
     *
     * @return a snapshot
     */
    public LineCounters downCounters() {
        return down.counters();
    }

    /**
     * Counters of the direction from the owner.
     *
     * @return a snapshot
     */
    public LineCounters upCounters() {
        return up.counters();
    }

    /**
     * How late several lines delivered, taken together.
     *
     * @param lines the lines
     * @return quantiles over all their deliveries since the start
     */
    public static Lateness lateness(List<EmulatedLine> lines) {
        long[] sums = LatenessHistogram.newSums();
        long maxNanos = 0;
        for (EmulatedLine line : lines) {
            maxNanos = line.down.lateness().addTo(sums, maxNanos);
            maxNanos = line.up.lateness().addTo(sums, maxNanos);
        }
        return LatenessHistogram.summary(sums, maxNanos);
    }

    /**
     * Why the line stopped working by itself.
     *
     * @return the error of a device, or null while all is well
     */
    public @Nullable IOException failure() {
        IOException first = down.failure();
        return first != null ? first : up.failure();
    }

    /** Stops the line and closes both devices. Idempotent. */
    @Override
    public void close() {
        down.stop();
        up.stop();
        try {
            downThread.join(1000);
            upThread.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ownerEnd.close();
        providerEnd.close();
    }
}
