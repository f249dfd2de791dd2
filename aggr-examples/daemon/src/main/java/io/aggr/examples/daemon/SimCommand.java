package io.aggr.examples.daemon;

import io.aggr.Providers;
import io.aggr.examples.daemon.log.LogLevel;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.sim.CongestionAlgorithm;
import io.aggr.sim.LineSet;
import io.aggr.sim.Profiles;
import io.aggr.sim.Simulation;
import io.aggr.sim.SimulationReport;
import io.aggr.sim.TcpOptions;
import io.aggr.sim.cases.BondCase;
import io.aggr.sim.cases.CaseReport;
import io.aggr.sim.cases.Cases;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code aggr sim}: whole bonds over modelled lines, in virtual time. */
@Command(
        name = "sim",
        descriptionHeading = "%n",
        description = {
            "Simulates a bond: the real engine at both ends, modelled lines and a modelled TCP between them, in virtual time. "
                    + "Needs no privilege; the same seed gives the same result on every machine.",
            "",
            "With --all or --case it runs the cases by which a bond is judged, each with its own lines, traffic and marks."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  aggr sim --profile unequal",
            "  aggr sim --profile four --scheduler lowest-rtt --plugins ./plugins --svg four.svg",
            "  aggr sim --all",
            "  aggr sim --case dead-fast --case lossy --seeds 10 --rates told --charts .",
            "",
            "Exit codes: 0 simulated, and all marks of the cases are met; 1 failed, 2 wrong usage, 5 a mark was missed."
        })
final class SimCommand extends HelpfulCommand {
    /** What a case says itself. */
    private static final List<String> NOT_WITH_CASES =
            List.of("--profile", "--seconds", "--up", "--flows", "--congestion", "--ecn", "--ipv6", "--svg");

    private static final List<String> ONLY_WITH_CASES = List.of("--json", "--charts");

    private final PrintWriter out;
    private final PrintWriter err;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--all", description = "Runs all cases and prints one table.")
    private boolean all;

    @Option(
            names = "--case",
            paramLabel = "NAME",
            description = "Runs a case; may be repeated. An unknown name lists all.")
    private List<String> cases = List.of();

    @Option(
            names = "--json",
            description = "With cases: prints every figure of every run as JSON in place of the table.")
    private boolean json;

    @Option(
            names = "--charts",
            paramLabel = "DIR",
            description = "With cases: where a drawing of each goes; a new temporary directory unless said.")
    private @Nullable Path charts;

    @Option(
            names = "--rates",
            paramLabel = "told|found",
            description = "Whether the bond is told what the lines carry or finds it out, default found.")
    private String rates = "found";

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Set of lines, default seed; an unknown name lists all.")
    private String profile = "seed";

    @Option(names = "--scheduler", paramLabel = "NAME", description = "Default earliest-arrival.")
    private String scheduler = "earliest-arrival";

    @Option(names = "--reorder", paramLabel = "NAME", description = "Reorder buffer, default gap.")
    private String reorder = "gap";

    @Option(names = "--plugins", paramLabel = "DIR", description = "Folder with jars of plugins.")
    private @Nullable Path plugins;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long the transfer is measured, 1 to 3600, default 30.")
    private int seconds = 30;

    @Option(names = "--up", description = "Upload instead of download.")
    private boolean up;

    @Option(names = "--flows", paramLabel = "N", description = "TCP connections, 1 to 64, default 1.")
    private int flows = 1;

    @Option(
            names = "--congestion",
            paramLabel = "cubic|bbr",
            description = "Congestion control of the connections, default cubic.")
    private String congestion = "cubic";

    @Option(names = "--ecn", description = "The connections use explicit congestion notification.")
    private boolean ecn;

    @Option(names = "--ipv6", description = "IPv6 inside and outside.")
    private boolean ipv6;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Runs with the seeds 1 to N, 1 to 100; default 1, with cases 3.")
    private @Nullable Integer seeds;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draws the last run into a file.")
    private @Nullable Path svg;

    SimCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        LogLevel.set(Level.WARN);
        try {
            boolean judged = all || !cases.isEmpty();
            refuse(judged ? NOT_WITH_CASES : ONLY_WITH_CASES, judged ? "--all and --case" : "one simulation");
            int runs = seeds == null ? judged ? 3 : 1 : seeds;
            requireRange("--seconds", seconds, 3_600);
            requireRange("--flows", flows, 64);
            requireRange("--seeds", runs, 100);
            boolean told = isTold();
            UnaryOperator<Simulation> chosen = plugins();
            return judged ? runCases(chosen, runs, told) : runOne(chosen, runs, told);
        } catch (IllegalArgumentException e) {
            err.println("aggr: " + e.getMessage());
            return ExitCode.USAGE;
        }
    }

    private void refuse(List<String> options, String beside) {
        ParseResult given = spec.commandLine().getParseResult();
        for (String option : options) {
            if (given.hasMatchedOption(option)) {
                throw new IllegalArgumentException(option + " has no meaning for " + beside);
            }
        }
    }

    private boolean isTold() {
        return switch (rates) {
            case "told" -> true;
            case "found" -> false;
            default -> throw new IllegalArgumentException("--rates must be told or found, got \"" + rates + "\"");
        };
    }

    private UnaryOperator<Simulation> plugins() throws IOException {
        Providers providers = new PluginFolder().load(plugins);
        SchedulerProvider chosen = providers.byName(SchedulerProvider.class, scheduler, "scheduler");
        ReorderBufferProvider order = providers.byName(ReorderBufferProvider.class, reorder, "reorder buffer");
        return simulation -> simulation.scheduler(chosen).reorder(order);
    }

    private int runCases(UnaryOperator<Simulation> chosen, int runs, boolean told)
            throws IOException, InterruptedException {
        List<BondCase> wanted = all
                ? Cases.of(BondCase.Stage.SIMULATOR)
                : cases.stream().map(Cases::named).toList();
        for (BondCase each : wanted) {
            if (!each.stages().contains(BondCase.Stage.SIMULATOR)) {
                throw new IllegalArgumentException("case " + each.name() + " needs the lab");
            }
        }
        Path directory =
                charts == null ? Files.createTempDirectory("aggr-sim-charts-") : Files.createDirectories(charts);
        CaseReport report = new SimulatedCases(wanted, runs, told, chosen, directory, err).run();
        if (json) {
            out.print(report.json());
        } else {
            out.println(report.table().text());
            out.println(
                    "Worst of " + runs + " seed(s) each, rates " + rates + ". Charts: " + directory.toAbsolutePath());
        }
        out.flush();
        return report.isMet() ? ExitCode.OK : ExitCode.MISSED;
    }

    private int runOne(UnaryOperator<Simulation> chosen, int runs, boolean told) throws IOException {
        LineSet lines = Profiles.named(profile);
        TcpOptions tcp = TcpOptions.defaults().withCongestion(congestion()).withEcn(ecn);
        List<SimulationReport> reports = new ArrayList<>();
        for (int seed = 1; seed <= runs; seed++) {
            Duration length = Duration.ofSeconds(seconds);
            Simulation simulation = chosen.apply(Simulation.of(lines)
                    .configuredRates(told ? 1 : 0)
                    .tcp(tcp)
                    .flows(flows)
                    .ipv6Inside(ipv6)
                    .ipv6Outside(ipv6)
                    .seed(seed));
            reports.add((up ? simulation.upload(length) : simulation.download(length)).run());
        }
        out.println(SimulationReport.table(reports).text());
        SimulationReport last = reports.get(reports.size() - 1);
        out.println(last.details());
        if (svg != null) {
            Files.writeString(svg, last.chart().svg());
            out.println("Chart: " + svg.toAbsolutePath());
        }
        out.flush();
        return ExitCode.OK;
    }

    private CongestionAlgorithm congestion() {
        return switch (congestion.toLowerCase(Locale.ROOT)) {
            case "cubic" -> CongestionAlgorithm.CUBIC;
            case "bbr" -> CongestionAlgorithm.BBR;
            default ->
                throw new IllegalArgumentException("--congestion must be cubic or bbr, got \"" + congestion + "\"");
        };
    }

    private static void requireRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(option + " must be 1.." + most + ", got " + value);
        }
    }
}
