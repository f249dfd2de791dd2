package io.aggr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.link.LinkState;
import io.aggr.tun.TunSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Peers come and go while a hub runs, with real sockets and keys on the loopback interface. */
@Isolated
class PeersAtRunTimeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String hubKey = Keys.newPrivateKey();
    private final List<String> siteKeys = List.of(Keys.newPrivateKey(), Keys.newPrivateKey(), Keys.newPrivateKey());
    private final PacketChannel channel = PacketChannel.open(1_400, 256);
    private InetSocketAddress address;
    private Bond hub;

    @BeforeEach
    void start_a_hub_with_one_peer() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            address = new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
        hub = Bond.builder(BondConfig.hub(
                                "hub", TunSettings.named("channel"), LinkConfig.listening("listen", address), peer(0))
                        .withEncapsulationOptions(Map.of("private-key", hubKey)))
                .tun(channel.device())
                .start();
    }

    @AfterEach
    void stop_it() {
        hub.close();
    }

    /** Peer n has the network 10.n.0.0/16. */
    private PeerConfig peer(int n) {
        return PeerConfig.noise("peer-" + n, Keys.publicKey(siteKeys.get(n))).withAllowedIps("10." + n + ".0.0/16");
    }

    /** Starts the other end of a peer and waits until its lines are up. */
    private Bond site(int n, PacketChannel siteChannel) throws Exception {
        CountDownLatch up = new CountDownLatch(2);
        Bond site = Bond.builder(BondConfig.of(
                                "site-" + n,
                                TunSettings.named("channel"),
                                PeerConfig.noise("hub", Keys.publicKey(hubKey))
                                        .withAllowedIps("10.9.0.0/16")
                                        .withLinks(LinkConfig.udp("one", address), LinkConfig.udp("two", address)))
                        .withEncapsulationOptions(Map.of("private-key", siteKeys.get(n))))
                .tun(siteChannel.device())
                .listener(new BondListener() {
                    @Override
                    public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
                        if (state == LinkState.UP) {
                            up.countDown();
                        }
                    }
                })
                .start();
        assertThat(up.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return site;
    }

    private void exchange(int n, PacketChannel siteChannel) {
        ByteBuffer received = ByteBuffer.allocate(1_400);
        assertThat(siteChannel.send(packet(n, 9), PATIENCE)).isTrue();
        assertThat(channel.receive(received.clear(), PATIENCE)).isEqualTo(100);
        assertThat(channel.send(packet(9, n), PATIENCE)).isTrue();
        assertThat(siteChannel.receive(received.clear(), PATIENCE)).isEqualTo(100);
    }

    private static ByteBuffer packet(int from, int to) {
        ByteBuffer packet = ByteBuffer.allocate(100);
        packet.put(0, (byte) 0x45).putShort(2, (short) 100).put(8, (byte) 64).put(9, (byte) 17);
        packet.putInt(12, 0x0A00_0001 | from << 16).putInt(16, 0x0A00_0001 | to << 16);
        packet.putShort(20, (short) 5000).putShort(22, (short) 5000).putShort(24, (short) 80);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += packet.getShort(i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >> 16);
        return packet.putShort(10, (short) ~((sum & 0xFFFF) + (sum >> 16)));
    }

    private List<String> names() {
        return hub.stats().peers().stream().map(BondStats.PeerStats::name).toList();
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("aggr-hub-"))
                .filter(thread -> !thread.getName().endsWith("-events"))
                .collect(Collectors.toSet());
    }

    @Test
    void a_peer_that_is_added_can_come_and_one_that_is_removed_cannot() throws Exception {
        Set<Thread> before = threads();
        PacketChannel first = PacketChannel.open(1_400, 256);
        PacketChannel second = PacketChannel.open(1_400, 256);
        try (Bond one = site(0, first)) {
            exchange(0, first);
            hub.addPeer(peer(1));
            assertThat(names()).containsExactly("peer-0", "peer-1");
            assertThat(hub.config().peers()).extracting(PeerConfig::name).containsExactly("peer-0", "peer-1");
            try (Bond two = site(1, second)) {
                exchange(1, second);
                exchange(0, first);
                assertThat(hub.stats().peers().get(1).established()).isTrue();

                hub.removePeer("peer-1");
                assertThat(names()).containsExactly("peer-0");
                assertThat(second.send(packet(1, 9), PATIENCE)).isTrue();
                exchange(0, first);
                assertThat(channel.send(packet(9, 1), PATIENCE)).isTrue();
                exchange(0, first);
                assertThat(hub.stats().drops()).containsEntry("tun.no-route", 1L);
                assertThat(two.isRunning()).isTrue();
            }
            assertThat(one.isRunning()).isTrue();
        }
        assertThat(threads()).isEqualTo(before);
    }

    @Test
    void a_peer_comes_back_after_it_was_removed_and_added_again() throws Exception {
        PacketChannel siteChannel = PacketChannel.open(1_400, 256);
        hub.addPeer(peer(1));
        hub.removePeer("peer-1");
        hub.addPeer(peer(1));
        try (Bond site = site(1, siteChannel)) {
            exchange(1, siteChannel);
            assertThat(site.isRunning()).isTrue();
        }
    }

    @Test
    void what_does_not_go_together_is_refused_and_changes_nothing() throws Exception {
        hub.addPeer(peer(1));
        assertThatThrownBy(() -> hub.addPeer(peer(1))).hasMessageContaining("two peers are named peer-1");
        assertThatThrownBy(() -> hub.addPeer(peer(2).withAllowedIps("10.1.0.0/16")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("belongs to both peer-1 and peer-2");
        assertThatThrownBy(() -> hub.addPeer(PeerConfig.noise("copy", Keys.publicKey(siteKeys.get(1)))
                        .withAllowedIps("10.8.0.0/16")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("peers peer-1 and copy have the same");
        assertThatThrownBy(() -> hub.addPeer(peer(2).withScheduler(PeerConfig.Plugin.named("no-such"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no-such");
        assertThatThrownBy(() -> hub.addPeer(PeerConfig.plain("other", 3).withAllowedIps("10.8.0.0/16")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("same encapsulation");
        assertThatThrownBy(() -> hub.addPeer(peer(2).withLinks(LinkConfig.udp("own", address))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("peer-2 has links");
        assertThatThrownBy(() -> hub.removePeer("nobody")).hasMessageContaining("there is no peer nobody");
        assertThat(names()).containsExactly("peer-0", "peer-1");
        hub.removePeer("peer-1");
        assertThatThrownBy(() -> hub.removePeer("peer-0")).hasMessageContaining("at least one peer");

        PacketChannel siteChannel = PacketChannel.open(1_400, 256);
        try (Bond site = site(0, siteChannel)) {
            exchange(0, siteChannel);
            assertThat(site.isRunning()).isTrue();
        }
    }

    @Test
    void all_peers_are_changed_at_once_and_who_stays_keeps_its_session() throws Exception {
        PacketChannel siteChannel = PacketChannel.open(1_400, 256);
        hub.addPeer(peer(1));
        try (Bond site = site(0, siteChannel)) {
            exchange(0, siteChannel);
            PeerChanges changes =
                    hub.changePeers(List.of(peer(0).withAllowedIps("10.0.0.0/16", "10.7.0.0/16"), peer(2)));
            assertThat(changes)
                    .isEqualTo(new PeerChanges(List.of("peer-2"), List.of("peer-1"), List.of(), List.of("peer-0")));
            exchange(7, siteChannel);
            assertThat(hub.stats().peers().get(0).events()).containsEntry("association", 1L);

            assertThatThrownBy(() -> hub.changePeers(List.of(peer(0), peer(1).withAllowedIps("10.0.0.0/16"))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(names()).containsExactly("peer-0", "peer-2");
            exchange(7, siteChannel);

            assertThat(hub.changePeers(hub.config().peers()).isEmpty()).isTrue();
            assertThat(hub.changePeers(List.of(peer(0).withRepair(false))).replaced())
                    .containsExactly("peer-0");
            assertThat(site.isRunning()).isTrue();
        }
    }

    @Test
    void a_far_end_with_a_name_stays_the_same_wherever_the_name_leads() throws IOException {
        PeerConfig far =
                PeerConfig.noise("far", Keys.publicKey(siteKeys.get(2))).withAllowedIps("10.8.0.0/16");
        BondConfig config = BondConfig.of("site", TunSettings.named("channel"), far.withLinks(to("hub.example", 1)))
                .withEncapsulationOptions(Map.of("private-key", siteKeys.get(0)));
        PacketChannel siteChannel = PacketChannel.open(1_400, 256);
        try (Bond site = Bond.builder(config).tun(siteChannel.device()).start()) {
            assertThat(site.changePeers(List.of(far.withLinks(to("hub.example", 2))))
                            .isEmpty())
                    .isTrue();
            assertThatThrownBy(() -> site.changePeers(List.of(far.withLinks(to("other.example", 2)))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("peer far has links of its own")
                    .hasMessageContaining("starting the bond anew");
        }
    }

    private LinkConfig to(String host, int lastByte) throws IOException {
        InetAddress there = InetAddress.getByAddress(host, new byte[] {127, 0, 0, (byte) lastByte});
        return LinkConfig.udp("line", new InetSocketAddress(there, address.getPort()));
    }

    @Test
    void a_bond_that_was_closed_takes_no_peer() {
        hub.close();
        assertThatThrownBy(() -> hub.addPeer(peer(1))).isInstanceOf(IllegalStateException.class);
    }
}
