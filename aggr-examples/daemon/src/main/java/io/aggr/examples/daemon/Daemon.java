package io.aggr.examples.daemon;

import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.StartRate;
import io.aggr.examples.daemon.config.ConfigException;
import io.aggr.examples.daemon.config.ConfigReader;
import io.aggr.examples.daemon.config.DaemonConfig;
import io.aggr.examples.daemon.config.NameResolver;
import io.aggr.examples.daemon.log.LogLevel;
import io.aggr.examples.daemon.rates.RatesKeeper;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A daemon's life from its configuration to a clean end. */
final class Daemon {

    private static final Logger log = LoggerFactory.getLogger(Daemon.class);

    private final PrintWriter err;
    private final RunningBond.Starter starter;
    private final Supplier<StopRequest> stops;
    private final StatusPaths places;

    /**
     * Prepares one.
     *
     * @param err where complaints go
     * @param starter opens bonds
     * @param stops called when the daemon begins; says when it has to stop
     * @param places where daemons answer for their status
     */
    Daemon(PrintWriter err, RunningBond.Starter starter, Supplier<StopRequest> stops, StatusPaths places) {
        this.err = err;
        this.starter = starter;
        this.stops = stops;
        this.places = places;
    }

    /**
     * Lives.
     *
     * @param options what its command line says
     * @return the exit code
     * @throws InterruptedException if the thread is interrupted
     */
    int run(DaemonOptions options) throws InterruptedException {
        LogLevel.set(options.level());
        Path config = options.config();
        StopRequest stop = stops.get();
        PluginFolder folder = new PluginFolder();
        try {
            DaemonConfig read = new ConfigReader(
                            config, options.plugins(), folder, NameResolver.system(Complaints.RESOLVE_TIMEOUT))
                    .read();
            folder.problems().forEach(problem -> log.warn("{}", problem));
            read.doubts().forEach(doubt -> log.warn("{}", doubt));
            Optional<String> missing = starter.missingHere(read.bond(), read.providers());
            if (missing.isPresent()) {
                throw new IOException(missing.get());
            }
            return run(options, read, folder.problems(), stop);
        } catch (ConfigException e) {
            return Complaints.show(e, err);
        } catch (IOException e) {
            err.println("aggr: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private int run(DaemonOptions options, DaemonConfig read, List<String> problems, StopRequest stop)
            throws ConfigException, IOException, InterruptedException {
        CompletableFuture<Ending> ending = new CompletableFuture<>();
        Path socket = options.socket();
        Path ratesFile = read.ratesFile();
        RatesKeeper kept = RatesKeeper.open(
                ratesFile != null
                        ? ratesFile
                        : RatesKeeper.usualPlace(System.getenv(), read.bond().name()),
                read.bond());
        try (StatusSocket status =
                        StatusSocket.open(socket != null ? socket : read.statusSocket(), read.bond(), places);
                RunningBond bond = start(options.config(), read, new FailureListener(ending), kept.rates());
                RatesKeeper rates = kept.follow(bond::stats)) {
            closeAtExit(rates, bond, status);
            status.serve(() -> StatsJson.write(withProblems(bond.stats(), problems)));
            announce(read.bond(), bond.stats());
            stop.whenToReload(new Reload(options, bond, read, rates)::run);
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

    /** For the ends that are no signal that we handle. Closing twice does no harm. */
    private static void closeAtExit(RatesKeeper rates, RunningBond bond, StatusSocket status) {
        Thread hook = new Thread(
                () -> {
                    rates.close();
                    bond.close();
                    status.close();
                },
                "aggr-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private RunningBond start(Path config, DaemonConfig read, BondListener listener, List<StartRate> rates)
            throws ConfigException, IOException {
        try {
            return starter.start(read.bond(), read.providers(), listener, rates);
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
                Complaints.counted(bond.peers().size(), "peer"),
                Complaints.counted(links, "link"),
                Complaints.counted(bond.listen().size(), "listening socket"));
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
