package io.aggr;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.LinkState;
import io.aggr.tun.TunSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two real bonds with keys, over real sockets of this machine. */
@Isolated
class NoiseBondTest {

    private static final int PACKETS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String hubKey = Keys.newPrivateKey();
    private final String siteKey = Keys.newPrivateKey();

    @ParameterizedTest
    @ValueSource(strings = {"aes-256-gcm", "chacha20-poly1305"})
    void packets_come_through_in_both_directions(String cipher) throws Exception {
        InetSocketAddress address = freeAddress();
        BondConfig hubConfig = BondConfig.hub(
                        "hub",
                        TunSettings.named("channel"),
                        LinkConfig.listening("listen", address),
                        PeerConfig.noise("site", Keys.publicKey(siteKey)).withAllowedIps("10.0.1.0/24"))
                .withEncapsulationOptions(Map.of("private-key", hubKey, "cipher", cipher));
        BondConfig siteConfig = BondConfig.of(
                        "site",
                        TunSettings.named("channel"),
                        PeerConfig.noise("hub", Keys.publicKey(hubKey))
                                .withAllowedIps("10.0.2.0/24")
                                .withLinks(LinkConfig.udp("dsl", address), LinkConfig.udp("lte", address)))
                .withEncapsulationOptions(Map.of("private-key", siteKey, "cipher", cipher));
        PacketChannel hubChannel = PacketChannel.open(1400, 1024);
        PacketChannel siteChannel = PacketChannel.open(1400, 1024);
        CountDownLatch linesUp = new CountDownLatch(2);
        BondListener listener = new BondListener() {
            @Override
            public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
                if (state == LinkState.UP) {
                    linesUp.countDown();
                }
            }
        };
        try (Bond hub = Bond.builder(hubConfig).tun(hubChannel.device()).start();
                Bond site = Bond.builder(siteConfig)
                        .tun(siteChannel.device())
                        .listener(listener)
                        .start()) {
            assertThat(linesUp.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            exchange(siteChannel, hubChannel, packet(1, 2));
            exchange(hubChannel, siteChannel, packet(2, 1));
            assertThat(site.stats().peers().get(0).authenticated()).isTrue();
            for (Bond bond : new Bond[] {hub, site}) {
                BondStats stats = bond.stats();
                assertThat(stats.drops()).doesNotContainKeys("outer.unauthentic", "outer.replayed", "mailbox-full");
                assertThat(stats.toString()).doesNotContain(hubKey, siteKey);
            }
        }
    }

    private static void exchange(PacketChannel from, PacketChannel to, ByteBuffer packet) {
        ByteBuffer received = ByteBuffer.allocate(1400);
        for (int i = 0; i < PACKETS; i++) {
            packet.putInt(28, i);
            assertThat(from.send(packet.duplicate(), PATIENCE)).isTrue();
            assertThat(to.receive(received.clear(), PATIENCE)).as("packet " + i).isEqualTo(100);
            assertThat(received.getInt(28)).isEqualTo(i);
        }
    }

    /** A UDP packet of 100 bytes from one network's host to the other's. */
    private static ByteBuffer packet(int from, int to) {
        ByteBuffer packet = ByteBuffer.allocate(100);
        packet.put(0, (byte) 0x45).putShort(2, (short) 100).put(8, (byte) 64).put(9, (byte) 17);
        packet.putInt(12, 0x0A00_0001 | (from << 8)).putInt(16, 0x0A00_0001 | (to << 8));
        packet.putShort(20, (short) 5000).putShort(22, (short) 5000).putShort(24, (short) 80);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += packet.getShort(i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >> 16);
        return packet.putShort(10, (short) ~((sum & 0xFFFF) + (sum >> 16)));
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }
}
