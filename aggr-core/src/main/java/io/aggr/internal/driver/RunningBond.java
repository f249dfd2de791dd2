package io.aggr.internal.driver;

import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.LinkConfig;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.StartRate;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.internal.engine.Engine;
import io.aggr.internal.plugin.BondPlugins;
import io.aggr.link.Link;
import io.aggr.link.NetworkMonitorProvider;
import io.aggr.link.NetworkMonitorProvider.NetworkMonitor;
import io.aggr.link.Poller;
import io.aggr.link.PollerProvider;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a bond together from its configuration and takes it apart again. What was opened first is closed last, also when opening fails half-way.
 */
public final class RunningBond implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningBond.class);

    private final BondConfig config;
    private final Providers providers;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<Link> links = new ArrayList<>();
    private final SecureRandom random = new SecureRandom();
    private final ThreadFactory threads;
    private final long startedNanos = System.nanoTime();
    private final boolean authenticated;
    private final TunDevice tun;
    private final ListenerRelay relay;
    private final BondDriver driver;
    private final LinkKeeper keeper;
    private final RunningPeers peers;
    private boolean closed;
    private volatile @Nullable BondStats last;

    /**
     * Starts a bond.
     *
     * @param config what it is
     * @param providers the plugins that it may use
     * @param listener hears what happens
     * @param device a device of the program's, or null to open one
     * @param startRates what lines carried at another time
     * @param threads makes the threads
     * @return the running bond
     * @throws IOException if the system refuses something
     */
    public static RunningBond start(
            BondConfig config,
            Providers providers,
            BondListener listener,
            @Nullable TunDevice device,
            List<StartRate> startRates,
            ThreadFactory threads)
            throws IOException {
        BondCheck.check(config, providers, device == null);
        return new RunningBond(config, providers, listener, device, startRates, threads);
    }

    private RunningBond(
            BondConfig config,
            Providers providers,
            BondListener listener,
            @Nullable TunDevice device,
            List<StartRate> startRates,
            ThreadFactory threads)
            throws IOException {
        this.config = config;
        this.providers = providers;
        this.threads = threads;
        BondPlugins plugins = new BondPlugins(providers);
        try {
            relay = new ListenerRelay(listener, threads, config.name());
            opened.push(relay);
            tun = device != null
                    ? device
                    : providers.tun(config.tunType()).open(config.tun(), ProviderConfig.of(config.tunOptions()));
            opened.push(tun);
            keeper = new LinkKeeper(new LinkOpener(plugins), new KeeperListener(), threads, config.name());
            opened.push(keeper);
            openLinks();
            EncapsulatorProvider encapsulation = plugins.encapsulation(config);
            authenticated = encapsulation.authenticates();
            Encapsulator encapsulator = openEncapsulator(encapsulation, threads);
            for (int i = 0; i < config.peers().size(); i++) {
                PeerConfig peer = config.peers().get(i);
                encapsulator
                        .handshake()
                        .addPeer(
                                i,
                                peer.name(),
                                ProviderConfig.of(peer.encapsulation().options()));
            }
            if (encapsulator instanceof HandshakeThread thread) {
                thread.start();
            }
            EngineSetup setup =
                    new EngineSetup(config, plugins, encapsulator.traits().carriesFrames());
            Engine engine = new Engine(setup.bond(tun, links, encapsulator, random::nextLong, relay));
            IngressWaiter waiter = new IngressWaiter(links, this::openPoller, "aggr-" + config.name() + "-feeder");
            engine.ingress().ownEnds(OwnEnds.of(links));
            engine.egress().startRates(startRates);
            driver = new BondDriver(engine, tun, links, waiter, threads, config.name(), relay::onFailure);
            opened.push(driver);
            relay.driver(driver);
            if (!authenticated) {
                LOG.warn("bond {} is neither encrypted nor authenticated", config.name());
            }
            peers = new RunningPeers(config, driver, encapsulator.handshake(), new PeerMaker(config, providers, setup));
            relay.keeper(keeper);
            driver.start();
            opened.push(keeper::stop);
            keeper.start(monitor());
        } catch (IOException | RuntimeException e) {
            closeAll();
            throw e;
        }
    }

    /** Key agreement takes milliseconds, so it has a thread of its own; where nothing is agreed on but numbers, none is needed. */
    private Encapsulator openEncapsulator(EncapsulatorProvider provider, ThreadFactory threads) {
        Encapsulator encapsulator = provider.create(ProviderConfig.of(config.encapsulationOptions()), random::nextLong);
        if (provider.authenticates()) {
            encapsulator = new HandshakeThread(
                    encapsulator,
                    threads,
                    config.name(),
                    relay::wakeEgress,
                    error -> relay.onThreadError("the handshake's thread", error));
        }
        opened.push(encapsulator);
        return encapsulator;
    }

    private Poller openPoller() {
        try {
            return providers.best(PollerProvider.class, "poller", p -> true).open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line whose interface is not there yet waits for it, as long as there is another way to the peers, or from them. */
    private void openLinks() throws IOException {
        for (LinkConfig link : config.listen()) {
            use(keeper.open(link));
        }
        List<IOException> refused = new ArrayList<>();
        for (PeerConfig peer : config.peers()) {
            for (LinkConfig link : peer.links()) {
                use(keeper.openOrWait(link, refused::add));
            }
        }
        if (!refused.isEmpty() && refused.size() == links.size()) {
            throw refused.get(0);
        }
    }

    private void use(RenewableLink open) {
        opened.push(open);
        links.add(open);
    }

    /** The platform's, or null: then the keeper looks now and then. */
    private @Nullable NetworkMonitor monitor() {
        for (NetworkMonitorProvider provider : providers.all(NetworkMonitorProvider.class)) {
            if (provider.availability().usable()) {
                try {
                    return provider.watch(keeper::onNetworkChange);
                } catch (IOException | RuntimeException | LinkageError e) {
                    LOG.info("changes of the network are noticed late: {}", e.toString());
                }
            }
        }
        return null;
    }

    /** Passes on what becomes of links. The keeper begins after the driver and ends before it. */
    private final class KeeperListener implements LinkKeeper.Listener {
        @Override
        public void onGone(int localLink) {
            driver.onLinkGone(localLink);
        }

        @Override
        public void onError(Error error) {
            relay.onThreadError("the thread that looks after the links", error);
        }

        @Override
        public void onRenewed(int localLink, RenewableLink link, Link next) {
            driver.onLinkRenewed(localLink, link, next, () -> keeper.onInUse(localLink));
        }
    }

    /**
     * Its peers, which come and go.
     *
     * @return always the same
     */
    public RunningPeers peers() {
        return peers;
    }

    /**
     * Says what lines carried at another time; see {@link io.aggr.Bond#startRates}.
     *
     * @param rates for lines that become known from now on
     */
    public void startRates(List<StartRate> rates) {
        List<StartRate> copy = List.copyOf(rates);
        driver.requireChangeable();
        driver.onEgress(() -> driver.egress().startRates(copy));
    }

    /**
     * Whether it carries packets.
     *
     * @return false after a failure or {@link #close}
     */
    public boolean isRunning() {
        return driver.isRunning();
    }

    /**
     * What it is doing.
     *
     * @return a picture of this moment, of the last one after {@link #close}
     */
    public BondStats stats() {
        // Without a lock: a plugin may ask while another thread closes the bond and waits for the plugin's thread.
        BondStats end = last;
        return end != null ? end : picture();
    }

    private BondStats picture() {
        List<String> problems = new ArrayList<>(providers.problems());
        problems.addAll(keeper.complaints());
        if (relay.lostEvents() > 0) {
            problems.add("a slow listener has missed " + relay.lostEvents() + " events");
        }
        BondStats stats = Engine.stats(
                config.name(),
                tun.name(),
                System.nanoTime() - startedNanos,
                driver.egressSnapshot(),
                driver.ingressSnapshot(),
                authenticated,
                problems);
        long oversized = links.stream().mapToLong(Link::oversizedDatagrams).sum();
        return oversized == 0 ? stats : withDrop(stats, "outer.oversized", oversized);
    }

    private static BondStats withDrop(BondStats stats, String name, long count) {
        Map<String, Long> drops = new TreeMap<>(stats.drops());
        drops.put(name, count);
        return new BondStats(
                stats.name(), stats.tunName(), stats.uptimeNanos(), stats.peers(), drops, stats.problems());
    }

    /**
     * Closes. A plugin that closes the bond it works for gets its call back at once, and the bond is closed by a thread of its own: it could not wait
     * for the thread that the plugin runs on.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            last = picture();
            closed = true;
        }
        if (driver.isOwnThread()) {
            Thread closer = threads.newThread(this::closeAll);
            closer.setName("aggr-" + config.name() + "-closer");
            closer.start();
        } else {
            closeAll();
        }
    }

    /** Closes in reverse order of opening; nothing that fails keeps the rest open. */
    private void closeAll() {
        while (!opened.isEmpty()) {
            AutoCloseable next = opened.pop();
            try {
                next.close();
            } catch (Exception e) {
                LOG.warn("closing {} failed: {}", next.getClass().getSimpleName(), e.toString());
            }
        }
    }
}
