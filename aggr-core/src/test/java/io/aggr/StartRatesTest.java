package io.aggr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.BondStats.LinkStats;
import io.aggr.link.LinkState;
import io.aggr.tun.TunSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Rates that one bond has found and the next one begins with. */
@Isolated
class StartRatesTest {

    private static final LinkCost METERED = LinkCost.NONE.withMetered(true);

    private static InetSocketAddress freeAddress() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    private static PeerConfig site(String name, long id) {
        return PeerConfig.plain(name, id).withAllowedIps("10." + id + ".0.0/16");
    }

    private static LinkStats link(Bond bond, int peer, String name) {
        return bond.stats().peers().get(peer).links().stream()
                .filter(link -> link.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void both_ends_begin_with_what_they_are_given_unless_a_rate_is_configured() throws Exception {
        InetSocketAddress address = freeAddress();
        BondConfig hubConfig = BondConfig.hub(
                "hub", TunSettings.named("channel"), LinkConfig.listening("listen", address), site("first", 1));
        BondConfig siteConfig = BondConfig.of(
                "site",
                TunSettings.named("channel"),
                PeerConfig.plain("hub", 2)
                        .withAllowedIps("10.9.0.0/16")
                        .withLinks(
                                LinkConfig.udp("lte", address).withCost(METERED),
                                LinkConfig.udp("told", address)
                                        .withCost(METERED)
                                        .withRates(LinkRates.of(9_000_000, 2_000_000))));
        CountDownLatch up = new CountDownLatch(4);
        BondListener listener = new BondListener() {
            @Override
            public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
                if (state == LinkState.UP) {
                    up.countDown();
                }
            }
        };
        try (Bond hub = Bond.builder(hubConfig)
                .tun(PacketChannel.open(1_400, 16).device())
                .listener(listener)
                .start()) {
            // For a peer that is added later: this is what a daemon does that reads its configuration again.
            hub.startRates(List.of(
                    new StartRate("second", "lte", 7_000_000),
                    new StartRate("second", "told", 3_000_000),
                    new StartRate("nobody", "nothing", 8_000)));
            hub.addPeer(site("second", 2));
            Bond ended;
            try (Bond site = Bond.builder(siteConfig)
                    .tun(PacketChannel.open(1_400, 16).device())
                    .listener(listener)
                    .startRates(List.of(new StartRate("hub", "lte", 1_500_000), new StartRate("hub", "told", 8_000)))
                    .start()) {
                assertThat(up.await(20, TimeUnit.SECONDS)).isTrue();
                assertThat(link(site, 0, "lte").sendBitsPerSecond()).isEqualTo(1_500_000);
                assertThat(link(site, 0, "told").sendBitsPerSecond()).isEqualTo(2_000_000);
                assertThat(link(hub, 1, "lte").sendBitsPerSecond()).isEqualTo(7_000_000);
                assertThat(link(hub, 1, "told").sendBitsPerSecond()).isEqualTo(9_000_000);
                assertThat(StartRate.of(site.stats()))
                        .as("nothing was found since")
                        .isEmpty();
                ended = site;
            }
            assertThatThrownBy(() -> ended.startRates(List.of())).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void what_was_found_is_told_by_peer_and_line_within_the_range() {
        BondStats stats = new BondStats(
                "bond", "tun", 0, List.of(peer("a", 4_000_000, 0, 1), peer("b", Long.MAX_VALUE)), Map.of(), List.of());
        assertThat(StartRate.of(stats))
                .containsExactly(
                        new StartRate("a", "line-0", 4_000_000),
                        new StartRate("a", "line-2", 8_000),
                        new StartRate("b", "line-0", 1_000_000_000_000L));
    }

    private static BondStats.PeerStats peer(String name, long... found) {
        List<LinkStats> links = new ArrayList<>();
        for (long rate : found) {
            links.add(new LinkStats(
                    links.size(),
                    "line-" + links.size(),
                    LinkState.UP,
                    "",
                    "",
                    1,
                    rate,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    false,
                    false,
                    0,
                    0,
                    Map.of(),
                    Map.of()));
        }
        return new BondStats.PeerStats(name, true, true, "", "", 0, 0, 0, 0, 0, 0, 0, 0, links, Map.of(), Map.of());
    }

    @Test
    void a_rate_out_of_range_is_refused_with_the_line_it_is_for() {
        assertThatThrownBy(() -> new StartRate("hub", "lte", 7_999))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("start rate of link lte of peer hub must be 8 kbit/s to 1 Tbit/s, got 7999 bit/s");
        assertThatThrownBy(() -> new StartRate("hub", "lte", 1_000_000_000_001L))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
