package io.aggr.sim;

import io.aggr.BondStats;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.TunnelAddresses;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.internal.engine.EngineEvents;
import io.aggr.internal.engine.EngineSettings;
import io.aggr.internal.engine.PeerSettings;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.CidrPrefix;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.packet.IcmpEcho;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.IpPrefix;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A site that runs aggr, and at the far end of its bare tunnels a router that knows nothing of it: it answers ping, delivers what comes, and puts
 * what goes back on the tunnel that its rules choose. A host behind each.
 */
final class StockPeer {

    private final VirtualTime time = new VirtualTime();
    private final List<SimLine> lines = new ArrayList<>();
    private final List<BareWire> wires = new ArrayList<>();
    private final RouterPort routerPort = new RouterPort();
    private final SimEnd site;
    private final ModelHost siteHost;
    private final ModelHost routerHost;
    private final ToIntFunction<ByteBuffer> route;
    private final List<byte[]> oddities = new ArrayList<>();

    /**
     * Starts both.
     *
     * @param set the lines
     * @param scheduler of the site
     * @param reorder of the site
     * @param seed what chance comes from
     * @param route the router's choice of a tunnel for a packet, read at its position
     */
    StockPeer(LineSet set, String scheduler, String reorder, long seed, ToIntFunction<ByteBuffer> route) {
        this.route = route;
        SeededRandom random = new SeededRandom(seed);
        List<SimLink> links = new ArrayList<>();
        List<PeerSettings.LineSettings> settings = new ArrayList<>();
        for (int i = 0; i < set.lines().size(); i++) {
            LineSpec spec = set.lines().get(i);
            SimLine line = new SimLine(time, spec, random.nextLong());
            BareWire wire = new BareWire(line, "198.51.100." + (i + 1), "192.0.2.1");
            int tunnel = i;
            wire.far().receiveWith((packet, from) -> onTunnel(tunnel, packet));
            lines.add(line);
            wires.add(wire);
            links.add(wire.newNearLink());
            settings.add(new PeerSettings.LineSettings(
                    i + 1,
                    spec.name(),
                    i,
                    spec.up().rateBitsPerSecond(),
                    spec.down().rateBitsPerSecond(),
                    0,
                    0,
                    io.aggr.LinkCost.NONE,
                    0,
                    new TunnelAddresses(address("172.16.251." + (1 + i)), address("172.16.251." + (50 + i)))));
        }
        SimTun tun = new SimTun("site0", 1_480);
        PeerSettings peer = new PeerSettings(
                0,
                "stock",
                scheduler,
                () -> provider(SchedulerProvider.class, scheduler).create(ProviderConfig.none()),
                () -> provider(SchedulerProvider.class, "earliest-arrival").create(ProviderConfig.none()),
                reorder,
                packets -> provider(ReorderBufferProvider.class, reorder).create(ProviderConfig.none(), packets),
                packets -> provider(ReorderBufferProvider.class, "none").create(ProviderConfig.none(), packets),
                false,
                PeerConfig.Equalise.OFF,
                settings);
        site = new SimEnd(
                "site",
                time,
                new SimClock(time, 7, 0),
                tun,
                links,
                SimEnd.Probe.NONE,
                events -> engine(tun, links, peer, random, events));
        site.start();
        siteHost = new ModelHost(time, tun, "10.1.0.1", 1_500);
        routerHost = new ModelHost(time, routerPort, "10.2.0.1", 1_500);
    }

    private static EngineSettings engine(
            SimTun tun, List<SimLink> links, PeerSettings peer, SeededRandom random, EngineEvents events) {
        return new EngineSettings(
                tun,
                List.copyOf(links),
                provider(EncapsulatorProvider.class, "ipip").create(ProviderConfig.none(), random::nextLong),
                List.of(peer),
                AllowedIps.of(List.of(new AllowedIps.Entry(CidrPrefix.parse("10.2.0.0/16"), 0, "stock"))),
                new FlowHash(random.nextLong(), random.nextLong()),
                true,
                1 << 21,
                EngineSettings.slotsFor(1 << 21),
                random::nextLong,
                events);
    }

    private static <P extends io.aggr.spi.Provider> P provider(Class<P> type, String name) {
        return Providers.discover().byName(type, name, "plugin");
    }

    private static Inet4Address address(String text) {
        return (Inet4Address) IpPrefix.parse(text).address();
    }

    private void onTunnel(int tunnel, ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(packet.position(), bytes);
        ByteBuffer copy = ByteBuffer.wrap(bytes);
        if (copy.getInt(16) != 0xAC10_FB32 + tunnel) {
            routerPort.receiver.onPacket(copy);
        } else if (IcmpEcho.isRequest(copy, 0, bytes.length)) {
            IcmpEcho.answer(copy, 0, bytes.length);
            sendOver(tunnel, copy);
        } else {
            oddities.add(bytes);
        }
    }

    /** Sends something to the site over a tunnel, whatever it is. */
    void sendOver(int tunnel, ByteBuffer packet) {
        wires.get(tunnel).far().send(packet, Endpoint.of("198.51.100." + (tunnel + 1), 1));
    }

    /** The router's side towards its own host. */
    private final class RouterPort implements PacketPort {
        private Receiver receiver = packet -> {};

        @Override
        public void send(ByteBuffer packet) {
            sendOver(route.applyAsInt(packet), packet);
        }

        @Override
        public void receiveWith(Receiver newReceiver) {
            receiver = newReceiver;
        }
    }

    VirtualTime time() {
        return time;
    }

    ModelHost siteHost() {
        return siteHost;
    }

    ModelHost routerHost() {
        return routerHost;
    }

    SimLine line(int index) {
        return lines.get(index);
    }

    BondStats stats() {
        return site.stats();
    }

    /** Packets for the router itself that were no whole pings. */
    List<byte[]> oddities() {
        return oddities;
    }
}
