package io.aggr.examples.daemon;

import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.examples.daemon.config.ConfigException;
import io.aggr.examples.daemon.config.ConfigReader;
import io.aggr.examples.daemon.config.DaemonConfig;
import io.aggr.examples.daemon.config.NameResolver;
import io.aggr.examples.daemon.log.LogLevel;
import io.aggr.examples.daemon.status.StatsJson;
import io.aggr.examples.daemon.status.StatusPaths;
import io.aggr.examples.daemon.status.StatusServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aggr run}: the daemon's life from its configuration to a clean end. */
@Command(
        name = "run",
        descriptionHeading = "%n",
        description = {
            "Bonds the lines that the configuration names, until SIGTERM or Ctrl-C.",
            "Stays in the foreground and logs to standard error; a line with \"ready\" says that the bond is open. A second signal ends it at once."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  aggr run --config /etc/aggr/site.toml",
            "  aggr run --config site.toml --plugins ./plugins --log-level debug",
            "",
            "Exit codes: 0 stopped by a signal, 1 the system refused something, 2 the configuration is wrong."
        })
final class RunCommand implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

    private final PrintWriter err;
    private final RunningBond.Starter starter;
    private final Supplier<StopRequest> stops;
    private final StatusPaths places;

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration file.")
    private Path config = Path.of("");

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Folder with plugin jars; wins over \"plugins\" in the file.")
    private @Nullable Path plugins;

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description = "Answer \"aggr status\" at this socket; wins over \"status-socket\" in the file.")
    private @Nullable Path socket;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "Least level to log: error, warn, info, debug or trace; info if not given.")
    private Level level = Level.INFO;

    @SuppressWarnings("UnusedVariable") // picocli reads it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    RunCommand(PrintWriter err, RunningBond.Starter starter, Supplier<StopRequest> stops, StatusPaths places) {
        this.err = err;
        this.starter = starter;
        this.stops = stops;
        this.places = places;
    }

    @Override
    public Integer call() throws InterruptedException {
        LogLevel.set(level);
        StopRequest stop = stops.get();
        PluginFolder folder = new PluginFolder();
        try {
            DaemonConfig read =
                    new ConfigReader(config, plugins, folder, NameResolver.system(CheckCommand.RESOLVE_TIMEOUT)).read();
            folder.problems().forEach(problem -> log.warn("{}", problem));
            Optional<String> missing = starter.missingHere(read.bond(), read.providers());
            if (missing.isPresent()) {
                throw new IOException(missing.get());
            }
            return run(read, folder.problems(), stop);
        } catch (ConfigException e) {
            return CheckCommand.complain(e, err);
        } catch (IOException e) {
            err.println("aggr: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private int run(DaemonConfig read, List<String> problems, StopRequest stop)
            throws ConfigException, IOException, InterruptedException {
        CompletableFuture<Ending> ending = new CompletableFuture<>();
        try (StatusSocket status =
                        StatusSocket.open(socket != null ? socket : read.statusSocket(), read.bond(), places);
                RunningBond bond = start(read, new FailureListener(ending))) {
            closeAtExit(bond, status);
            status.serve(() -> StatsJson.write(withProblems(bond.stats(), problems)));
            announce(read.bond(), bond.stats());
            stop.whenAsked(why -> ending.complete(new Ending(ExitCode.OK, why)));
            Ending end = ending.get();
            if (end.code == ExitCode.OK) {
                log.info("stopping: {}", end.why);
            } else {
                log.error("stopping: {}", end.why);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        log.info("stopped");
        return ending.join().code;
    }

    /** Why the daemon ends, and with which exit code. */
    private record Ending(int code, String why) {}

    /** For the ends that are no signal that we handle, such as SIGHUP. Closing twice does no harm. */
    private static void closeAtExit(RunningBond bond, StatusSocket status) {
        Thread hook = new Thread(
                () -> {
                    bond.close();
                    status.close();
                },
                "aggr-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private RunningBond start(DaemonConfig read, BondListener listener) throws ConfigException, IOException {
        try {
            return starter.start(read.bond(), read.providers(), listener);
        } catch (IllegalArgumentException e) {
            throw ConfigException.wrong(config, String.valueOf(e.getMessage()));
        }
    }

    private void announce(BondConfig bond, BondStats stats) {
        int links = bond.peers().stream().mapToInt(peer -> peer.links().size()).sum();
        log.info(
                "ready: bond {} on {}, {}, {}, {}",
                bond.name(),
                stats.tunName(),
                CheckCommand.counted(bond.peers().size(), "peer"),
                CheckCommand.counted(links, "link"),
                CheckCommand.counted(bond.listen().size(), "listening socket"));
    }

    /** The bond knows of providers that failed to load; that a jar cannot be read only the folder knows. */
    private static BondStats withProblems(BondStats stats, List<String> more) {
        if (stats.problems().containsAll(more)) {
            return stats;
        }
        Set<String> all = new LinkedHashSet<>(more);
        all.addAll(stats.problems());
        return new BondStats(
                stats.name(), stats.tunName(), stats.uptimeNanos(), stats.peers(), stats.drops(), new ArrayList<>(all));
    }

    /** The socket for the status, if there can be one. Where nobody asked for it, a bond without is better than none. */
    private record StatusSocket(Optional<StatusServer> server) implements AutoCloseable {

        static StatusSocket open(@Nullable Path wanted, BondConfig bond, StatusPaths places) throws IOException {
            if (wanted != null) {
                return new StatusSocket(Optional.of(StatusServer.bind(wanted)));
            }
            Optional<Path> usual = places.forBond(bond.name());
            if (usual.isEmpty()) {
                log.warn(
                        "\"aggr status\" will not work: none of {} can be written; name a place with --socket",
                        places.folders());
                return new StatusSocket(Optional.empty());
            }
            return new StatusSocket(Optional.of(StatusServer.bind(usual.get())));
        }

        void serve(Supplier<String> document) {
            server.ifPresent(present -> present.serve(document));
        }

        @Override
        public void close() {
            server.ifPresent(StatusServer::close);
        }
    }

    /** Ends the daemon when the bond cannot go on; all else that happens is in the library's own log lines. */
    private record FailureListener(CompletableFuture<Ending> ending) implements BondListener {

        @Override
        public void onFailure(String message) {
            ending.complete(new Ending(ExitCode.FAILED, message));
        }
    }
}
