package io.aggr.badinput;

import io.aggr.Bond;
import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.Keys;
import io.aggr.LinkConfig;
import io.aggr.PacketChannel;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.internal.reorder.GapReorderBuffer;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.link.LinkState;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Two real bonds with keys over sockets of this machine: a hub, and a site with two lines and a scheduler of the test's. */
final class LoopbackPair implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What waits on its way into the site at most. */
    static final int CHANNEL_PACKETS = 1_024;

    final InetSocketAddress address;
    final Bond hub;

    /** The site of this moment. */
    volatile Bond site;

    private final BondConfig siteConfig;
    private final Providers providers;
    private final BondListener also;
    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    final List<Thread> siteThreads = new CopyOnWriteArrayList<>();
    private final PacketChannel hubChannel = PacketChannel.open(1400, 1024);
    private volatile PacketChannel siteChannel = PacketChannel.open(1400, CHANNEL_PACKETS);
    private volatile CountDownLatch linesUp = new CountDownLatch(2);
    private final AtomicReference<@Nullable String> tunBreaks = new AtomicReference<>();

    LoopbackPair(Supplier<Scheduler> scheduler, BondListener also) throws IOException {
        this(scheduler, also, address -> address);
    }

    /** With another way to name the hub for the second line. */
    LoopbackPair(Supplier<Scheduler> scheduler, BondListener also, UnaryOperator<InetSocketAddress> second)
            throws IOException {
        this(scheduler, PeerConfig.Plugin.named("gap"), LoopbackPair::gap, also, second, null);
    }

    private static ReorderBuffer gap(int capacity) {
        return new GapReorderBuffer.Provider().create(ProviderConfig.none(), capacity);
    }

    /** With a reorder buffer of the test's. */
    static LoopbackPair reordering(IntFunction<ReorderBuffer> buffers, BondListener also) throws IOException {
        return new LoopbackPair(
                EarliestArrivalScheduler::new,
                PeerConfig.Plugin.named("under-test"),
                buffers,
                also,
                address -> address,
                null);
    }

    /** With a second line whose socket a test can break. */
    static LoopbackPair breakable(BreakableLink.Provider links, BondListener also) throws IOException {
        return new LoopbackPair(
                EarliestArrivalScheduler::new,
                PeerConfig.Plugin.named("gap"),
                LoopbackPair::gap,
                also,
                address -> address,
                links);
    }

    private LoopbackPair(
            Supplier<Scheduler> scheduler,
            PeerConfig.Plugin reorder,
            IntFunction<ReorderBuffer> buffers,
            BondListener also,
            UnaryOperator<InetSocketAddress> second,
            BreakableLink.@Nullable Provider breakable)
            throws IOException {
        String hubKey = Keys.newPrivateKey();
        String siteKey = Keys.newPrivateKey();
        address = freeAddress();
        Providers known = Providers.discover().with(new SchedulerProvider() {
            @Override
            public String name() {
                return "under-test";
            }

            @Override
            public Scheduler create(ProviderConfig config) {
                return scheduler.get();
            }
        });
        known = known.with(new ReorderBufferProvider() {
            @Override
            public String name() {
                return "under-test";
            }

            @Override
            public ReorderBuffer create(ProviderConfig config, int maxPackets) {
                return buffers.apply(maxPackets);
            }
        });
        LinkConfig secondLine = LinkConfig.udp("lte", second.apply(address));
        if (breakable != null) {
            known = known.with(breakable);
            secondLine = secondLine.withType(breakable.name());
        }
        hub = Bond.builder(BondConfig.hub(
                                "hub",
                                TunSettings.named("channel"),
                                LinkConfig.listening("listen", address),
                                PeerConfig.noise("site", Keys.publicKey(siteKey))
                                        .withAllowedIps("10.2.0.0/16"))
                        .withEncapsulationOptions(Map.of("private-key", hubKey)))
                .tun(hubChannel.device())
                .start();
        siteConfig = BondConfig.of(
                        "site",
                        TunSettings.named("channel"),
                        PeerConfig.noise("hub", Keys.publicKey(hubKey))
                                .withAllowedIps("10.1.0.0/16")
                                .withScheduler(PeerConfig.Plugin.named("under-test"))
                                .withReorder(reorder)
                                .withLinks(LinkConfig.udp("dsl", address), secondLine))
                .withEncapsulationOptions(Map.of("private-key", siteKey));
        providers = known;
        this.also = also;
        site = startSite();
    }

    private Bond startSite() throws IOException {
        CountDownLatch up = linesUp;
        return Bond.builder(siteConfig)
                .providers(providers)
                .tun(new BreakableTun(siteChannel.device(), tunBreaks))
                .threads(work -> {
                    Thread thread = new Thread(work);
                    thread.setDaemon(true);
                    siteThreads.add(thread);
                    return thread;
                })
                .listener(new BondListener() {
                    @Override
                    public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
                        if (state == LinkState.UP) {
                            up.countDown();
                        }
                        also.onLinkState(peer, link, previous, state);
                    }

                    @Override
                    public void onWarning(String message) {
                        also.onWarning(message);
                    }

                    @Override
                    public void onFailure(String message) {
                        failures.add(message);
                    }
                })
                .start();
    }

    /** The site ends, with a word to the hub, and begins anew. */
    void restartSite() throws IOException {
        site.close();
        siteThreads.removeIf(thread -> !thread.isAlive());
        siteChannel = PacketChannel.open(1400, CHANNEL_PACKETS);
        linesUp = new CountDownLatch(2);
        site = startSite();
    }

    /** What the hub's networks say and hear. */
    PacketChannel hubChannel() {
        return hubChannel;
    }

    /** What the site's networks say and hear. */
    PacketChannel siteChannel() {
        return siteChannel;
    }

    /** Waits until both lines carry packets. */
    LoopbackPair up() throws InterruptedException {
        if (!linesUp.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the lines do not come up: " + site.stats());
        }
        return this;
    }

    /** Sends packets from the site to the hub until one comes through that was sent after this call. Returns whether one did in time. */
    boolean carries(int number) {
        return carries(number, Packets.good(100), siteChannel, hubChannel);
    }

    /** The same from the hub to the site. */
    boolean carriesBack(int number) {
        return carries(number, Packets.udp("10.1.0.1", "10.2.0.9", 5000, 100), hubChannel, siteChannel);
    }

    private boolean carries(int number, byte[] bytes, PacketChannel from, PacketChannel to) {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        packet.putInt(28, number);
        ByteBuffer received = ByteBuffer.allocate(1400);
        for (int i = 0; i < 100 && site.isRunning(); i++) {
            from.send(packet.duplicate(), Duration.ofMillis(100));
            while (to.receive(received.clear(), Duration.ofMillis(100)) > 0) {
                if (received.getInt(28) == number) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Waits until the site says that it cannot go on. */
    String failure() throws InterruptedException {
        String failure = failures.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (failure == null) {
            throw new IllegalStateException("no failure is told");
        }
        return failure;
    }

    /** Whether the site has said, and nobody has heard, that it cannot go on. */
    boolean hasFailed() {
        return !failures.isEmpty();
    }

    /** The site's device fails from now on, as one that was deleted. */
    void breakSiteTun(String message) {
        tunBreaks.set(message);
        siteChannel.send(ByteBuffer.wrap(Packets.good(100)), PATIENCE);
    }

    /** How often something happened to the site's peer. */
    long event(String name) {
        return site.stats().peers().get(0).events().getOrDefault(name, 0L);
    }

    Thread siteThread(String role) {
        return siteThreads.stream()
                .filter(thread -> thread.getName().equals("aggr-site-" + role) && thread.isAlive())
                .reduce((older, newer) -> newer)
                .orElseThrow();
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    @Override
    public void close() {
        site.close();
        hub.close();
    }
}
