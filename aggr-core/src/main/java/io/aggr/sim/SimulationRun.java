package io.aggr.sim;

import io.aggr.BondStats.LinkStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One run of a {@link Simulation}, from nothing to its report. */
final class SimulationRun {
    private static final Duration PING_INTERVAL = Duration.ofMillis(100);
    private static final long PING_FROM_NANOS = 2_000_000_000L;
    private static final long LAST_REPLIES_NANOS = 500_000_000L;

    private final Simulation simulation;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedBond bond;
    private final List<SimulationReport.Mark> marks = new ArrayList<>();
    private final Map<String, LinkStats> settled = new HashMap<>();
    private final long beginNanos;
    private final long endNanos;

    SimulationRun(Simulation simulation, List<Simulation.Event> events) {
        this.simulation = simulation;
        bond = new SimulatedBond(simulation, time);
        beginNanos = Simulation.LEAD_IN.toNanos();
        endNanos = beginNanos + simulation.duration().toNanos();
        for (Simulation.Event event : events) {
            long atNanos = beginNanos + event.at().toNanos();
            marks.add(new SimulationReport.Mark(atNanos - beginNanos, event.label()));
            time.schedule(atNanos, () -> event.action().accept(bond));
        }
    }

    SimulationReport run() {
        SimulationTrace trace = new SimulationTrace(simulation, bond);
        time.runUntil(PING_FROM_NANOS);
        Ping ping = Ping.start(bond.siteHost(), bond.hubHost(), PING_INTERVAL);
        time.runUntil(beginNanos);
        SimulationTraffic traffic = SimulationTraffic.start(simulation, bond);
        time.runUntil(beginNanos + simulation.settling().toNanos());
        senderLinks().forEach(link -> settled.put(link.name(), link));
        time.runUntil(endNanos);
        Conservation.check(bond);
        SimulationReport report =
                new SimulationReport(simulation, bond, ping, traffic, trace, uses(), marks, beginNanos, endNanos);
        bond.stop();
        return report;
    }

    /** The lines as the end sees them that sends the traffic. */
    private List<LinkStats> senderLinks() {
        return (simulation.isDown() ? bond.hubStats() : bond.siteStats())
                .peers()
                .get(0)
                .links();
    }

    private List<LineUse> uses() {
        return senderLinks().stream()
                .map(link -> LineUse.between(settled.getOrDefault(link.name(), link), link))
                .toList();
    }

    /** Up to when pings count: a reply that is still under way at the end is not lost. */
    static long lastPing(long endNanos) {
        return endNanos - LAST_REPLIES_NANOS;
    }

    /** From when pings of the idle bond count: when it is surely up. */
    static long firstIdlePing() {
        return PING_FROM_NANOS;
    }
}
