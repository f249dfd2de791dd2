package io.aggr.examples.daemon;

import io.aggr.Providers;
import io.aggr.examples.daemon.log.LogLevel;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.sim.LineSet;
import io.aggr.sim.Profiles;
import io.aggr.sim.Simulation;
import io.aggr.sim.SimulationReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aggr sim}: whole bonds over modelled lines, in virtual time. */
@Command(
        name = "sim",
        descriptionHeading = "%n",
        description = {
            "Simulates a bond: the real engine at both ends, modelled lines and a modelled TCP between them, in virtual time. "
                    + "Needs no privilege; the same seed gives the same result on every machine."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  aggr sim --profile unequal",
            "  aggr sim --profile four --scheduler lowest-rtt --plugins ./plugins --svg four.svg",
            "",
            "Exit codes: 0 simulated, 1 failed, 2 wrong usage."
        })
final class SimCommand implements Callable<Integer> {

    private final PrintWriter out;
    private final PrintWriter err;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = "seed",
            description = "Set of lines, default seed; an unknown name lists all.")
    private String profile = "seed";

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            defaultValue = "earliest-arrival",
            description = "Default earliest-arrival.")
    private String scheduler = "earliest-arrival";

    @Option(
            names = "--reorder",
            paramLabel = "NAME",
            defaultValue = "gap",
            description = "Reorder buffer, default gap.")
    private String reorder = "gap";

    @Option(names = "--plugins", paramLabel = "DIR", description = "Folder with jars of plugins.")
    private @Nullable Path plugins;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "How long the transfer is measured, 1 to 3600, default 30.")
    private int seconds = 30;

    @Option(names = "--up", description = "Upload instead of download.")
    private boolean up;

    @Option(
            names = "--flows",
            paramLabel = "N",
            defaultValue = "1",
            description = "TCP connections, 1 to 64, default 1.")
    private int flows = 1;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Runs with the seeds 1 to N, 1 to 100, default 1.")
    private int seeds = 1;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draws the rates of the last run into a file.")
    private @Nullable Path svg;

    @SuppressWarnings("UnusedVariable") // picocli reads it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    SimCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws IOException {
        LogLevel.set(Level.WARN);
        List<SimulationReport> reports = new ArrayList<>();
        try {
            requireRange("--seconds", seconds, 3_600);
            requireRange("--flows", flows, 64);
            requireRange("--seeds", seeds, 100);
            LineSet lines = Profiles.named(profile);
            Providers providers = new PluginFolder().load(plugins);
            SchedulerProvider chosen = providers.byName(SchedulerProvider.class, scheduler, "scheduler");
            ReorderBufferProvider order = providers.byName(ReorderBufferProvider.class, reorder, "reorder buffer");
            for (int seed = 1; seed <= seeds; seed++) {
                Duration length = Duration.ofSeconds(seconds);
                Simulation simulation = Simulation.of(lines)
                        .scheduler(chosen)
                        .reorder(order)
                        .flows(flows)
                        .seed(seed);
                reports.add((up ? simulation.upload(length) : simulation.download(length)).run());
            }
        } catch (IllegalArgumentException e) {
            err.println("aggr: " + e.getMessage());
            return ExitCode.USAGE;
        }
        out.println(SimulationReport.table(reports).text());
        SimulationReport last = reports.get(reports.size() - 1);
        if (svg != null) {
            Files.writeString(svg, last.chart().svg());
            out.println("Chart: " + svg.toAbsolutePath());
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void requireRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(option + " must be 1.." + most + ", got " + value);
        }
    }
}
