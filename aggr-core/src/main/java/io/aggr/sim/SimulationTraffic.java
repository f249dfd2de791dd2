package io.aggr.sim;

import io.aggr.sim.report.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sent through a bond in a {@link Simulation}: TCP connections or a flow of datagrams.
 *
 * @param flows the connections, none with datagrams
 * @param datagrams the flow of datagrams, or null with TCP
 */
record SimulationTraffic(List<TcpFlow> flows, @Nullable UdpFlow datagrams) {

    /** Starts now. */
    static SimulationTraffic start(Simulation simulation, SimulatedBond bond) {
        ModelHost from = simulation.isDown() ? bond.hubHost() : bond.siteHost();
        ModelHost to = simulation.isDown() ? bond.siteHost() : bond.hubHost();
        if (simulation.datagramShare() > 0) {
            long rate = Math.round(simulation.datagramShare() * bond.datagramBitsPerSecond(simulation.datagramBytes()));
            return new SimulationTraffic(List.of(), UdpFlow.start(from, to, rate, simulation.datagramBytes()));
        }
        List<TcpFlow> flows = new ArrayList<>();
        for (int i = 0; i < simulation.flows(); i++) {
            flows.add(TcpFlow.start(from, to, simulation.tcp()));
        }
        return new SimulationTraffic(List.copyOf(flows), null);
    }

    double goodputBitsPerSecond(long fromNanos, long toNanos) {
        double sum = datagrams == null ? 0 : datagrams.goodputBitsPerSecond(fromNanos, toNanos);
        for (TcpFlow flow : flows) {
            sum += flow.goodputBitsPerSecond(fromNanos, toNanos);
        }
        return sum;
    }

    /** The longest time in which one of the flows delivered nothing. */
    long longestGapNanos(long fromNanos, long toNanos) {
        long longest = datagrams == null ? 0 : datagrams.longestGapNanos(fromNanos, toNanos);
        for (TcpFlow flow : flows) {
            longest = Math.max(longest, flow.longestGapNanos(fromNanos, toNanos));
        }
        return longest;
    }

    /** Goodput of all flows together, Mbit/s. */
    Series goodput(Duration interval) {
        List<Series> all = new ArrayList<>();
        flows.forEach(flow -> all.add(flow.goodput(interval)));
        if (datagrams != null) {
            all.add(datagrams.goodput(interval));
        }
        Series first = all.get(0);
        Series sum = new Series("application");
        for (int i = 0; i < first.size(); i++) {
            double value = 0;
            for (Series series : all) {
                value += i < series.size() ? series.value(i) : 0;
            }
            sum.add(first.timeNanos(i), value);
        }
        return sum;
    }

    /** In a few words. */
    String text(Simulation simulation) {
        return datagrams == null
                ? flows.size() + " x " + simulation.tcp().congestion()
                : "UDP at " + Math.round(simulation.datagramShare() * 100) + " %";
    }
}
