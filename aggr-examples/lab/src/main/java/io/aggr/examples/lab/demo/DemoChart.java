package io.aggr.examples.lab.demo;

import io.aggr.examples.lab.traffic.TransferPlan.Direction;
import io.aggr.sim.report.Chart;
import io.aggr.sim.report.Panel;
import io.aggr.sim.report.Series;
import java.util.ArrayList;
import java.util.List;

/** Draws the whole demo over time, one stage behind the other. */
final class DemoChart {

    private static final long PAUSE_NANOS = 700_000_000;
    private static final long SMOOTH_NANOS = 400_000_000;
    private static final double HEADROOM = 1.2;
    private static final long SECOND = 1_000_000_000L;

    private DemoChart() {}

    static String svg(Outcome outcome, String subtitle) {
        List<Measured> all = outcome.all();
        Panel throughput =
                new Panel("Throughput", "kB/s").height(300).maximum(HEADROOM * outcome.sumKilobytes(Direction.DOWN));
        Panel ping = new Panel("Ping", "ms").height(140);
        int lines = all.isEmpty() ? 0 : all.get(0).lines().size();
        List<Series> carried = new ArrayList<>();
        for (int line = 0; line < lines; line++) {
            carried.add(new Series("line " + (line + 1)));
        }
        Series payload = new Series("TCP payload");
        Series ideal = new Series("both lines");
        Series pings = new Series("round trip");
        Chart chart = new Chart("One TCP connection over the two ADSL lines of 2006").subtitle(subtitle);
        long at = 0;
        for (Measured measured : all) {
            Stage stage = measured.stage();
            long end = at + stage.duration().toNanos();
            for (int line = 0; line < lines; line++) {
                append(carried.get(line), measured.lines().get(line), at, end);
            }
            append(payload, smooth(measured.payload()), at, end);
            copy(pings, measured.ping(), at, end);
            ideal.add(at, outcome.sumKilobytes(stage.direction()));
            chart.mark(at, (stage.isDown() ? "" : "up, ") + stage.label());
            if (stage.isCutting()) {
                chart.mark(at + stage.cutAt().toNanos(), "line 1 is cut");
                chart.mark(at + stage.restoreAt().toNanos(), "and restored");
            }
            at = end + PAUSE_NANOS;
        }
        carried.forEach(throughput::stack);
        throughput.line(payload).reference(ideal);
        return chart.add(throughput)
                .add(ping.dots(pings))
                .range(0, Math.max(SECOND, at - PAUSE_NANOS))
                .svg();
    }

    /** TCP hands out in one piece what waited behind a lost segment; such peaks hide the rest. */
    private static Series smooth(Series source) {
        Series result = new Series(source.name());
        for (int i = 0; i < source.size(); i++) {
            long time = source.timeNanos(i);
            result.add(time, source.mean(time - SMOOTH_NANOS, time + SMOOTH_NANOS));
        }
        return result;
    }

    /** Adds a stage's points, down to zero before and behind it. */
    private static void append(Series target, Series source, long at, long end) {
        target.add(at, 0);
        copy(target, source, at, end);
        target.add(end + 1, 0);
    }

    private static void copy(Series target, Series source, long at, long end) {
        for (int i = 0; i < source.size(); i++) {
            long time = at + source.timeNanos(i);
            if (time > at && time <= end) {
                target.add(time, source.value(i));
            }
        }
    }
}
