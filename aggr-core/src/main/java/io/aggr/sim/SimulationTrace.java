package io.aggr.sim;

import io.aggr.internal.engine.EgressSnapshot;
import io.aggr.sim.report.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is looked at ten times a second while a {@link Simulation} runs, in the direction of its traffic. */
final class SimulationTrace {
    private static final Duration SAMPLE = Duration.ofMillis(100);

    private final Simulation simulation;
    private final SimulatedBond bond;
    private final List<Series> rates = new ArrayList<>();
    private final List<Series> modems = new ArrayList<>();
    private final Series flowQueues;
    private final Series backlogs;

    /** Begins to look. */
    SimulationTrace(Simulation simulation, SimulatedBond bond) {
        this.simulation = simulation;
        this.bond = bond;
        VirtualTime time = bond.time();
        for (SimLine line : bond.simLines()) {
            rates.add(Sampler.rate(time, SAMPLE, line.name(), () -> stats(line).deliveredBytes()));
            modems.add(Sampler.value(time, SAMPLE, line.name(), () -> modemMillis(line)));
        }
        flowQueues = Sampler.value(time, SAMPLE, "flow queues", () -> sender().queuedBytes() / 1e3);
        backlogs = Sampler.value(time, SAMPLE, "backlogs of the lines", this::backlogKilobytes);
    }

    private LineStats stats(SimLine line) {
        return simulation.isDown() ? line.downStats() : line.upStats();
    }

    /** How long a packet would wait in front of the line. */
    private double modemMillis(SimLine line) {
        LineSettings way =
                simulation.isDown() ? line.spec().down() : line.spec().up();
        return stats(line).queuedBytes() * 8e3 / way.rateBitsPerSecond();
    }

    private EgressSnapshot.Peer sender() {
        SimEnd end = simulation.isDown() ? bond.hub() : bond.site();
        return end.egressSnapshot().peers().get(0);
    }

    private double backlogKilobytes() {
        long bytes = 0;
        for (EgressSnapshot.Line line : sender().lines()) {
            bytes += line.backlogBytes();
        }
        return bytes / 1e3;
    }

    /** What each line delivered, Mbit/s of IP packets. */
    List<Series> rates() {
        return rates;
    }

    /** The queue in front of each line, in its modem, milliseconds. */
    List<Series> modems() {
        return modems;
    }

    /** What waits in the sending end of the bond before a line is chosen, kB. */
    Series flowQueues() {
        return flowQueues;
    }

    /** What waits in the sending end of the bond behind that, kB. */
    Series backlogs() {
        return backlogs;
    }
}
