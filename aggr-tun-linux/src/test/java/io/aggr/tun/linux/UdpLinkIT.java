package io.aggr.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.LinkSettings;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import io.aggr.testing.NetnsTest;
import io.aggr.tun.IpPrefix;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host with two Ethernet interfaces towards one other host. */
@NetnsTest
class UdpLinkIT {

    private Netns near;
    private Netns far;

    @BeforeEach
    void makeNamespaces() throws Exception {
        near = Netns.create("near");
        far = Netns.create("far");
        Netns.join(near, "n1", far, "f1");
        Netns.join(near, "n2", far, "f2");
        near.ip("address", "add", "10.1.0.1/24", "dev", "n1");
        near.ip("address", "add", "10.2.0.1/24", "dev", "n2");
        far.ip("address", "add", "10.1.0.2/24", "dev", "f1");
        far.ip("address", "add", "10.2.0.2/24", "dev", "f2");
        far.ip("address", "add", "10.9.9.9/32", "dev", "lo");
        near.ip("route", "add", "10.9.9.9/32", "via", "10.1.0.2");
        near.ip("route", "add", "10.9.9.9/32", "via", "10.2.0.2", "metric", "50");
    }

    @AfterEach
    void removeNamespaces() throws Exception {
        near.close();
        far.close();
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(IpPrefix.parse(host).address(), port);
    }

    private Link open(LinkSettings settings) throws Exception {
        return near.call(() -> new NativeUdpLinkProvider().open(settings, ProviderConfig.none()));
    }

    private static LinkFault sendOne(Link link) {
        PacketBatch batch = Packets.batch(1, 4096);
        Packets.add(batch, new byte[500]);
        int sent = link.send(batch, 0, 1, Link.CONFIGURED_REMOTE);
        assertThat(sent).isEqualTo(link.fault() == LinkFault.NONE ? 1 : 0);
        return link.fault();
    }

    private long arrived(String device) throws Exception {
        return far.receivedPackets(device);
    }

    @Test
    void a_link_bound_to_a_device_leaves_through_it_whatever_the_routes_prefer() throws Exception {
        try (Link free = open(LinkSettings.to("free", at("10.9.9.9", 5080)));
                Link bound = open(LinkSettings.to("bound", at("10.9.9.9", 5080)).withDevice("n2"))) {
            sendOne(free);
            sendOne(bound);
            long one = arrived("f1");
            long two = arrived("f2");
            for (int i = 0; i < 50; i++) {
                assertThat(sendOne(bound)).isEqualTo(LinkFault.NONE);
            }
            assertThat(arrived("f2") - two).isGreaterThanOrEqualTo(50);
            assertThat(arrived("f1") - one).isLessThan(10);
            for (int i = 0; i < 50; i++) {
                assertThat(sendOne(free)).isEqualTo(LinkFault.NONE);
            }
            assertThat(arrived("f1") - one).isGreaterThanOrEqualTo(50);
        }
    }

    @Test
    void the_longest_datagram_follows_the_device_the_route_or_the_address() throws Exception {
        near.ip("link", "set", "n2", "mtu", "1400");
        try (Link bound = open(LinkSettings.to("bound", at("10.9.9.9", 5080)).withDevice("n2"));
                Link routed = open(LinkSettings.to("routed", at("10.9.9.9", 5080)));
                Link listening = open(LinkSettings.listening("listening", at("10.2.0.1", 5080)));
                Link onDevice = open(
                        LinkSettings.listening("device", at("0.0.0.0", 5081)).withDevice("n2"));
                Link anywhere = open(LinkSettings.listening("anywhere", at("::", 5082)))) {
            assertThat(bound.maxDatagramBytes()).isEqualTo(1372);
            assertThat(routed.maxDatagramBytes()).isEqualTo(1472);
            assertThat(listening.maxDatagramBytes()).isEqualTo(1372);
            assertThat(onDevice.maxDatagramBytes()).isEqualTo(1372);
            assertThat(anywhere.maxDatagramBytes()).isEqualTo(1452);
        }
    }

    /** One datagram so that the packet, over IPv4, has a length. */
    private static LinkFault sendPacket(Link link, int packetBytes) {
        PacketBatch batch = Packets.batch(1, 4096);
        Packets.add(batch, new byte[packetBytes - 28]);
        int sent = link.send(batch, 0, 1, Link.CONFIGURED_REMOTE);
        assertThat(sent).isEqualTo(link.fault() == LinkFault.NONE ? 1 : 0);
        return link.fault();
    }

    /** A figure of the IP layer, such as how many packets it has cut. */
    private static long ipCounter(Netns host, String name) throws Exception {
        String[] lines = host.exec("grep", "^Ip:", "/proc/net/snmp").split("\n", -1);
        List<String> names = List.of(lines[0].split(" ", -1));
        return Long.parseLong(lines[1].split(" ", -1)[names.indexOf(name)]);
    }

    @Test
    void row_53_a_packet_that_is_too_long_for_the_interface_is_refused_and_never_cut() throws Exception {
        near.ip("link", "set", "n2", "mtu", "1400");
        try (Link link = open(LinkSettings.to("dsl", at("10.2.0.2", 5080)).withDevice("n2"))) {
            assertThat(link.forbidsFragmentation()).isTrue();
            assertThat(sendPacket(link, 1400)).isEqualTo(LinkFault.NONE);
            assertThat(sendPacket(link, 1401)).isEqualTo(LinkFault.TOO_LARGE);
            near.ip("link", "set", "n2", "mtu", "1300");
            assertThat(sendPacket(link, 1400))
                    .as("the interface takes less by now")
                    .isEqualTo(LinkFault.TOO_LARGE);
            assertThat(sendPacket(link, 1300)).isEqualTo(LinkFault.NONE);
            assertThat(ipCounter(near, "FragCreates")).isZero();
            assertThat(ipCounter(far, "ReasmReqds")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_is_too_long_for_a_line_behind_a_router_is_lost_whether_or_not_the_router_says_so(boolean says)
            throws Exception {
        // near - far - end, and the way from far to end takes 1300 bytes.
        try (Netns end = Netns.create("end")) {
            Netns.join(far, "f3", end, "e3");
            far.ip("address", "add", "10.3.0.1/24", "dev", "f3");
            far.ip("link", "set", "f3", "mtu", "1300");
            end.ip("address", "add", "10.3.0.2/24", "dev", "e3");
            end.ip("route", "add", "default", "via", "10.3.0.1");
            far.exec("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
            near.ip("route", "add", "10.3.0.0/24", "via", "10.1.0.2");
            if (!says) {
                // The router has no way back for its message: it does not reach the sender.
                far.ip("rule", "add", "to", "10.1.0.1", "ipproto", "icmp", "prohibit");
            }
            try (Link link = open(LinkSettings.to("dsl", at("10.3.0.2", 5080)));
                    Link there = end.call(() -> new NativeUdpLinkProvider()
                            .open(LinkSettings.listening("end", at("0.0.0.0", 5080)), ProviderConfig.none()))) {
                for (int i = 0; i < 5; i++) {
                    assertThat(sendPacket(link, 1500))
                            .as("the kernel believes no router")
                            .isEqualTo(LinkFault.NONE);
                }
                assertThat(sendPacket(link, 1301)).isEqualTo(LinkFault.NONE);
                assertThat(sendPacket(link, 1300)).isEqualTo(LinkFault.NONE);
                assertThat(receivedBytes(there)).containsExactly(1300 - 28);
                assertThat(ipCounter(near, "FragCreates")).isZero();
                assertThat(ipCounter(far, "FragCreates")).isZero();
                assertThat(ipCounter(far, "FragFails")).isEqualTo(6);
            }
        }
    }

    /** Lengths of what has arrived. Over these interfaces a packet arrives before its sending returns. */
    private static List<Integer> receivedBytes(Link link) {
        PacketBatch batch = Packets.batch(64, 1 << 18);
        int count = link.receive(batch);
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lengths.add(batch.length(i));
        }
        return lengths;
    }

    @Test
    void row_51_a_deleted_device_stays_gone_for_the_old_socket_and_works_for_a_new_one() throws Exception {
        LinkSettings settings = LinkSettings.to("dsl", at("10.9.9.9", 5080)).withDevice("n2");
        try (Link old = open(settings)) {
            assertThat(sendOne(old)).isEqualTo(LinkFault.NONE);
            near.ip("link", "delete", "n2");
            assertThat(sendOne(old).meansDown()).isTrue();
            assertThatThrownBy(() -> open(settings)).hasMessageContaining("ENODEV");

            Netns.join(near, "n2", far, "f2");
            near.ip("address", "add", "10.2.0.1/24", "dev", "n2");
            near.ip("route", "add", "10.9.9.9/32", "via", "10.2.0.2", "metric", "50");
            assertThat(sendOne(old).meansDown()).isTrue();
            try (Link fresh = open(settings)) {
                assertThat(sendOne(fresh)).isEqualTo(LinkFault.NONE);
            }
        }
    }

    @Test
    void row_50_a_link_without_a_far_end_notices_a_deleted_device_too() throws Exception {
        try (Link link = open(LinkSettings.listening("hub", at("0.0.0.0", 5080)).withDevice("n2"))) {
            Link sender = far.call(() -> new NativeUdpLinkProvider()
                    .open(LinkSettings.to("far", at("10.2.0.1", 5080)), ProviderConfig.none()));
            PacketBatch batch = Packets.batch(4, 8192);
            assertThat(sendOne(sender)).isEqualTo(LinkFault.NONE);
            assertThat(link.receive(batch)).isEqualTo(1);
            int remote = link.keep(batch.remote(0));
            sender.close();

            near.ip("link", "delete", "n2");
            assertThat(link.send(batch, 0, 1, remote)).isZero();
            assertThat(link.fault()).isEqualTo(LinkFault.DEVICE_GONE);
        }
    }

    @Test
    void row_50_a_local_address_that_goes_takes_the_link_down() throws Exception {
        try (Link link = open(LinkSettings.to("dsl", at("10.9.9.9", 5080)).withLocal(at("10.1.0.1", 0)))) {
            assertThat(sendOne(link)).isEqualTo(LinkFault.NONE);
            near.ip("address", "delete", "10.1.0.1/24", "dev", "n1");
            assertThat(sendOne(link)).isEqualTo(LinkFault.UNREACHABLE).matches(LinkFault::meansDown);
        }
    }

    @Test
    void row_52_an_interface_set_down_makes_the_far_end_unreachable_until_it_is_up_again() throws Exception {
        try (Link link = open(LinkSettings.to("dsl", at("10.9.9.9", 5080)).withDevice("n2"))) {
            assertThat(sendOne(link)).isEqualTo(LinkFault.NONE);
            near.ip("link", "set", "n2", "down");
            assertThat(sendOne(link).meansDown()).isTrue();
            near.ip("link", "set", "n2", "up");
            near.ip("route", "add", "10.9.9.9/32", "via", "10.2.0.2", "metric", "50");
            assertThat(sendOne(link)).isEqualTo(LinkFault.NONE);
        }
    }

    @Test
    void a_missing_or_forbidden_route_is_told_when_the_link_is_opened() throws Exception {
        near.ip("route", "add", "prohibit", "10.66.0.0/16");
        assertThatThrownBy(() -> open(LinkSettings.to("x", at("10.66.0.1", 5080))))
                .hasMessageContaining("connect to 10.66.0.1:5080: EACCES");
        assertThatThrownBy(() -> open(LinkSettings.to("x", at("10.77.0.1", 5080))))
                .hasMessageContaining("ENETUNREACH")
                .hasMessageContaining("no route");
    }
}
