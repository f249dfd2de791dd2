package io.aggr.sim;

import io.aggr.sim.report.Chart;
import io.aggr.sim.report.Panel;
import io.aggr.sim.report.Series;
import java.time.Duration;

/** Draws a run over time: what each line carried, what the application got, the ping, the queues at the sender and in the modems. */
final class SimulationChart {
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final double MEGA = 1e6;

    private final String title;
    private final String subtitle;
    private final long beginNanos;
    private final long endNanos;

    /** A drawing whose time axis begins with the traffic and ends with it. */
    SimulationChart(String title, String subtitle, long beginNanos, long endNanos) {
        this.title = title;
        this.subtitle = subtitle;
        this.beginNanos = beginNanos;
        this.endNanos = endNanos;
    }

    Chart draw(SimulationTraffic traffic, Ping ping, SimulationTrace trace, Capacity.History capacity, boolean down) {
        Panel throughput = new Panel("Throughput", "Mbit/s");
        Panel modems = new Panel("Queue in the modems", "ms").height(100);
        trace.rates().forEach(series -> throughput.stack(sinceBegin(series)));
        trace.modems().forEach(series -> modems.line(sinceBegin(series)));
        throughput.line(sinceBegin(traffic.goodput(INTERVAL)));
        throughput.reference(ideal(capacity, down));
        return new Chart(title)
                .subtitle(subtitle)
                .add(throughput)
                .add(new Panel("Ping", "ms").dots(sinceBegin(ping.rtt())).height(140))
                .add(new Panel("Queue at the sender", "kB")
                        .stack(sinceBegin(trace.flowQueues()))
                        .stack(sinceBegin(trace.backlogs()))
                        .height(110))
                .add(modems)
                .range(0, endNanos - beginNanos);
    }

    private Series ideal(Capacity.History capacity, boolean down) {
        Series series = new Series("ideal");
        long step = INTERVAL.toNanos();
        for (long at = beginNanos; at + step - endNanos <= 0; at += step) {
            double rate = capacity.meanBitsPerSecond(down, at, at + step) * capacity.payloadShare();
            series.add(at - beginNanos, rate / MEGA);
        }
        return series;
    }

    private Series sinceBegin(Series series) {
        Series moved = new Series(series.name());
        for (int i = 0; i < series.size(); i++) {
            moved.add(series.timeNanos(i) - beginNanos, series.value(i));
        }
        return moved;
    }
}
