package io.aggr.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.LinkSettings;
import io.aggr.link.SourceRouteProvider.SourceRoute;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import io.aggr.testing.NetnsTest;
import io.aggr.tun.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A host with two addresses on one interface and two gateways in the same network, joined by a switch. Both gateways answer for the far end's
 * address themselves, so that what arrives at each can be counted.
 */
@NetnsTest
class SourceRouteIT {

    private static final String FAR_IPV4 = "198.51.100.7";
    private static final String FAR_IPV6 = "2001:db8:ffff::7";

    private Netns lan;
    private Netns host;
    private Netns one;
    private Netns two;

    @BeforeEach
    void makeNamespaces() throws Exception {
        lan = Netns.create("lan");
        host = Netns.create("host");
        one = Netns.create("gw1");
        two = Netns.create("gw2");
        lan.ip("link", "add", "sw", "type", "bridge");
        lan.ip("link", "set", "sw", "up");
        attach(host, "p0", "172.16.253.100", "2001:db8::100");
        attach(one, "p1", "172.16.253.200", "2001:db8::200");
        attach(two, "p2", "172.16.253.201", "2001:db8::201");
        host.ip("address", "add", "172.16.253.101/24", "dev", "eth0");
        host.ip("address", "add", "2001:db8::101/64", "dev", "eth0", "nodad");
        // The trap: everything goes to the first gateway by default.
        host.ip("route", "add", "default", "via", "172.16.253.200");
        host.ip("-6", "route", "add", "default", "via", "2001:db8::200");
        for (Netns gateway : new Netns[] {one, two}) {
            gateway.ip("address", "add", FAR_IPV4 + "/32", "dev", "lo");
            gateway.ip("address", "add", FAR_IPV6 + "/128", "dev", "lo", "nodad");
        }
    }

    private void attach(Netns netns, String port, String ipv4, String ipv6) throws Exception {
        Netns.join(netns, "eth0", lan, port);
        lan.ip("link", "set", port, "master", "sw");
        netns.ip("address", "add", ipv4 + "/24", "dev", "eth0");
        netns.ip("address", "add", ipv6 + "/64", "dev", "eth0", "nodad");
    }

    @AfterEach
    void removeNamespaces() throws Exception {
        for (Netns netns : new Netns[] {host, one, two, lan}) {
            netns.close();
        }
    }

    private static InetAddress ip(String text) {
        return IpPrefix.parse(text).address();
    }

    private SourceRoute install(String local, String gateway, String device) throws Exception {
        return host.call(() -> new LinuxSourceRouteProvider().install(ip(local), ip(gateway), device));
    }

    /** Sends from an address to the far end. */
    private LinkFault send(String local, String far, int count) throws Exception {
        LinkSettings settings = LinkSettings.to("line", new InetSocketAddress(ip(far), 5080))
                .withLocal(new InetSocketAddress(ip(local), 0));
        try (Link link = host.call(() -> new NativeUdpLinkProvider().open(settings, ProviderConfig.none()))) {
            PacketBatch batch = Packets.batch(1, 4096);
            Packets.add(batch, new byte[200]);
            for (int i = 0; i < count; i++) {
                // Nobody listens there; the refusals are of no interest.
                link.send(batch, 0, 1, Link.CONFIGURED_REMOTE);
            }
            return link.fault();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "172.16.253.100, 172.16.253.101, 172.16.253.200, 172.16.253.201, " + FAR_IPV4,
        "2001:db8::100, 2001:db8::101, 2001:db8::200, 2001:db8::201, " + FAR_IPV6
    })
    void two_addresses_on_one_interface_leave_through_their_own_gateways(
            String local1, String local2, String gateway1, String gateway2, String far) throws Exception {
        String rulesBefore = host.ip("rule") + host.ip("-6", "rule");
        try (SourceRoute first = install(local1, gateway1, null);
                SourceRoute second = install(local2, gateway2, "eth0")) {
            assertThat(first).isNotSameAs(second);
            // One to learn the neighbours.
            send(local1, far, 1);
            send(local2, far, 1);
            long atOne = one.receivedPackets("eth0");
            long atTwo = two.receivedPackets("eth0");
            send(local2, far, 100);
            assertThat(two.receivedPackets("eth0") - atTwo).isGreaterThanOrEqualTo(100);
            assertThat(one.receivedPackets("eth0") - atOne).isLessThan(20);

            atOne = one.receivedPackets("eth0");
            atTwo = two.receivedPackets("eth0");
            send(local1, far, 100);
            assertThat(one.receivedPackets("eth0") - atOne).isGreaterThanOrEqualTo(100);
            assertThat(two.receivedPackets("eth0") - atTwo).isLessThan(20);
        }
        assertThat(host.ip("rule") + host.ip("-6", "rule")).isEqualTo(rulesBefore);
        assertThat(host.ip("route", "show", "table", "all") + host.ip("-6", "route", "show", "table", "all"))
                .doesNotContain("table 508", "table 509", "table 510");
    }

    @Test
    void neighbours_are_reached_directly() throws Exception {
        try (SourceRoute route = install("172.16.253.101", "172.16.253.200", null)) {
            assertThat(route).isNotNull();
            assertThat(host.ip("route", "get", "172.16.253.201", "from", "172.16.253.101"))
                    .doesNotContain("via");
            assertThat(host.ip("route", "get", FAR_IPV4, "from", "172.16.253.101"))
                    .contains("via 172.16.253.200");
        }
    }

    @Test
    void a_gateway_outside_the_network_is_taken_as_reachable_over_the_device() throws Exception {
        two.ip("address", "add", "10.0.0.1/32", "dev", "eth0");
        try (SourceRoute route = install("172.16.253.101", "10.0.0.1", "eth0")) {
            assertThat(route).isNotNull();
            long atTwo = two.receivedPackets("eth0");
            send("172.16.253.101", FAR_IPV4, 50);
            assertThat(two.receivedPackets("eth0") - atTwo).isGreaterThanOrEqualTo(50);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"172.16.253.101", "2001:db8::101"})
    void what_a_killed_run_has_left_is_replaced(String local) throws Exception {
        boolean ipv6 = local.contains(":");
        String family = ipv6 ? "-6" : "-4";
        // As an earlier run would have left it, in two tables.
        for (String table : new String[] {"50900", "50901"}) {
            host.ip(family, "rule", "add", "from", local, "lookup", table, "pref", "20900", "protocol", "80");
            host.ip(family, "route", "add", "default", "dev", "eth0", "table", table, "proto", "80");
        }
        // Somebody else's rule for the same address stays.
        host.ip(family, "rule", "add", "from", local, "lookup", "77", "pref", "30000");

        try (SourceRoute route = install(local, ipv6 ? "2001:db8::201" : "172.16.253.201", null)) {
            assertThat(route).isNotNull();
            assertThat(host.ip(family, "rule").lines().filter(l -> l.contains(local) && l.contains("proto 80")))
                    .hasSize(1);
            assertThat(host.ip(family, "route", "show", "table", "all")).doesNotContain("table 50900", "table 50901");
        }
        assertThat(host.ip(family, "rule").lines().filter(l -> l.contains(local)))
                .hasSize(1);
    }

    @Test
    void links_from_one_address_share_the_route_until_the_last_is_closed() throws Exception {
        SourceRoute first = install("172.16.253.101", "172.16.253.201", null);
        SourceRoute second = install("172.16.253.101", "172.16.253.201", null);
        assertThatThrownBy(() -> install("172.16.253.101", "172.16.253.200", null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("goes via 172.16.253.201");
        first.close();
        first.close();
        assertThat(host.ip("rule")).contains("from 172.16.253.101");
        second.close();
        assertThat(host.ip("rule")).doesNotContain("172.16.253.101");
    }

    @Test
    void an_interface_that_was_down_refuses_until_the_route_is_installed_again() throws Exception {
        // Another way out, that must not be taken.
        Netns.join(host, "eth1", one, "eth1");
        host.ip("address", "add", "10.3.0.1/24", "dev", "eth1");
        try (SourceRoute route = install("172.16.253.101", "172.16.253.201", null)) {
            assertThat(route).isNotNull();
            host.ip("link", "set", "eth0", "down");
            host.ip("route", "add", "default", "via", "10.3.0.2", "dev", "eth1", "onlink");
            assertThatThrownBy(() -> send("172.16.253.101", FAR_IPV4, 1)).hasMessageContaining("EHOSTUNREACH");

            host.ip("link", "set", "eth0", "up");
            assertThatThrownBy(() -> send("172.16.253.101", FAR_IPV4, 1)).hasMessageContaining("EHOSTUNREACH");
            try (SourceRoute again = install("172.16.253.101", "172.16.253.201", null)) {
                assertThat(again).isNotNull();
                long atTwo = two.receivedPackets("eth0");
                send("172.16.253.101", FAR_IPV4, 20);
                assertThat(two.receivedPackets("eth0") - atTwo).isGreaterThanOrEqualTo(20);
            }
        }
    }

    @Test
    void errors_say_what_was_tried_and_nothing_stays_behind() throws Exception {
        String before = host.ip("rule");
        assertThatThrownBy(() -> install("172.16.253.77", "172.16.253.200", null))
                .hasMessageContaining("172.16.253.77")
                .hasMessageContaining("no address of this machine");
        assertThatThrownBy(() -> install("172.16.253.101", "172.16.253.200", "eth7"))
                .hasMessageContaining("no interface eth7");
        assertThatThrownBy(() -> install("172.16.253.101", "203.0.113.1", null))
                .hasMessageContaining("ip route add default via 203.0.113.1 table")
                .hasMessageContaining("Nexthop has invalid gateway")
                .hasMessageContaining("ENETUNREACH");
        assertThatThrownBy(() -> install("172.16.253.101", "2001:db8::200", null))
                .hasMessageContaining("different families");
        assertThat(host.ip("rule")).isEqualTo(before);
    }
}
