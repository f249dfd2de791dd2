package io.aggr.examples.lab.demo;

import io.aggr.examples.lab.Lab;
import io.aggr.examples.lab.LabBond;
import io.aggr.examples.lab.LabEvent;
import io.aggr.examples.lab.LabHost;
import io.aggr.examples.lab.LabOptions;
import io.aggr.examples.lab.LabSample;
import io.aggr.examples.lab.Pause;
import io.aggr.examples.lab.RunningTransfer;
import io.aggr.examples.lab.emulator.Lateness;
import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import io.aggr.sim.LineSet;
import io.aggr.sim.LineSpec;
import io.aggr.sim.report.Series;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The demo in a {@link Lab}: real daemons, kernel TCP, emulated lines. */
final class LabStand implements Stand {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 100;
    /** More than a packet needs on such a line is too much; a little of it changes no figure here. */
    private static final long TOLERABLE_NANOS = 5_000_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Lab lab;
    private final LineSet lines;
    private final List<ChildProcess> daemons = new ArrayList<>();
    private Stage.Way present = Stage.Way.BONDED;
    private boolean isJoined;

    LabStand(LineSet lines, LabOptions options) throws IOException {
        this.lines = lines;
        lab = Lab.start(lines, options);
    }

    @Override
    public List<String> description() {
        return List.of(
                "The network of 2006 in network namespaces: two ADSL lines behind modems",
                "that translate addresses, real daemons at both ends, TCP of the kernel",
                "between the LANs. Only the lines are emulated: 4/0.8 Mbit/s, which is",
                "500/100 kB/s, and 20 ms each way. The bond encrypts, and nobody tells it",
                "what the lines carry.");
    }

    @Override
    public String summary() {
        return "2 x 4/0.8 Mbit/s, 20 ms, emulated; real daemons and TCP of the kernel between network namespaces";
    }

    @Override
    public Measured run(Stage stage, Progress progress) throws IOException {
        if (!isJoined || stage.way() != present) {
            join(stage.way(), progress);
        }
        RunningTransfer transfer =
                lab.begin(new TransferPlan(stage.direction(), stage.connections(), stage.duration(), 0));
        lab.setPinging(true);
        int events = 0;
        while (transfer.isRunning()) {
            Pause.of(Duration.ofMillis(LOOK_MILLIS));
            TransferResult soFar = transfer.soFar();
            if (soFar.totalBytes() == 0) {
                continue;
            }
            long sinceNanos = System.nanoTime() - soFar.startNanos();
            if (stage.isCutting()) {
                events = advance(stage, events, sinceNanos, progress);
            }
            progress.running(
                    measured(stage, soFar),
                    Math.min(sinceNanos, stage.duration().toNanos()) / 1e9);
        }
        TransferResult result = transfer.await();
        lab.setPinging(false);
        return measured(stage, result);
    }

    private int advance(Stage stage, int done, long sinceNanos, Progress progress) throws IOException {
        if (done == 0 && sinceNanos >= stage.cutAt().toNanos()) {
            event("cut line1");
            progress.happened("line 1 is cut, silently");
            return 1;
        }
        if (done == 1 && sinceNanos >= stage.restoreAt().toNanos()) {
            event("restore line1");
            progress.happened("line 1 is restored");
            return 2;
        }
        return done;
    }

    private void event(String statement) throws IOException {
        for (LabEvent event : LabEvent.parseScript(statement)) {
            lab.event(event);
        }
    }

    /** Puts in what joins the two LANs. */
    private void join(Stage.Way way, Progress progress) throws IOException {
        isJoined = false;
        daemons.forEach(ChildProcess::terminate);
        daemons.forEach(ChildProcess::close);
        daemons.clear();
        lab.unroutePlain();
        if (way.isBond()) {
            progress.preparing("starting both daemons");
            LabBond bond = LabBond.noise(lab.addresses());
            if (way == Stage.Way.PER_CONNECTION) {
                bond = bond.withScheduler("flow-hash");
            }
            LabBond.Texts texts = bond.texts(
                    lab.addresses(),
                    lines,
                    (name, key) -> lab.writePrivate(name, key).toString());
            daemons.add(lab.startDaemon(LabHost.GATE_GIGABIT, texts.gigabit()));
            daemons.add(lab.startDaemon(LabHost.GATE_MEGABIT, texts.megabit()));
        } else {
            lab.routePlain(way.line());
        }
        lab.awaitReachable(PATIENCE);
        present = way;
        isJoined = true;
    }

    private Measured measured(Stage stage, TransferResult result) {
        long startNanos = result.startNanos();
        long endNanos = Math.max(startNanos + 1, result.endNanos());
        long settlingNanos = stage.settling().toNanos();
        boolean isSettled = endNanos - startNanos > settlingNanos;
        PingResult pings = lab.pings(startNanos + (isSettled ? settlingNanos : 0), endNanos);
        long median = pings.quantileNanos(0.5);
        Series payload = payload(result);
        return new Measured(
                stage,
                Measured.steadyKilobytes(stage, payload),
                carried(stage, startNanos, endNanos),
                payload,
                pingSeries(startNanos, lab.pings(startNanos, endNanos)),
                median < 0 ? Double.NaN : median / 1e6,
                Duration.ofNanos(result.longestGapNanos(settlingNanos, Long.MAX_VALUE / 2)));
    }

    private List<Series> carried(Stage stage, long startNanos, long endNanos) {
        List<LabSample> samples = lab.samples();
        List<Series> all = new ArrayList<>();
        for (int line = 0; line < lines.lines().size(); line++) {
            LineSpec spec = lines.lines().get(line);
            Series series = new Series(spec.name());
            LabSample previous = null;
            for (LabSample sample : samples) {
                if (previous != null
                        && previous.atNanos() - startNanos >= -LOOK_MILLIS * NANOS_PER_MILLI
                        && sample.atNanos() - endNanos <= 0) {
                    long bytes = delivered(stage, sample, line) - delivered(stage, previous, line);
                    series.add(sample.atNanos() - startNanos, bytes * 1e6 / (sample.atNanos() - previous.atNanos()));
                }
                previous = sample;
            }
            all.add(series);
        }
        return all;
    }

    private static long delivered(Stage stage, LabSample sample, int line) {
        return (stage.isDown() ? sample.down() : sample.up()).get(line).deliveredBytes();
    }

    private static Series payload(TransferResult result) {
        Series series = new Series("TCP payload");
        long previousNanos = result.startNanos();
        for (TransferResult.Sample sample : result.samples()) {
            long nanos = sample.endNanos() - previousNanos;
            // The last one may be a sliver.
            if (nanos > LOOK_MILLIS * NANOS_PER_MILLI / 4) {
                series.add(sample.endNanos() - result.startNanos(), sample.bytes() * 1e6 / nanos);
            }
            previousNanos = sample.endNanos();
        }
        return series;
    }

    private static Series pingSeries(long startNanos, PingResult pings) {
        Series series = new Series("round trip");
        for (PingResult.Echo echo : pings.echoes()) {
            series.add(echo.sentNanos() - startNanos, echo.isAnswered() ? echo.rttNanos() / 1e6 : Double.NaN);
        }
        return series;
    }

    @Override
    public List<String> doubts() throws IOException {
        List<String> doubts = new ArrayList<>();
        Lateness lateness = lab.lateness();
        if (lateness.p99Nanos() > TOLERABLE_NANOS) {
            doubts.add("This machine was busy; its lines came late (" + lateness + ").");
        }
        long dropped = lab.droppedByEmulator();
        if (dropped > 0) {
            doubts.add("This machine was too busy: it lost " + dropped + " packets of its own.");
        }
        return doubts;
    }

    @Override
    public void close() {
        lab.close();
    }
}
