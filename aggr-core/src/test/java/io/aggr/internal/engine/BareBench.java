package io.aggr.internal.engine;

import io.aggr.LinkCost;
import io.aggr.PeerConfig;
import io.aggr.TunnelAddresses;
import io.aggr.internal.ipip.IpipEncapsulatorProvider;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.CidrPrefix;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.path.Pacer;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.link.Link;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.IpPrefix;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;

/** One end of two tunnels of bare IP-in-IP, whose other end is the test. The peer owns 10.2.0.0/16. */
final class BareBench {

    private static final long MILLI = 1_000_000;

    final TestTun tun = new TestTun();
    final List<TestLink> links = List.of(new TestLink(), new TestLink());
    private final Egress egress;
    private final Ingress ingress;
    private long nowNanos = -3_000 * MILLI;

    BareBench() throws IOException {
        for (int i = 0; i < 2; i++) {
            links.get(i).own = outer("172.16." + (253 + i) + ".100");
            links.get(i).far = outer("88.191.22.243");
        }
        PeerSettings peer = new PeerSettings(
                0,
                "peer",
                "earliest-arrival",
                EarliestArrivalScheduler::new,
                EarliestArrivalScheduler::new,
                "gap",
                EngineBench::gap,
                EngineBench::gap,
                false,
                PeerConfig.Equalise.OFF,
                List.of(line(1, 0), line(2, 1)));
        Engine engine = new Engine(new EngineSettings(
                tun,
                List.<Link>copyOf(links),
                new IpipEncapsulatorProvider().create(ProviderConfig.none(), () -> 1L),
                List.of(peer),
                AllowedIps.of(List.of(new AllowedIps.Entry(CidrPrefix.parse("10.2.0.0/16"), 0, "peer"))),
                new FlowHash(1, 2),
                true,
                1 << 20,
                1_024,
                new Random(1)::nextLong,
                EngineEvents.NONE));
        egress = engine.egress();
        ingress = engine.ingress();
        egress.start(nowNanos);
        runFor(10);
    }

    private static InetSocketAddress outer(String text) {
        return new InetSocketAddress(IpPrefix.parse(text).address(), 0);
    }

    private static PeerSettings.LineSettings line(int id, int localLink) {
        TunnelAddresses inner = new TunnelAddresses(
                (Inet4Address) IpPrefix.parse("172.16.251." + id).address(),
                (Inet4Address) IpPrefix.parse("172.16.251." + (49 + id)).address());
        return new PeerSettings.LineSettings(
                id, "line-" + id, localLink, Pacer.UNLIMITED, Pacer.UNLIMITED, 0, 0, LinkCost.NONE, 0, inner);
    }

    void runFor(int millis) throws IOException {
        for (int i = 0; i < millis; i++) {
            nowNanos += MILLI;
            for (int link = 0; link < 2; link++) {
                ingress.receive(link, nowNanos);
            }
            ingress.run(nowNanos);
            while (egress.run(nowNanos) == 0) {
                // Until there is nothing more to do now.
            }
            links.forEach(link -> link.sent.clear());
        }
    }
}
