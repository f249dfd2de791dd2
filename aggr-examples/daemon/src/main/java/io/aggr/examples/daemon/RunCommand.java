package io.aggr.examples.daemon;

import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.PeerConfig;
import io.aggr.examples.daemon.config.ConfigException;
import io.aggr.examples.daemon.config.DaemonConfig;
import io.aggr.examples.daemon.log.LogLevel;
import io.aggr.examples.daemon.status.StatsJson;
import io.aggr.examples.daemon.status.StatusPaths;
import io.aggr.examples.daemon.status.StatusServer;
import io.aggr.link.LinkState;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
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
        DaemonConfig read;
        try {
            read = CheckCommand.read(config, plugins, folder, starter);
        } catch (ConfigException e) {
            return CheckCommand.complain(e, err);
        }
        folder.problems().forEach(problem -> log.warn("{}", problem));
        try (StatusSocket status =
                        StatusSocket.open(socket != null ? socket : read.statusSocket(), read.bond(), places);
                RunningBond bond = start(read)) {
            closeAtExit(bond, status);
            status.serve(() -> StatsJson.write(withProblems(bond.stats(), folder.problems())));
            announce(read.bond(), bond.stats());
            log.info("stopping: {}", stop.await());
        } catch (ConfigException e) {
            return CheckCommand.complain(e, err);
        } catch (IOException e) {
            err.println("aggr: " + e.getMessage());
            return ExitCode.FAILED;
        }
        log.info("stopped");
        return ExitCode.OK;
    }

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

    private RunningBond start(DaemonConfig read) throws ConfigException, IOException {
        try {
            return starter.start(read.bond(), read.providers(), new EventLog());
        } catch (IllegalArgumentException e) {
            throw ConfigException.wrong(config, String.valueOf(e.getMessage()));
        }
    }

    private void announce(BondConfig bond, BondStats stats) {
        for (PeerConfig peer : bond.peers()) {
            if (peer.acceptNoAuthentication()) {
                log.warn(
                        "peer {}: encapsulation {} proves nothing about who sends and hides nothing, as accepted in {}",
                        peer.name(),
                        peer.encapsulation().name(),
                        config);
            }
        }
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

    /** Writes a bond's events to the log. */
    private static final class EventLog implements BondListener {

        @Override
        public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
            log.info("link {} to {}: {} (was {})", link, peer, lower(state), lower(previous));
        }

        @Override
        public void onSession(String peer) {
            log.info("peer {}: connected", peer);
        }

        @Override
        public void onWarning(String message) {
            log.warn("{}", message);
        }

        private static String lower(LinkState state) {
            return state.name().toLowerCase(Locale.ROOT);
        }
    }
}
