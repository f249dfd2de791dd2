package io.aggr.examples.daemon.rates;

import io.aggr.BondConfig;
import io.aggr.BondStats;
import io.aggr.PeerConfig;
import io.aggr.StartRate;
import io.aggr.examples.daemon.rates.KeptRates.Name;
import io.aggr.examples.daemon.rates.KeptRates.Rate;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a bond finds of its lines in a file, and hands it to the bond of the next start: lines that are not measured by trains of packets, because
 * they are metered, begin slowly otherwise. It is a start and not the truth; where nothing can be read or written the bond does without.
 *
 * <p>A thread of its own looks every five minutes and writes if a rate has changed by more than a tenth; all is written at the end. The threads that move
 * packets do neither.
 *
 * <p><b>Threading.</b> Any thread.
 *
 * @since 0.1
 */
public final class RatesKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RatesKeeper.class);
    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private final @Nullable RatesFile file;
    private final LongSupplier nowSeconds;
    private final Consumer<String> warn;
    private final KeptRates kept = new KeptRates();
    private final CountDownLatch end = new CountDownLatch(1);
    private Map<Name, Rate> written = Map.of();
    private @Nullable Supplier<BondStats> bond;
    private boolean warned;
    private boolean closed;

    private RatesKeeper(@Nullable RatesFile file, LongSupplier nowSeconds, Consumer<String> warn) {
        this.file = file;
        this.nowSeconds = nowSeconds;
        this.warn = warn;
    }

    /**
     * Reads what there is. What cannot be used is told in the log, and is no reason not to start.
     *
     * @param path the file, which need not exist; null to keep nothing
     * @param config the bond that will be started; what belongs to none of its lines is forgotten
     * @return a keeper with what was read
     */
    public static RatesKeeper open(@Nullable Path path, BondConfig config) {
        return open(path, config, () -> System.currentTimeMillis() / 1_000, log::warn);
    }

    static RatesKeeper open(@Nullable Path path, BondConfig config, LongSupplier nowSeconds, Consumer<String> warn) {
        if (path == null) {
            return new RatesKeeper(null, nowSeconds, warn);
        }
        RatesFile file = new RatesFile(path);
        Optional<String> obstacle = file.obstacle();
        obstacle.ifPresent(why -> warn.accept("rates are not kept: " + path + ": " + why));
        RatesKeeper keeper = new RatesKeeper(obstacle.isPresent() ? null : file, nowSeconds, warn);
        if (obstacle.isEmpty()) {
            keeper.take(file, config);
        }
        return keeper;
    }

    private void take(RatesFile from, BondConfig config) {
        long now = nowSeconds.getAsLong();
        Map<Name, Rate> read = from.read(warn);
        read.forEach((name, rate) -> {
            String line = "line " + RatesFile.encoded(name.line()) + " of peer " + RatesFile.encoded(name.peer());
            if (!isThere(name, config)) {
                warn.accept("the rate of " + line + " in " + from + " is forgotten: there is no such line any more");
            } else if (KeptRates.isOld(rate, now)) {
                warn.accept("the rate of " + line + " in " + from + " is forgotten: it is older than "
                        + KeptRates.MAX_AGE.toDays() + " days");
            } else {
                kept.put(name, rate);
            }
        });
        written = read;
        if (!kept.all().isEmpty()) {
            log.info(
                    "lines begin with what {} of them were found to carry, from {}",
                    kept.all().size(),
                    from);
        }
    }

    /** A peer that can come by itself may have lines that we cannot know of yet. */
    private static boolean isThere(Name name, BondConfig config) {
        for (PeerConfig peer : config.peers()) {
            if (peer.name().equals(name.peer())) {
                return !config.listen().isEmpty()
                        || peer.links().stream().anyMatch(link -> link.name().equals(name.line()));
            }
        }
        return false;
    }

    /**
     * Where a daemon keeps rates whose file says nothing about it: in the folder that a service manager gives it for such things ({@code
     * StateDirectory=} of systemd), and nowhere without one.
     *
     * @param environment the program's environment
     * @param bond the bond's name
     * @return the path of a file, or null
     */
    public static @Nullable Path usualPlace(Map<String, String> environment, String bond) {
        String folders = environment.getOrDefault("STATE_DIRECTORY", "");
        int colon = folders.indexOf(':');
        String first = colon < 0 ? folders : folders.substring(0, colon);
        try {
            return first.startsWith("/") ? Path.of(first, bond + ".rates") : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /**
     * What keeps this user from keeping rates in a file.
     *
     * @param path the file
     * @return one sentence with the file's name, or empty if nothing does
     */
    public static Optional<String> obstacle(Path path) {
        return new RatesFile(path).obstacle().map(why -> "rates cannot be kept in " + path + ": " + why);
    }

    /**
     * What lines begin with.
     *
     * @return what was read, and what was found since
     */
    public synchronized List<StartRate> rates() {
        Supplier<BondStats> running = bond;
        if (running != null) {
            kept.note(StartRate.of(running.get()), nowSeconds.getAsLong());
        }
        return kept.startRates();
    }

    /**
     * Keeps what a bond finds from now on. To be called once.
     *
     * @param stats what the bond is doing; answers after the bond's end too
     * @return this keeper, to be closed before the bond
     */
    public RatesKeeper follow(Supplier<BondStats> stats) {
        synchronized (this) {
            bond = stats;
        }
        if (file != null) {
            Thread thread = new Thread(this::watch, "aggr-rates");
            thread.setDaemon(true);
            thread.start();
        }
        return this;
    }

    private void watch() {
        try {
            while (!end.await(INTERVAL.toSeconds(), TimeUnit.SECONDS)) {
                look(false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes if there is news; at the end also if it is little. */
    synchronized void look(boolean last) {
        RatesFile target = file;
        if (target == null || bond == null || closed) {
            return;
        }
        try {
            rates();
            boolean news = last ? !kept.all().equals(written) : kept.isNewsFor(written);
            if (news) {
                Map<Name, Rate> next = kept.all();
                target.write(next);
                written = next;
                warned = false;
            }
        } catch (IOException | RuntimeException e) {
            if (!warned) {
                warned = true;
                String why = e instanceof IOException problem ? RatesFile.reason(problem) : e.toString();
                warn.accept("rates cannot be written to " + target + ": " + why);
            }
        }
    }

    /** Writes what was found. Idempotent. */
    @Override
    public void close() {
        end.countDown();
        synchronized (this) {
            look(true);
            closed = true;
        }
    }
}
