package io.aggr.tun.openbsd;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.Bond;
import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.LinkConfig;
import io.aggr.LinkRates;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.link.LinkSettings;
import io.aggr.link.LinkState;
import io.aggr.tun.IpPrefix;
import io.aggr.tun.TunSettings;
import io.aggr.tun.openbsd.fake.FakeOpenBsd;
import io.aggr.tun.openbsd.fake.Release;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two routers of 2006, each with a kernel of OpenBSD, joined by two lines with a routing table each. */
@OnLinux
class OpenBsdBondTest {

    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final long TICK_NANOS = 10_000_000;
    private static final int PACKETS = 300;
    private static final int PACKET_BYTES = 1000;
    private static final long BOND_ID = 2006;
    private static final byte[] SITE = {10, 0, 1, 9};
    private static final byte[] HUB = {10, 0, 2, 9};

    private static Providers providers(FakeOpenBsd kernel) {
        return Providers.discover()
                .with(new OpenBsdTunProvider(kernel.platform(), new FakeSurroundings(kernel)))
                .with(new NativeUdpLinkProvider(kernel.platform(), local -> 1500))
                .with(new OpenBsdPollerProvider(kernel.platform()));
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(IpPrefix.parse("127.0.0.1").address(), port);
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static LinkConfig line(String name, InetSocketAddress hub, int table) {
        return LinkConfig.of(LinkSettings.to(name, hub).withLocal(loopback(0)).withRoutingTable(table))
                .withRates(LinkRates.of(20_000_000, 20_000_000));
    }

    private static byte[] packet(byte[] from, byte[] to, int number) {
        ByteBuffer packet = ByteBuffer.wrap(Packets.ip(4, PACKET_BYTES, 0));
        packet.put(12, from).put(16, to).putShort(20, (short) 7000).putShort(22, (short) 7001);
        packet.putShort(24, (short) (PACKET_BYTES - 20)).putInt(28, number);
        return packet.array();
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void a_bond_carries_packets_both_ways_and_in_order(Release release) throws Exception {
        FakeOpenBsd siteKernel = new FakeOpenBsd(release);
        FakeOpenBsd hubKernel = new FakeOpenBsd(release);
        // As on a real one, sleepers wake at ticks only.
        siteKernel.tickEvery(TICK_NANOS);
        hubKernel.tickEvery(TICK_NANOS);
        siteKernel.addRoutingTable(1);
        siteKernel.addRoutingTable(2);
        InetSocketAddress hubAddress = loopback(freePort());
        BondConfig hubConfig = BondConfig.hub(
                "hub",
                TunSettings.named("tun%d").withAddresses("10.0.2.1/24").withRoutes("10.0.1.0/24"),
                LinkConfig.listening("listen", hubAddress),
                PeerConfig.plain("site", BOND_ID).withAllowedIps("10.0.1.0/24"));
        BondConfig siteConfig = BondConfig.of(
                "site",
                TunSettings.named("tun%d").withAddresses("10.0.1.1/24").withRoutes("10.0.2.0/24"),
                PeerConfig.plain("hub", BOND_ID)
                        .withAllowedIps("10.0.2.0/24")
                        .withLinks(line("freebox", hubAddress, 1), line("neuf", hubAddress, 2)));
        CountDownLatch linesUp = new CountDownLatch(2);
        BondListener listener = new BondListener() {
            @Override
            public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
                if (state == LinkState.UP) {
                    linesUp.countDown();
                }
            }
        };
        try (Bond hub = Bond.builder(hubConfig).providers(providers(hubKernel)).start();
                Bond site = Bond.builder(siteConfig)
                        .providers(providers(siteKernel))
                        .listener(listener)
                        .start()) {
            assertThat(linesUp.await(20, TimeUnit.SECONDS)).as("lines up").isTrue();
            assertThat(carry(siteKernel, SITE, hubKernel, HUB)).isEqualTo(numbers());
            assertThat(carry(hubKernel, HUB, siteKernel, SITE)).isEqualTo(numbers());
            assertThat(site.stats().peers().get(0).links())
                    .extracting(BondStats.LinkStats::sentPackets)
                    .allMatch(sent -> sent > 0);
            assertThat(hub.isRunning()).isTrue();
        }
        assertThat(siteKernel.openDescriptors() + hubKernel.openDescriptors()).isZero();
        assertThat(siteKernel.networkInterface("tun0")).isNull();
    }

    private static List<Integer> numbers() {
        return IntStream.range(0, PACKETS).boxed().toList();
    }

    /** Sends packets through the bond, a few at a time, and answers the numbers of those that arrive. */
    private static List<Integer> carry(FakeOpenBsd from, byte[] source, FakeOpenBsd to, byte[] target) {
        List<Integer> arrived = new ArrayList<>();
        long since = System.nanoTime();
        int sent = 0;
        while (arrived.size() < PACKETS && System.nanoTime() - since < PATIENCE_NANOS) {
            while (sent < PACKETS && sent - arrived.size() < 20) {
                from.output("tun0", packet(source, target, sent++));
            }
            byte[] packet = to.delivered("tun0");
            if (packet == null) {
                LockSupport.parkNanos(100_000);
            } else {
                arrived.add(ByteBuffer.wrap(packet).getInt(28));
            }
        }
        return arrived;
    }
}
