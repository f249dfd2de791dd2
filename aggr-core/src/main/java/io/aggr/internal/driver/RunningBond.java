package io.aggr.internal.driver;

import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.LinkConfig;
import io.aggr.LinkRates;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.StartRate;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.internal.engine.Engine;
import io.aggr.internal.engine.EngineSettings;
import io.aggr.internal.engine.PeerSettings;
import io.aggr.internal.packet.FlowHash;
import io.aggr.link.Link;
import io.aggr.link.NetworkMonitorProvider;
import io.aggr.link.NetworkMonitorProvider.NetworkMonitor;
import io.aggr.link.Poller;
import io.aggr.link.PollerProvider;
import io.aggr.link.SourceRouteProvider;
import io.aggr.link.SourceRouteProvider.SourceRoute;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private static final String FALLBACK_SCHEDULER = "earliest-arrival";
    private static final String FALLBACK_REORDER = "gap";
    private static final String BARE_FALLBACK_REORDER = "none";

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
        check(config, providers, device == null);
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
        try {
            relay = new ListenerRelay(listener, threads, config.name());
            opened.push(relay);
            tun = device != null
                    ? device
                    : providers.tun(config.tunType()).open(config.tun(), ProviderConfig.of(config.tunOptions()));
            opened.push(tun);
            keeper = new LinkKeeper(new Opener(), new KeeperListener(), threads, config.name());
            opened.push(keeper);
            openLinks();
            EncapsulatorProvider encapsulation = encapsulation(config, providers);
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
            Engine engine = new Engine(settings(encapsulator));
            IngressWaiter waiter = new IngressWaiter(links, this::openPoller, "aggr-" + config.name() + "-feeder");
            engine.ingress().ownEnds(OwnEnds.of(links));
            engine.egress().startRates(startRates);
            driver = new BondDriver(engine, tun, links, waiter, threads, config.name(), relay::onFailure);
            opened.push(driver);
            relay.driver(driver);
            if (!authenticated) {
                LOG.warn("bond {} is neither encrypted nor authenticated", config.name());
            }
            peers = new RunningPeers(
                    config,
                    driver,
                    encapsulator.handshake(),
                    new PeerMaker(encapsulator.traits().carriesFrames()));
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

    /** Opens sockets with the bond's providers. */
    private final class Opener implements LinkKeeper.Opener {
        @Override
        public Link open(LinkConfig link) throws IOException {
            return providers
                    .link(link.type(), link.settings())
                    .open(link.settings(), ProviderConfig.of(link.options()));
        }

        @Override
        public @Nullable SourceRoute route(LinkConfig link) throws IOException {
            InetAddress gateway = link.gateway();
            InetSocketAddress local = link.settings().local();
            return gateway == null || local == null
                    ? null
                    : providers
                            .best(SourceRouteProvider.class, "provider of source routes", p -> true)
                            .install(
                                    local.getAddress(), gateway, link.settings().device());
        }
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

    private EngineSettings settings(Encapsulator encapsulator) {
        List<PeerSettings> peers = new ArrayList<>();
        int nextLink = config.listen().size();
        long bitsPerSecond = 0;
        boolean allTold = true;
        for (int i = 0; i < config.peers().size(); i++) {
            PeerConfig peer = config.peers().get(i);
            List<PeerSettings.LineSettings> lines = new ArrayList<>();
            for (LinkConfig link : peer.links()) {
                lines.add(new PeerSettings.LineSettings(
                        lines.size(),
                        link.name(),
                        nextLink++,
                        link.rates().upBitsPerSecond(),
                        link.rates().downBitsPerSecond(),
                        link.rates().maxUpBitsPerSecond(),
                        link.rates().maxDownBitsPerSecond(),
                        link.cost(),
                        link.mtuBytes(),
                        link.inner()));
                bitsPerSecond += most(link.rates());
                allTold &= most(link.rates()) != 0;
            }
            peers.add(peerSettings(i, peer, lines, encapsulator.traits().carriesFrames()));
        }
        int arenaBytes = EngineSettings.arenaBytesFor(allTold ? bitsPerSecond : 0);
        return new EngineSettings(
                tun,
                links,
                encapsulator,
                peers,
                RunningPeers.routes(config),
                new FlowHash(random.nextLong(), random.nextLong()),
                config.clampMss(),
                arenaBytes,
                EngineSettings.slotsFor(arenaBytes),
                random::nextLong,
                relay);
    }

    /** The most that a line may carry in one direction: a bound holds, a rate may turn out to be too low; 0 if nobody can tell. */
    private static long most(LinkRates rates) {
        long up = most(rates.upBitsPerSecond(), rates.maxUpBitsPerSecond());
        long down = most(rates.downBitsPerSecond(), rates.maxDownBitsPerSecond());
        return up == 0 || down == 0 ? 0 : Math.max(up, down);
    }

    private static long most(long bitsPerSecond, long boundBitsPerSecond) {
        if (boundBitsPerSecond != LinkRates.UNKNOWN) {
            return boundBitsPerSecond;
        }
        return bitsPerSecond == LinkRates.UNLIMITED ? 0 : 2 * bitsPerSecond;
    }

    private PeerSettings peerSettings(
            int index, PeerConfig peer, List<PeerSettings.LineSettings> lines, boolean framed) {
        return new PeerSettings(
                index,
                peer.name(),
                peer.scheduler().name(),
                () -> scheduler(providers, peer.scheduler()),
                () -> scheduler(providers, PeerConfig.Plugin.named(FALLBACK_SCHEDULER)),
                peer.reorder().name(),
                capacity -> reorder(providers, peer.reorder(), capacity),
                capacity -> reorder(
                        providers,
                        PeerConfig.Plugin.named(framed ? FALLBACK_REORDER : BARE_FALLBACK_REORDER),
                        capacity),
                peer.repair(),
                framed ? peer.equalise() : PeerConfig.Equalise.OFF,
                lines);
    }

    /**
     * Checks a configuration without touching anything.
     *
     * @param config what it is
     * @param providers the plugins that it may use
     * @param opensTun whether a TUN device will have to be opened
     * @throws IllegalArgumentException if it could not be started
     */
    public static void check(BondConfig config, Providers providers, boolean opensTun) {
        if (opensTun) {
            providers.tun(config.tunType());
        }
        EncapsulatorProvider encapsulation = encapsulation(config, providers);
        ProviderConfig common = ProviderConfig.of(config.encapsulationOptions());
        try (Encapsulator trial = encapsulation.create(common, () -> 1L)) {
            refuseUnread("encapsulation " + encapsulation.name(), common);
            FrameRules.check(
                    config, providers, encapsulation.name(), trial.traits().carriesFrames());
            for (int i = 0; i < config.peers().size(); i++) {
                checkPeer(i, config.peers().get(i), providers, encapsulation, trial);
            }
        }
        for (LinkConfig link : config.listen()) {
            checkLink(link, providers);
        }
    }

    private static void checkPeer(
            int index, PeerConfig peer, Providers providers, EncapsulatorProvider encapsulation, Encapsulator trial) {
        if (!encapsulation.authenticates() && !peer.acceptNoAuthentication()) {
            throw new IllegalArgumentException("peer " + peer.name() + ": encapsulation " + encapsulation.name()
                    + " does not authenticate; it needs accept-no-authentication = true");
        }
        inPlace("peer " + peer.name(), () -> {
            ProviderConfig options = ProviderConfig.of(peer.encapsulation().options());
            trial.handshake().addPeer(index, peer.name(), options);
            refuseUnread("encapsulation " + encapsulation.name(), options);
            scheduler(providers, peer.scheduler()).close();
            reorder(providers, peer.reorder(), 16).close();
        });
        for (LinkConfig link : peer.links()) {
            checkLink(link, providers);
        }
    }

    private static void checkLink(LinkConfig link, Providers providers) {
        inPlace("link " + link.name(), () -> {
            providers.link(link.type(), link.settings());
            if (link.gateway() != null) {
                providers.best(SourceRouteProvider.class, "provider of source routes", p -> true);
            }
        });
    }

    private static void inPlace(String place, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }

    private static EncapsulatorProvider encapsulation(BondConfig config, Providers providers) {
        Set<String> names = new HashSet<>();
        for (PeerConfig peer : config.peers()) {
            names.add(peer.encapsulation().name());
        }
        if (names.size() > 1) {
            throw new IllegalArgumentException(
                    "all peers of a bond must use the same encapsulation, since they may share a socket; found "
                            + names);
        }
        return providers.byName(EncapsulatorProvider.class, names.iterator().next(), "encapsulation");
    }

    private static Scheduler scheduler(Providers providers, PeerConfig.Plugin plugin) {
        ProviderConfig options = ProviderConfig.of(plugin.options());
        Scheduler scheduler = providers
                .byName(SchedulerProvider.class, plugin.name(), "scheduler")
                .create(options);
        refuseUnread("scheduler " + plugin.name(), options);
        return scheduler;
    }

    private static ReorderBuffer reorder(Providers providers, PeerConfig.Plugin plugin, int capacity) {
        ProviderConfig options = ProviderConfig.of(plugin.options());
        ReorderBuffer buffer = providers
                .byName(ReorderBufferProvider.class, plugin.name(), "reorder buffer")
                .create(options, capacity);
        refuseUnread("reorder buffer " + plugin.name(), options);
        return buffer;
    }

    private static void refuseUnread(String what, ProviderConfig options) {
        Set<String> unread = options.unread();
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(what + " has no option " + String.join(", ", unread));
        }
    }

    /** Checks and makes peers while the bond runs. */
    private final class PeerMaker implements RunningPeers.Maker {

        private final boolean framed;

        PeerMaker(boolean framed) {
            this.framed = framed;
        }

        @Override
        public void check(PeerConfig peer) {
            checkAll(config.withPeers(List.of(peer)));
        }

        @Override
        public void checkAll(BondConfig next) {
            if (!next.peers()
                    .get(0)
                    .encapsulation()
                    .name()
                    .equals(config.peers().get(0).encapsulation().name())) {
                throw new IllegalArgumentException("peer " + next.peers().get(0).name()
                        + ": all peers of a bond must use the same encapsulation, here "
                        + config.peers().get(0).encapsulation().name());
            }
            RunningBond.check(next, providers, false);
        }

        @Override
        public PeerSettings settings(int number, PeerConfig peer) {
            return peerSettings(number, peer, List.of(), framed);
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
