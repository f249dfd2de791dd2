package com.example.app;

import io.aggr.Bond;
import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.LinkConfig;
import io.aggr.PacketChannel;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.link.LinkState;
import io.aggr.tun.TunProvider;
import io.aggr.tun.TunSettings;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Two bonds over loopback; one packet after the other goes through. Says what was found, and whether all is well. */
public final class Main {

    private static final int PACKETS = 500;

    public static void main(String[] args) throws Exception {
        InetSocketAddress hubAddress;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            hubAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), free.getLocalPort());
        }
        BondConfig hubConfig = BondConfig.hub(
                "hub",
                TunSettings.named("channel"),
                LinkConfig.listening("listen", hubAddress),
                PeerConfig.plain("site", 7).withAllowedIps("10.0.1.0/24"));
        BondConfig siteConfig = BondConfig.of(
                "site",
                TunSettings.named("channel"),
                PeerConfig.plain("hub", 7)
                        .withAllowedIps("10.0.2.0/24")
                        .withScheduler(PeerConfig.Plugin.named("by-turns"))
                        .withLinks(LinkConfig.udp("dsl", hubAddress), LinkConfig.udp("lte", hubAddress)));
        PacketChannel hubChannel = PacketChannel.open(1400, 64);
        PacketChannel siteChannel = PacketChannel.open(1400, 64);
        Providers providers = Providers.discover();
        CountDownLatch linesUp = new CountDownLatch(2);
        BondListener listener = new BondListener() {
            @Override
            public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
                if (state == LinkState.UP) {
                    linesUp.countDown();
                }
            }
        };
        try (Bond hub = Bond.builder(hubConfig)
                        .providers(providers)
                        .tun(hubChannel.device())
                        .start();
                Bond site = Bond.builder(siteConfig)
                        .providers(providers)
                        .tun(siteChannel.device())
                        .listener(listener)
                        .start()) {
            System.out.println("lines are up: " + linesUp.await(20, TimeUnit.SECONDS));
            int arrived = 0;
            ByteBuffer in = ByteBuffer.allocate(1400);
            for (int i = 0; i < PACKETS; i++) {
                siteChannel.send(packet(), Duration.ofSeconds(1));
                arrived += hubChannel.receive(in.clear(), Duration.ofSeconds(5)) > 0 ? 1 : 0;
            }
            StringBuilder tuns = new StringBuilder();
            providers.all(TunProvider.class).forEach(tun -> tuns.append(' ').append(tun.name()));
            System.out.println("java: " + Runtime.version().feature());
            System.out.println("module: " + Bond.class.getModule().getName());
            System.out.println("tun providers:" + tuns);
            System.out.println("problems: " + site.stats().problems());
            System.out.println(
                    "scheduler: " + site.stats().peers().get(0).scheduler());
            System.out.println("scheduler events: " + site.stats().peers().get(0).events());
            site.stats().peers().get(0).links().forEach(link -> System.out.println(
                    "line " + link.name() + ": " + (link.sentPackets() > PACKETS / 10 ? "used" : "unused")));
            System.out.println("arrived: " + arrived);
            System.out.println("hub is running: " + hub.isRunning());
        }
    }

    /** IPv4 with UDP in it, 128 bytes, from 10.0.1.1 to 10.0.2.1. */
    private static ByteBuffer packet() {
        ByteBuffer packet = ByteBuffer.allocate(128);
        packet.putInt(0x4500_0080).putInt(0).putInt(0x4011_0000).putInt(0x0A00_0101).putInt(0x0A00_0201);
        packet.putInt(0x0009_0009).putInt(0x006C_0000);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += packet.getShort(i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return packet.putShort(10, (short) ~sum).rewind();
    }
}
