package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.BondConfig;
import io.aggr.LinkConfig;
import io.aggr.LinkRates;
import io.aggr.PeerConfig;
import io.aggr.PeerConfig.Plugin;
import io.aggr.Providers;
import io.aggr.TunnelAddresses;
import io.aggr.link.LinkSettings;
import io.aggr.tun.IpPrefix;
import io.aggr.tun.TunSettings;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** What bare IP-in-IP cannot do is refused, each with a reason, and what it can do is not. */
class FrameRulesTest {

    private static final TunSettings TUN = TunSettings.named("aggr0");
    private static final LinkConfig LINK = LinkConfig.ipip(
                    "dsl", address("172.16.253.100"), address("88.191.22.243"), inner(1))
            .withRates(LinkRates.of(4_000_000, 800_000));
    private static final PeerConfig PEER =
            PeerConfig.ipip("hyrule").withAllowedIps("10.0.0.0/8").withLinks(LINK);

    private static InetAddress address(String text) {
        return IpPrefix.parse(text).address();
    }

    private static TunnelAddresses inner(int line) {
        return new TunnelAddresses(
                (Inet4Address) address("172.16.251." + line), (Inet4Address) address("172.16.251." + (49 + line)));
    }

    private static void check(BondConfig config, boolean framed) {
        FrameRules.check(config, Providers.discover(FrameRulesTest.class.getClassLoader()), "ipip", framed);
    }

    private static void refuses(PeerConfig peer, String... words) {
        assertThatThrownBy(() -> check(BondConfig.of("bond", TUN, peer), false))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> {
                    for (String word : words) {
                        org.assertj.core.api.Assertions.assertThat(e).hasMessageContaining(word);
                    }
                });
    }

    @Test
    void a_tunnel_with_all_it_needs_is_good() {
        assertThatCode(() -> check(BondConfig.of("bond", TUN, PEER), false)).doesNotThrowAnyException();
    }

    @Test
    void what_needs_numbers_stamps_or_reports_is_refused() {
        refuses(PEER.withRepair(true), "peer hyrule", "carries no numbers", "repair = false");
        refuses(PEER.withEqualise(PeerConfig.Equalise.ON), "carries no stamps", "equalise = off");
        refuses(PEER.withReorder(Plugin.named("gap")), "reorder buffer gap", "tcp-sequence and none");
        refuses(PEER.withReorder(Plugin.named("timeout")), "reorder buffer timeout");
        refuses(PEER.withScheduler(Plugin.named("redundant")), "copies of scheduler redundant");
        refuses(PEER.withScheduler(Plugin.named("broadcast")), "copies of scheduler broadcast");
        refuses(PEER.withLinks(LINK.withRates(LinkRates.unknown())), "link dsl", "rate upwards");
    }

    @Test
    void a_tunnel_needs_its_four_addresses_and_no_port() {
        refuses(PEER.withLinks(LINK.withInner(null)), "link dsl", "inner addresses");
        LinkSettings settings = LINK.settings();
        refuses(PEER.withLinks(LINK.withSettings(settings.withLocal(null))), "needs a local address");
        refuses(
                PEER.withLinks(
                        LINK.withSettings(settings.withLocal(new InetSocketAddress(address("172.16.253.100"), 5080)))),
                "has a port");
        refuses(
                PEER.withLinks(LINK.withSettings(LinkSettings.to("six", new InetSocketAddress(address("fd00::1"), 0))
                        .withLocal(new InetSocketAddress(address("fd00::2"), 0)))),
                "IPv4 outside");
        LinkConfig twin = LINK.withSettings(LinkSettings.to("twin", new InetSocketAddress(address("88.191.22.243"), 0))
                .withLocal(settings.local()));
        refuses(PEER.withLinks(LINK, twin), "link twin", "outer addresses of link dsl");
    }

    @Test
    void nothing_but_ipv4_goes_through() {
        refuses(PEER.withAllowedIps("10.0.0.0/8", "fd00::/16"), "allowed-ips fd00", "is not IPv4");
    }

    @Test
    void a_peer_that_would_come_by_itself_is_refused_so_that_none_can_be_added_to_a_bond_that_runs() {
        refuses(PEER.withLinks(), "peer hyrule has no links");
    }

    @Test
    void tunnels_are_listed_and_not_listened_for() {
        BondConfig hub = BondConfig.hub(
                "bond", TUN, LinkConfig.listening("all", new InetSocketAddress(address("0.0.0.0"), 5080)), PEER);
        assertThatThrownBy(() -> check(hub, false)).hasMessageContaining("cannot listen");
    }

    @Test
    void what_only_a_bare_tunnel_has_is_refused_elsewhere() {
        PeerConfig plain = PeerConfig.plain("hyrule", 7).withAllowedIps("10.0.0.0/8");
        assertThatThrownBy(() -> check(BondConfig.of("bond", TUN, plain.withLinks(LINK)), true))
                .hasMessageContaining("inner addresses, which only");
        assertThatThrownBy(() -> check(BondConfig.of("bond", TUN, plain.withLinks(LINK.withInner(null))), true))
                .hasMessageContaining("needs a remote port");
    }
}
