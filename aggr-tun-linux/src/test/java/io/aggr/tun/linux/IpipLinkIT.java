package io.aggr.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.LinkSettings;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import io.aggr.testing.NetnsTest;
import io.aggr.testkit.LinkConformance;
import io.aggr.testkit.LinkPair;
import io.aggr.tun.IpPrefix;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Raw links between two hosts, one with two addresses and one with one, as in 2006. */
@NetnsTest
class IpipLinkIT {

    private static final String HUB = "88.191.22.243";

    private Netns site;
    private Netns hub;

    @BeforeEach
    void makeNamespaces() throws Exception {
        site = Netns.create("site");
        hub = Netns.create("hub");
        for (int line = 1; line <= 2; line++) {
            Netns.join(site, "dsl" + line, hub, "isp" + line);
            site.ip("address", "add", "10.1." + line + ".1/24", "dev", "dsl" + line);
            hub.ip("address", "add", "10.1." + line + ".2/24", "dev", "isp" + line);
        }
        hub.ip("address", "add", HUB + "/32", "dev", "lo");
        site.ip("route", "add", HUB + "/32", "via", "10.1.1.2");
        site.ip("route", "add", HUB + "/32", "via", "10.1.2.2", "metric", "50");
    }

    @AfterEach
    void removeNamespaces() throws Exception {
        site.close();
        hub.close();
    }

    private static LinkSettings settings(String name, String from, String to) {
        return LinkSettings.to(name, new InetSocketAddress(IpPrefix.parse(to).address(), 0))
                .withLocal(new InetSocketAddress(IpPrefix.parse(from).address(), 0));
    }

    private static Link open(Netns where, LinkSettings settings) throws Exception {
        return where.call(() -> new IpipLinkProvider().open(settings, ProviderConfig.none()));
    }

    private static void send(Link link, byte[] packet) {
        PacketBatch batch = Packets.batch(1, 8192);
        Packets.add(batch, packet);
        assertThat(link.send(batch, 0, 1, Link.CONFIGURED_REMOTE)).isEqualTo(1);
    }

    /** What has arrived: the length, negative from a stranger. Over these interfaces a packet arrives before its sending returns. */
    private static List<Integer> received(Link link) {
        PacketBatch batch = Packets.batch(64, 1 << 18);
        int count = link.receive(batch);
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lengths.add(batch.remote(i) == Link.CONFIGURED_REMOTE ? batch.length(i) : -batch.length(i));
        }
        return lengths;
    }

    @Test
    void keeps_what_a_link_promises() {
        LinkConformance.check(() -> new LinkPair(
                open(site, settings("near", "10.1.1.1", HUB)), open(hub, settings("far", HUB, "10.1.1.1"))));
    }

    @Test
    void the_bytes_arrive_as_they_were_sent_and_the_outer_header_is_the_kernels() throws Exception {
        try (Link near = open(site, settings("near", "10.1.1.1", HUB));
                Link far = open(hub, settings("far", HUB, "10.1.1.1"))) {
            byte[] packet = Packets.echoRequest(new byte[] {10, 0, 0, 1}, new byte[] {10, 0, 0, 2}, 1, 1_452);
            assertThat(near.maxDatagramBytes()).isEqualTo(1_480);
            assertThat(near.overheadBytes(0)).isEqualTo(20);
            send(near, packet);
            PacketBatch batch = Packets.batch(4, 8192);
            assertThat(far.receive(batch)).isEqualTo(1);
            assertThat(Packets.bytes(batch, 0)).isEqualTo(packet);
            PacketBatch long1481 = Packets.batch(1, 8192);
            Packets.add(long1481, new byte[1_481]);
            assertThat(near.send(long1481, 0, 1, Link.CONFIGURED_REMOTE)).isZero();
            assertThat(near.fault()).isEqualTo(LinkFault.TOO_LARGE);
        }
    }

    @Test
    void each_line_leaves_by_its_own_interface() throws Exception {
        try (Link one = open(site, settings("one", "10.1.1.1", HUB).withDevice("dsl1"));
                Link two = open(site, settings("two", "10.1.2.1", HUB).withDevice("dsl2"))) {
            long before = hub.receivedPackets("isp2");
            for (int i = 0; i < 20; i++) {
                send(two, new byte[100]);
            }
            assertThat(hub.receivedPackets("isp2") - before).isBetween(20L, 25L);
            send(one, new byte[100]);
        }
    }

    @Test
    void links_to_one_address_get_their_own_packets_and_strangers_are_seen_once() throws Exception {
        site.ip("address", "add", "10.1.1.66/24", "dev", "dsl1");
        Link first = open(hub, settings("first", HUB, "10.1.1.1"));
        try (Link second = open(hub, settings("second", HUB, "10.1.2.1"));
                Link one = open(site, settings("one", "10.1.1.1", HUB));
                Link two = open(site, settings("two", "10.1.2.1", HUB).withDevice("dsl2"));
                Link stranger = open(site, settings("stranger", "10.1.1.66", HUB))) {
            send(one, new byte[101]);
            send(two, new byte[102]);
            send(stranger, new byte[103]);
            assertThat(received(first)).containsExactly(101, -103);
            assertThat(received(second)).containsExactly(102);
            first.close();
            send(stranger, new byte[104]);
            send(two, new byte[105]);
            assertThat(received(second)).containsExactly(-104, 105);
            try (Link again = open(hub, settings("first", HUB, "10.1.1.1"))) {
                send(one, new byte[106]);
                assertThat(received(again)).containsExactly(106);
                assertThat(received(second)).isEmpty();
            }
        }
    }

    @Test
    void two_links_with_the_same_ends_are_refused() throws Exception {
        try (Link one = open(site, settings("one", "10.1.1.1", HUB))) {
            assertThatThrownBy(() -> open(site, settings("two", "10.1.1.1", HUB)))
                    .hasMessageContaining("link two: another link of this process goes from 10.1.1.1 to " + HUB);
            send(one, new byte[100]);
        }
    }

    @Test
    void a_link_that_is_opened_again_takes_over_from_the_old_socket() throws Exception {
        try (Link far = open(hub, settings("far", HUB, "10.1.1.1"));
                Link old = open(site, settings("one", "10.1.1.1", HUB));
                Link again = open(site, settings("one", "10.1.1.1", HUB))) {
            send(far, new byte[101]);
            assertThat(received(old)).isEmpty();
            assertThat(received(again)).containsExactly(101);
            send(again, new byte[102]);
            assertThat(received(far)).containsExactly(102);
        }
    }

    @Test
    void what_was_cut_on_its_way_is_put_together_and_dropped_if_it_is_too_long() throws Exception {
        try (Link far = open(hub, settings("far", HUB, "10.1.1.1"))) {
            site.call(() -> {
                int socket = Libc.socket(Libc.AF_INET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.IPPROTO_IPIP);
                NativeMemory memory = new NativeMemory(6_000);
                NativeMemory address = new NativeMemory(16);
                address.buffer().putShort(0, (short) Libc.AF_INET);
                address.buffer().put(4, IpPrefix.parse(HUB).address().getAddress());
                assertThat(Libc.sendto(socket, memory.address(), 4_000, 0, address.address(), 16))
                        .isEqualTo(4_000);
                assertThat(Libc.sendto(socket, memory.address(), 6_000, 0, address.address(), 16))
                        .isEqualTo(6_000);
                return Libc.close(socket);
            });
            PacketBatch batch = Packets.batch(4, 5_000);
            assertThat(far.receive(batch)).isEqualTo(1);
            assertThat(batch.length(0)).isEqualTo(4_000);
            far.receive(Packets.reopen(batch));
            assertThat(far.oversizedDatagrams()).isEqualTo(1);
        }
    }

    @Test
    void what_is_missing_is_said() {
        assertThatThrownBy(() -> open(site, settings("x", "10.1.1.7", HUB)))
                .hasMessageContaining("link x: bind to 10.1.1.7: EADDRNOTAVAIL");
        assertThatThrownBy(() -> open(site, settings("x", "10.1.1.1", "10.77.0.1")))
                .hasMessageContaining("route to 10.77.0.1: ENETUNREACH")
                .hasMessageContaining("no route");
        assertThatThrownBy(() -> open(
                        site,
                        LinkSettings.to(
                                "x", new InetSocketAddress(IpPrefix.parse(HUB).address(), 5080))))
                .hasMessageContaining("both without a port");
    }
}
