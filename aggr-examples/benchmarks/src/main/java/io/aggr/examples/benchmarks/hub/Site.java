package io.aggr.examples.benchmarks.hub;

import io.aggr.LinkCost;
import io.aggr.PeerConfig;
import io.aggr.encap.Encapsulator;
import io.aggr.internal.driver.NioUdpLinkProvider;
import io.aggr.internal.driver.NoiseEncapsulatorProvider;
import io.aggr.internal.engine.Engine;
import io.aggr.internal.engine.EngineEvents;
import io.aggr.internal.engine.EngineSettings;
import io.aggr.internal.engine.PeerSettings;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.CidrPrefix;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.reorder.GapReorderBuffer;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import io.aggr.link.Watch;
import io.aggr.spi.ProviderConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The other end of one peer of the hub: a whole engine with lines of its own, without threads. One thread drives many of them. */
final class Site implements AutoCloseable {

    private final List<Link> links = new ArrayList<>();
    private final Encapsulator encapsulator;
    private final Engine engine;
    private boolean established;
    private long dueNanos;

    /**
     * Opens the lines.
     *
     * @param name the site's name
     * @param privateKey its key
     * @param hubKey the hub's public key
     * @param hub where the hub listens
     * @param lines how many lines lead there
     * @param selector told of the lines; what is attached is the line's task
     * @throws IOException if a socket cannot be opened
     */
    Site(String name, String privateKey, String hubKey, InetSocketAddress hub, int lines, Selector selector)
            throws IOException {
        SecureRandom random = new SecureRandom();
        List<PeerSettings.LineSettings> settings = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            Link link = new NioUdpLinkProvider().open(LinkSettings.to(name + "-" + i, hub), ProviderConfig.none());
            links.add(link);
            settings.add(new PeerSettings.LineSettings(i, "line-" + i, i, 0, 0, 0, 0, LinkCost.NONE, 1_500));
            int line = i;
            ((Watch.Channel) link.watch()).channel().register(selector, SelectionKey.OP_READ, (Receiver)
                    now -> receive(line, now));
        }
        encapsulator = new NoiseEncapsulatorProvider()
                .create(ProviderConfig.of(Map.of("private-key", privateKey)), random::nextLong);
        encapsulator.handshake().addPeer(0, "hub", ProviderConfig.of(Map.of("public-key", hubKey)));
        PeerSettings peer = new PeerSettings(
                0,
                "hub",
                "earliest-arrival",
                EarliestArrivalScheduler::new,
                EarliestArrivalScheduler::new,
                "gap",
                capacity -> new GapReorderBuffer.Provider().create(ProviderConfig.none(), capacity),
                capacity -> new GapReorderBuffer.Provider().create(ProviderConfig.none(), capacity),
                true,
                PeerConfig.Equalise.AUTO,
                settings);
        engine = new Engine(new EngineSettings(
                new SilentTun(),
                links,
                encapsulator,
                List.of(peer),
                AllowedIps.of(List.of(new AllowedIps.Entry(CidrPrefix.parse("0.0.0.0/0"), 0, "hub"))),
                new FlowHash(1, 2),
                true,
                EngineSettings.MIN_ARENA_BYTES,
                512,
                random::nextLong,
                new EngineEvents() {
                    @Override
                    public void onSession(String name) {
                        established = true;
                    }
                }));
    }

    /** What a line does when it has something. */
    interface Receiver {
        /** Takes what has come and does what is due. */
        void receive(long nowNanos) throws IOException;
    }

    /** Greets the hub. */
    void start(long nowNanos) throws IOException {
        engine.egress().start(nowNanos);
        run(nowNanos);
    }

    private void receive(int line, long nowNanos) throws IOException {
        engine.ingress().receive(line, nowNanos);
        run(nowNanos);
    }

    /** Does what is due. */
    void run(long nowNanos) throws IOException {
        long in = engine.ingress().run(nowNanos);
        long out = engine.egress().run(nowNanos);
        // What the ways tell each other is looked at with the next call.
        long again = Math.min(engine.ingress().run(nowNanos), Math.min(in, out));
        dueNanos = nowNanos + Math.max(0, Math.min(again, 1_000_000_000L));
    }

    /** When {@link #run} has to be called next. */
    long dueNanos() {
        return dueNanos;
    }

    /** Whether the hub has answered. */
    boolean isEstablished() {
        return established;
    }

    @Override
    public void close() {
        links.forEach(Link::close);
        encapsulator.close();
    }
}
