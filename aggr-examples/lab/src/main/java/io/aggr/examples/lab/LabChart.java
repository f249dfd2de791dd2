package io.aggr.examples.lab;

import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.examples.lab.traffic.TransferPlan.Direction;
import io.aggr.examples.lab.traffic.TransferResult;
import io.aggr.sim.LineSpec;
import io.aggr.sim.report.Chart;
import io.aggr.sim.report.Panel;
import io.aggr.sim.report.Series;
import java.util.List;

/** Draws a {@link LabResult}. */
final class LabChart {

    private LabChart() {}

    static String of(LabResult result, String title, String subtitle) {
        TransferResult transfer = result.transfer();
        List<LineSpec> lines = result.scenario().lines().lines();
        Chart chart = new Chart(title).subtitle(subtitle);
        if (transfer.endNanos() - transfer.startNanos() > 0) {
            chart.range(transfer.startNanos(), transfer.endNanos());
        }
        Panel throughput = new Panel("Throughput", "Mbit/s");
        Panel queues = new Panel("Queue in the modem", "ms").height(130);
        for (int line = 0; line < lines.size(); line++) {
            throughput.stack(carried(result, line));
            queues.line(queue(result, line));
        }
        throughput.line(payload(transfer)).reference(sumOfLines(result));
        chart.add(throughput);
        if (result.scenario().pinging()) {
            chart.add(new Panel("Ping", "ms").dots(pings(result.pings())).height(150));
        }
        chart.add(queues);
        result.happened()
                .forEach(happened ->
                        chart.mark(happened.atNanos(), happened.event().label()));
        return chart.svg();
    }

    private static Series carried(LabResult result, int line) {
        Series series = new Series(result.scenario().lines().lines().get(line).name());
        LabSample previous = null;
        for (LabSample sample : result.samples()) {
            if (previous != null) {
                long bytes = result.delivered(sample, line) - result.delivered(previous, line);
                series.add(sample.atNanos(), bytes * 8e3 / (sample.atNanos() - previous.atNanos()));
            }
            previous = sample;
        }
        return series;
    }

    private static Series queue(LabResult result, int line) {
        boolean down = result.scenario().transfer().direction() == Direction.DOWN;
        Series series = new Series(result.scenario().lines().lines().get(line).name());
        for (LabSample sample : result.samples()) {
            series.add(
                    sample.atNanos(),
                    (down ? sample.down() : sample.up()).get(line).queueNanos() / 1e6);
        }
        return series;
    }

    private static Series payload(TransferResult transfer) {
        Series series = new Series("TCP payload");
        long previousNanos = transfer.startNanos();
        for (TransferResult.Sample sample : transfer.samples()) {
            long nanos = sample.endNanos() - previousNanos;
            if (nanos > 0) {
                series.add(sample.endNanos(), sample.bytes() * 8e3 / nanos);
            }
            previousNanos = sample.endNanos();
        }
        return series;
    }

    private static Series sumOfLines(LabResult result) {
        Series series = new Series("sum of the lines");
        Direction direction = result.scenario().transfer().direction();
        LabSample previous = null;
        for (LabSample sample : result.samples()) {
            if (previous != null) {
                double rate = result.history().meanRateBitsPerSecond(direction, previous.atNanos(), sample.atNanos());
                series.add(previous.atNanos(), rate / 1e6);
            }
            previous = sample;
        }
        return series;
    }

    private static Series pings(PingResult pings) {
        Series series = new Series("round trip");
        for (PingResult.Echo echo : pings.echoes()) {
            series.add(echo.sentNanos(), echo.isAnswered() ? echo.rttNanos() / 1e6 : Double.NaN);
        }
        return series;
    }
}
