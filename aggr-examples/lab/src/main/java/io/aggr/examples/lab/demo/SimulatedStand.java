package io.aggr.examples.lab.demo;

import io.aggr.sim.LineSet;
import io.aggr.sim.LineSpec;
import io.aggr.sim.ModelHost;
import io.aggr.sim.Ping;
import io.aggr.sim.Sampler;
import io.aggr.sim.SimLine;
import io.aggr.sim.Simulation;
import io.aggr.sim.SimulationReport;
import io.aggr.sim.TcpFlow;
import io.aggr.sim.TcpOptions;
import io.aggr.sim.VirtualTime;
import io.aggr.sim.report.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The demo in virtual time: the bond's own engine over modelled lines, with a model of TCP. Needs nothing of the machine. */
final class SimulatedStand implements Stand {

    private static final double KILOBYTES_PER_MEGABIT = 125;
    private static final Duration STEP = Duration.ofMillis(200);
    private static final Duration PING_INTERVAL = Duration.ofMillis(100);
    private static final long SEED = 1;

    private final LineSet lines;

    SimulatedStand(LineSet lines) {
        this.lines = lines;
    }

    @Override
    public List<String> description() {
        return List.of(
                "The lines of 2006 in the simulator: two ADSL lines of 4/0.8 Mbit/s, which",
                "is 500/100 kB/s, and 20 ms each way. The bond is the real engine; lines,",
                "modems, hosts and time are modelled. The bond encrypts, and nobody tells it",
                "what the lines carry.");
    }

    @Override
    public String summary() {
        return "2 x 4/0.8 Mbit/s, 20 ms; the bond's engine in the simulator, with a model of TCP";
    }

    @Override
    public Measured run(Stage stage, Progress progress) {
        return stage.way().isBond() ? bonded(stage) : alone(stage);
    }

    private Measured bonded(Stage stage) {
        Simulation simulation = Simulation.of(lines)
                .encrypted(true)
                .configuredRates(0)
                .seed(SEED)
                .settling(stage.settling())
                .flows(stage.connections());
        if (stage.way() == Stage.Way.PER_CONNECTION) {
            simulation.scheduler("flow-hash", Map.of());
        }
        if (stage.isCutting()) {
            String first = lines.lines().get(0).name();
            simulation.at(stage.cutAt(), "line 1 is cut", bond -> bond.cut(first));
            simulation.at(stage.restoreAt(), "line 1 is restored", bond -> bond.restore(first));
        }
        SimulationReport report = stage.isDown()
                ? simulation.download(stage.duration()).run()
                : simulation.upload(stage.duration()).run();
        long beginNanos = report.flows().get(0).startNanos();
        List<Series> carried = new ArrayList<>();
        for (Series line : report.lineRates()) {
            carried.add(kilobytes(line, line.name(), beginNanos));
        }
        Series payload = new Series("TCP payload");
        Series ping = new Series("round trip");
        for (Duration at = Duration.ZERO; at.compareTo(stage.duration()) < 0; at = at.plus(STEP)) {
            Duration end = at.plus(STEP);
            payload.add(end.toNanos(), report.goodputBitsPerSecond(at, end) / 8e3);
            long rtt = report.pingLoaded(at, end).medianNanos();
            ping.add(at.toNanos(), rtt < 0 ? Double.NaN : rtt / 1e6);
        }
        long median = report.pingLoaded().medianNanos();
        return new Measured(
                stage,
                Measured.steadyKilobytes(stage, payload),
                carried,
                payload,
                ping,
                median < 0 ? Double.NaN : median / 1e6,
                Duration.ofNanos(report.longestGapNanos()));
    }

    private static Series kilobytes(Series megabits, String name, long beginNanos) {
        Series series = new Series(name);
        for (int i = 0; i < megabits.size(); i++) {
            if (megabits.timeNanos(i) - beginNanos >= 0) {
                series.add(megabits.timeNanos(i) - beginNanos, megabits.value(i) * KILOBYTES_PER_MEGABIT);
            }
        }
        return series;
    }

    /** One line without a bond: TCP of the two hosts goes over it natively. */
    private Measured alone(Stage stage) {
        VirtualTime time = new VirtualTime();
        int number = stage.way().line();
        LineSpec spec = lines.lines().get(number - 1);
        SimLine line = new SimLine(time, spec, SEED + number);
        ModelHost near = new ModelHost(time, line.near(), "192.168.252.10");
        ModelHost far = new ModelHost(time, line.far(), "10.1.0.10");
        Ping ping = Ping.start(near, far, PING_INTERVAL);
        Series carried = Sampler.rate(
                time,
                PING_INTERVAL,
                spec.name(),
                () -> (stage.isDown() ? line.downStats() : line.upStats()).deliveredBytes());
        TcpFlow flow = stage.isDown()
                ? TcpFlow.start(far, near, TcpOptions.defaults())
                : TcpFlow.start(near, far, TcpOptions.defaults());
        time.runFor(stage.duration());
        long begin = flow.startNanos();
        long settled = begin + stage.settling().toNanos();
        long end = begin + stage.duration().toNanos();
        Series none = new Series(lines.lines().get(2 - number).name());
        Series used = kilobytes(carried, spec.name(), begin);
        Series payload = kilobytes(flow.goodput(STEP), "TCP payload", begin);
        long rtt = ping.rttNanos(0.5, settled, end);
        return new Measured(
                stage,
                Measured.steadyKilobytes(stage, payload),
                number == 1 ? List.of(used, none) : List.of(none, used),
                payload,
                millis(ping.rtt(), begin),
                rtt < 0 ? Double.NaN : rtt / 1e6,
                Duration.ofNanos(flow.longestGapNanos(settled, end)));
    }

    private static Series millis(Series rtt, long beginNanos) {
        Series series = new Series("round trip");
        for (int i = 0; i < rtt.size(); i++) {
            if (rtt.timeNanos(i) - beginNanos >= 0) {
                series.add(rtt.timeNanos(i) - beginNanos, rtt.value(i));
            }
        }
        return series;
    }

    @Override
    public List<String> doubts() {
        return List.of();
    }

    @Override
    public void close() {}
}
