package io.aggr.tun.openbsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.LinkSettings;
import io.aggr.link.Poller;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.LinkConformance;
import io.aggr.testkit.LinkPair;
import io.aggr.tun.IpPrefix;
import io.aggr.tun.openbsd.fake.FakeOpenBsd;
import io.aggr.tun.openbsd.fake.Release;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP links of OpenBSD over the loopback of the test machine. */
@OnLinux
class UdpLinkTest {

    private static final long SECOND = 1_000_000_000L;

    /** The MTU of lo0. */
    private static final int LOOPBACK_MTU_BYTES = 32_768;

    private final FakeOpenBsd kernel = new FakeOpenBsd(Release.V7_8);
    private int mtuBytes = LOOPBACK_MTU_BYTES;

    @AfterEach
    void every_descriptor_is_given_back() {
        assertThat(kernel.openDescriptors()).isZero();
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(IpPrefix.parse(host).address(), port);
    }

    private NativeUdpLinkProvider provider() {
        return new NativeUdpLinkProvider(kernel.platform(), local -> mtuBytes);
    }

    private Link open(LinkSettings settings) throws IOException {
        return provider().open(settings, ProviderConfig.none());
    }

    private Link listen(String host) throws IOException {
        return open(LinkSettings.listening("hub", at(host, 0)));
    }

    private LinkSettings to(Link hub) {
        return LinkSettings.to("dsl", (InetSocketAddress) hub.localAddress());
    }

    private static int descriptor(Link link) {
        return ((Watch.FileDescriptor) link.watch()).descriptor();
    }

    private int await(Link link, PacketBatch batch) throws IOException {
        try (Poller poller = new OpenBsdPollerProvider(kernel.platform()).open()) {
            poller.add(descriptor(link));
            assertThat(poller.await(5 * SECOND)).as("something to receive").isTrue();
        }
        return link.receive(batch);
    }

    private static PacketBatch batchOf(int... sizes) {
        PacketBatch batch = Packets.batch(sizes.length, 512 * 1024);
        for (int i = 0; i < sizes.length; i++) {
            byte[] datagram = new byte[sizes[i]];
            datagram[0] = (byte) i;
            Packets.add(batch, datagram);
        }
        return batch;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void keeps_what_a_link_promises(String host) {
        LinkConformance.check(() -> {
            Link hub = listen(host);
            return new LinkPair(open(to(hub)), hub);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void knows_who_sent_what_and_answers(String host) throws IOException {
        try (Link hub = listen(host);
                Link one = open(to(hub));
                Link two = open(to(hub))) {
            assertThat(one.send(batchOf(700, 700, 700), 0, 3, Link.CONFIGURED_REMOTE))
                    .isEqualTo(3);
            assertThat(two.send(batchOf(300, 300), 0, 2, Link.CONFIGURED_REMOTE))
                    .isEqualTo(2);
            PacketBatch batch = Packets.batch(16, 1024 * 1024);
            assertThat(await(hub, batch)).isEqualTo(5);
            assertThat(batch.remote(0)).isEqualTo(batch.remote(2)).isNotEqualTo(batch.remote(3));
            assertThat(hub.address(batch.remote(0))).isEqualTo(one.localAddress());
            int kept = hub.keep(batch.remote(3));
            assertThat(hub.overheadBytes(kept)).isEqualTo(host.contains(":") ? 48 : 28);
            assertThat(hub.send(batchOf(50), 0, 1, kept)).isEqualTo(1);
            assertThat(await(two, Packets.reopen(batch))).isEqualTo(1);
            assertThat(batch.remote(0)).isEqualTo(Link.CONFIGURED_REMOTE);
        }
    }

    @Test
    void a_socket_gets_its_routing_table_before_it_gets_a_port() throws IOException {
        kernel.addRoutingTable(7);
        try (Link hub = listen("127.0.0.1");
                Link line = open(to(hub).withLocal(at("127.0.0.1", 0)).withRoutingTable(7));
                Link main = open(to(hub).withRoutingTable(0))) {
            assertThat(kernel.routingTable(descriptor(line))).isEqualTo(7);
            assertThat(kernel.routingTable(descriptor(main))).isZero();
            assertThat(kernel.routingTable(descriptor(hub))).isZero();
        }
    }

    @Test
    void a_missing_routing_table_is_named_with_the_command_that_makes_it() throws IOException {
        assertThatThrownBy(() -> open(LinkSettings.to("dsl", at("127.0.0.1", 9)).withRoutingTable(5)))
                .isInstanceOf(IOException.class)
                .hasMessage("link dsl: rtable 5: EINVAL, invalid argument; there is no such table; make it with:"
                        + " route -T 5 add default GATEWAY");
    }

    @Test
    void a_device_is_not_supported_and_the_message_says_what_is() {
        LinkSettings settings = LinkSettings.to("dsl", at("127.0.0.1", 9)).withDevice("em0");
        assertThat(provider().supports(settings)).isFalse();
        assertThat(provider().supports(settings.withDevice(null).withRoutingTable(3)))
                .isTrue();
        assertThatThrownBy(() -> open(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give the line an rtable, or a local address and a rule of pf(4)");
    }

    @Test
    void other_errors_name_link_call_and_reason() throws IOException {
        try (Link hub = listen("127.0.0.1")) {
            InetSocketAddress taken = (InetSocketAddress) hub.localAddress();
            assertThatThrownBy(() -> open(LinkSettings.listening("second", taken)))
                    .hasMessage("link second: bind to 127.0.0.1:" + taken.getPort()
                            + ": EADDRINUSE, address already in use; another program has the port");
        }
        assertThatThrownBy(() -> listen("192.0.2.77"))
                .hasMessageContaining("bind to 192.0.2.77:0: EADDRNOTAVAIL, not an address of this machine");
        assertThatThrownBy(() -> provider()
                        .open(
                                LinkSettings.listening("x", at("127.0.0.1", 0)),
                                ProviderConfig.of(Map.of("receive-buffer-bytes", "12"))))
                .hasMessageContaining("receive-buffer-bytes must be a whole number from 4096");
    }

    @Test
    void the_longest_datagram_follows_the_interface_and_longer_ones_are_not_cut_into_fragments() throws IOException {
        mtuBytes = 1492;
        try (Link hub = listen("127.0.0.1");
                Link one = open(to(hub))) {
            assertThat(one.maxDatagramBytes()).isEqualTo(1464);
            assertThat(one.send(batchOf(100, 1465, 100), 0, 3, Link.CONFIGURED_REMOTE))
                    .isEqualTo(1);
            assertThat(one.fault()).isEqualTo(LinkFault.TOO_LARGE);
            assertThat(one.send(batchOf(1464), 0, 1, Link.CONFIGURED_REMOTE)).isEqualTo(1);
        }
        mtuBytes = 0;
        try (Link hub = listen("::1")) {
            assertThat(hub.maxDatagramBytes()).as("if the MTU is not known").isEqualTo(1452);
        }
    }

    @Test
    void only_ipv6_can_forbid_fragmentation() throws IOException {
        try (Link four = listen("127.0.0.1");
                Link six = listen("::1")) {
            assertThat(four.forbidsFragmentation()).isFalse();
            assertThat(six.forbidsFragmentation()).isTrue();
        }
    }

    @Test
    void empty_and_oversized_datagrams_are_told_apart() throws IOException {
        try (Link hub = listen("127.0.0.1");
                Link one = open(to(hub))) {
            PacketBatch batch = batchOf(2000, 905, 904);
            one.send(batch, 0, 3, Link.CONFIGURED_REMOTE);
            PacketBatch empty = Packets.batch(1, 4096);
            empty.add(empty.nextOffset(), 0);
            one.send(empty, 0, 1, Link.CONFIGURED_REMOTE);

            PacketBatch received = Packets.batch(4, 1000);
            assertThat(await(hub, received)).isEqualTo(1);
            assertThat(received.length(0)).isEqualTo(904);
            assertThat(hub.oversizedDatagrams()).isEqualTo(2);
            assertThat(hub.receive(Packets.reopen(received))).isEqualTo(1);
            assertThat(received.length(0)).isZero();
        }
    }

    @Test
    void a_datagram_that_does_not_fit_behind_others_waits_for_the_next_batch() throws IOException {
        try (Link hub = listen("127.0.0.1");
                Link one = open(to(hub))) {
            one.send(batchOf(1000, 1000), 0, 2, Link.CONFIGURED_REMOTE);
            PacketBatch batch = Packets.batch(4, 2000);
            assertThat(await(hub, batch)).isEqualTo(1);
            assertThat(await(hub, Packets.reopen(batch))).isEqualTo(1);
            assertThat(Packets.bytes(batch, 0)[0]).isEqualTo((byte) 1);
            assertThat(hub.oversizedDatagrams()).isZero();
        }
    }

    @Test
    void a_refusal_by_the_far_end_is_a_hint_and_loses_no_later_datagram() throws IOException {
        Link gone = listen("127.0.0.1");
        try (Link one = open(to(gone))) {
            InetSocketAddress address = (InetSocketAddress) gone.localAddress();
            gone.close();
            PacketBatch batch = batchOf(100);
            assertThat(one.send(batch, 0, 1, Link.CONFIGURED_REMOTE)).isEqualTo(1);
            PacketBatch received = Packets.batch(4, 1024 * 1024);
            assertThat(one.receive(received)).isZero();
            assertThat(one.receiveFault()).isEqualTo(LinkFault.REFUSED);
            assertThat(one.send(batch, 0, 1, Link.CONFIGURED_REMOTE)).isEqualTo(1);
            try (Link back = open(LinkSettings.listening("back", address))) {
                assertThat(one.send(batch, 0, 1, Link.CONFIGURED_REMOTE))
                        .as("despite the pending error")
                        .isEqualTo(1);
                assertThat(await(back, received)).isEqualTo(1);
            }
        }
    }

    @Test
    void a_far_end_that_was_never_kept_is_not_sent_to() throws IOException {
        try (Link hub = listen("127.0.0.1")) {
            assertThat(hub.send(batchOf(100), 0, 1, Link.CONFIGURED_REMOTE)).isZero();
            assertThat(hub.fault()).isEqualTo(LinkFault.OTHER);
            assertThat(hub.send(batchOf(100), 0, 1, -2)).isZero();
            assertThat(hub.send(batchOf(100), 0, 1, 77_777)).isZero();
        }
    }

    @Test
    void close_ends_a_poll_and_leaves_later_calls_without_effect() throws Exception {
        Link hub = listen("127.0.0.1");
        try (Poller poller = new OpenBsdPollerProvider(kernel.platform()).open()) {
            poller.add(descriptor(hub));
            CountDownLatch started = new CountDownLatch(1);
            CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
                started.countDown();
                try {
                    return poller.await(30 * SECOND);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            started.await();
            hub.close();
            hub.close();
            assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(hub.send(batchOf(100), 0, 1, Link.CONFIGURED_REMOTE)).isZero();
        assertThat(hub.fault()).isEqualTo(LinkFault.CLOSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void sending_and_receiving_allocate_nothing(String host) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Link hub = listen(host);
                Link one = open(to(hub))) {
            PacketBatch sent = batchOf(1200, 1200, 1200, 1200, 1200, 1200, 1200, 1200);
            PacketBatch batch = Packets.batch(16, 1024 * 1024);
            one.send(sent, 0, 8, Link.CONFIGURED_REMOTE);
            await(hub, batch);
            int kept = hub.keep(batch.remote(0));
            // Until everything is linked and compiled.
            exchange(hub, one, kept, sent, batch, 2_000);
            long id = Thread.currentThread().getId();
            long before = threads.getThreadAllocatedBytes(id);
            exchange(hub, one, kept, sent, batch, 1_000);
            assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(1_000);
        }
    }

    private static void exchange(Link hub, Link one, int kept, PacketBatch sent, PacketBatch batch, int rounds) {
        for (int i = 0; i < rounds; i++) {
            if (one.send(sent, 0, 8, Link.CONFIGURED_REMOTE) != 8
                    || hub.receive(Packets.reopen(batch)) != 8
                    || hub.send(sent, 0, 8, kept) != 8
                    || one.receive(Packets.reopen(batch)) != 8) {
                throw new AssertionError("a datagram is missing");
            }
        }
    }
}
