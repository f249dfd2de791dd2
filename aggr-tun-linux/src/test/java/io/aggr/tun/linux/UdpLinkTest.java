package io.aggr.tun.linux;

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
import io.aggr.tun.IpPrefix;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over the loopback interface, so that no rights are needed. */
@OnLinux
class UdpLinkTest {

    private static final long SECOND = 1_000_000_000L;

    private static InetSocketAddress at(String host) {
        return at(host, 0);
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(IpPrefix.parse(host).address(), port);
    }

    private static Link open(LinkSettings settings) throws IOException {
        return new NativeUdpLinkProvider().open(settings, ProviderConfig.none());
    }

    private static Link listen(String host) throws IOException {
        return open(LinkSettings.listening("hub", at(host)));
    }

    private static Link connect(String name, Link to, String host) throws IOException {
        int port = ((InetSocketAddress) to.localAddress()).getPort();
        return open(LinkSettings.to(name, at(host, port)));
    }

    private static int await(Link link, PacketBatch batch) throws IOException {
        try (Poller poller = new LinuxPollerProvider().open()) {
            poller.add(((Watch.FileDescriptor) link.watch()).descriptor());
            assertThat(poller.await(5 * SECOND)).as("something to receive").isTrue();
        }
        return link.receive(batch);
    }

    private static PacketBatch batchOf(int count, int bytes) {
        PacketBatch batch = Packets.batch(count, count * (bytes + 96));
        for (int i = 0; i < count; i++) {
            byte[] datagram = new byte[bytes];
            datagram[0] = (byte) i;
            Packets.add(batch, datagram);
        }
        return batch;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void carries_datagrams_both_ways_and_knows_who_sent_them(String host) throws IOException {
        try (Link hub = listen(host);
                Link one = connect("one", hub, host);
                Link two = connect("two", hub, host)) {
            assertThat(one.send(batchOf(3, 700), 0, 3, Link.CONFIGURED_REMOTE)).isEqualTo(3);
            assertThat(one.fault()).isEqualTo(LinkFault.NONE);
            assertThat(two.send(batchOf(2, 300), 0, 2, Link.CONFIGURED_REMOTE)).isEqualTo(2);

            PacketBatch batch = Packets.batch(16, 64 * 1024);
            assertThat(await(hub, batch)).isEqualTo(5);
            assertThat(batch.length(0)).isEqualTo(700);
            assertThat(batch.remote(0)).isLessThan(Link.NO_REMOTE);
            assertThat(batch.remote(2)).isEqualTo(batch.remote(0));
            assertThat(batch.remote(3)).isNotEqualTo(batch.remote(0)).isEqualTo(batch.remote(4));
            assertThat(hub.address(batch.remote(0))).isEqualTo(one.localAddress());
            assertThat(hub.isKept(batch.remote(0))).isFalse();

            int kept = hub.keep(batch.remote(0));
            assertThat(hub.isKept(kept)).isTrue();
            assertThat(hub.overheadBytes(kept)).isEqualTo(host.contains(":") ? 48 : 28);
            assertThat(hub.send(batchOf(2, 50), 0, 2, kept)).isEqualTo(2);
            assertThat(await(one, Packets.reopen(batch))).isEqualTo(2);
            assertThat(batch.remote(0)).isEqualTo(Link.CONFIGURED_REMOTE);
            assertThat(Packets.bytes(batch, 1)[0]).isEqualTo((byte) 1);

            one.send(batchOf(1, 60), 0, 1, Link.CONFIGURED_REMOTE);
            assertThat(await(hub, Packets.reopen(batch))).isEqualTo(1);
            assertThat(batch.remote(0)).isEqualTo(kept);
            hub.release(kept);
            assertThat(hub.address(kept)).isNull();
        }
    }

    @Test
    void a_link_that_listens_at_the_wildcard_of_ipv6_serves_both_families() throws IOException {
        try (Link hub = listen("::");
                Link four = connect("four", hub, "127.0.0.1");
                Link six = connect("six", hub, "::1")) {
            PacketBatch batch = Packets.batch(16, 64 * 1024);
            for (Link link : new Link[] {four, six}) {
                link.send(batchOf(1, 100), 0, 1, Link.CONFIGURED_REMOTE);
                assertThat(await(hub, Packets.reopen(batch))).isEqualTo(1);
                assertThat(hub.address(batch.remote(0))).isEqualTo(link.localAddress());
                int kept = hub.keep(batch.remote(0));
                assertThat(hub.overheadBytes(kept)).isEqualTo(link == four ? 28 : 48);
                assertThat(hub.send(batchOf(1, 100), 0, 1, kept)).isEqualTo(1);
                assertThat(await(link, Packets.reopen(batch))).isEqualTo(1);
            }
        }
    }

    @Test
    void receives_nothing_where_nothing_is_and_says_that_nothing_is_wrong() throws IOException {
        try (Link hub = listen("127.0.0.1")) {
            assertThat(hub.receive(Packets.batch(4, 8192))).isZero();
            assertThat(hub.receiveFault()).isEqualTo(LinkFault.NONE);
        }
    }

    @Test
    void empty_datagrams_are_datagrams() throws IOException {
        try (Link hub = listen("127.0.0.1");
                Link one = connect("one", hub, "127.0.0.1")) {
            one.send(batchOf(2, 1), 0, 1, Link.CONFIGURED_REMOTE);
            PacketBatch empty = Packets.batch(1, 4096);
            empty.add(empty.nextOffset(), 0);
            one.send(empty, 0, 1, Link.CONFIGURED_REMOTE);

            PacketBatch batch = Packets.batch(4, 8192);
            assertThat(await(hub, batch)).isEqualTo(2);
            assertThat(batch.length(1)).isZero();
        }
    }

    @Test
    void row_03_a_datagram_longer_than_an_empty_batch_is_dropped_whole_and_counted() throws IOException {
        try (Link hub = listen("127.0.0.1");
                Link one = connect("one", hub, "127.0.0.1")) {
            one.send(batchOf(1, 2000), 0, 1, Link.CONFIGURED_REMOTE);
            one.send(batchOf(1, 905), 0, 1, Link.CONFIGURED_REMOTE);
            one.send(batchOf(1, 904), 0, 1, Link.CONFIGURED_REMOTE);

            PacketBatch batch = Packets.batch(4, 1000);
            assertThat(await(hub, batch)).isEqualTo(1);
            assertThat(batch.length(0)).isEqualTo(904);
            assertThat(hub.oversizedDatagrams()).isEqualTo(2);
        }
    }

    @Test
    void a_datagram_that_does_not_fit_behind_others_waits_for_the_next_batch() throws IOException {
        try (Link hub = listen("127.0.0.1");
                Link one = connect("one", hub, "127.0.0.1")) {
            one.send(batchOf(2, 1000), 0, 2, Link.CONFIGURED_REMOTE);

            PacketBatch batch = Packets.batch(4, 2000);
            assertThat(await(hub, batch)).isEqualTo(1);
            assertThat(await(hub, Packets.reopen(batch))).isEqualTo(1);
            assertThat(Packets.bytes(batch, 0)[0]).isEqualTo((byte) 1);
            assertThat(hub.oversizedDatagrams()).isZero();
        }
    }

    @Test
    void a_full_batch_ends_the_receive() throws IOException {
        try (Link hub = listen("127.0.0.1");
                Link one = connect("one", hub, "127.0.0.1")) {
            one.send(batchOf(10, 100), 0, 10, Link.CONFIGURED_REMOTE);

            PacketBatch batch = Packets.batch(4, 64 * 1024);
            assertThat(await(hub, batch)).isEqualTo(4);
            assertThat(hub.receive(Packets.reopen(batch))).isEqualTo(4);
            assertThat(hub.receive(Packets.reopen(batch))).isEqualTo(2);
        }
    }

    @Test
    void what_is_too_large_for_udp_ends_the_run_there() throws IOException {
        try (Link hub = listen("127.0.0.1");
                Link one = connect("one", hub, "127.0.0.1")) {
            PacketBatch batch = Packets.batch(3, 128 * 1024);
            Packets.add(batch, new byte[100]);
            Packets.add(batch, new byte[65_520]);
            Packets.add(batch, new byte[100]);

            assertThat(one.send(batch, 0, 3, Link.CONFIGURED_REMOTE)).isEqualTo(1);
            assertThat(one.fault()).isEqualTo(LinkFault.TOO_LARGE);
            assertThat(one.send(batch, 2, 1, Link.CONFIGURED_REMOTE)).isEqualTo(1);
            assertThat(one.fault()).isEqualTo(LinkFault.NONE);
        }
    }

    @Test
    void row_55_a_refusal_by_the_far_end_is_a_hint_and_loses_no_later_datagram() throws IOException {
        Link gone = listen("127.0.0.1");
        try (Link one = connect("one", gone, "127.0.0.1")) {
            InetSocketAddress address = (InetSocketAddress) gone.localAddress();
            gone.close();
            PacketBatch batch = batchOf(1, 100);
            assertThat(one.send(batch, 0, 1, Link.CONFIGURED_REMOTE)).isEqualTo(1);
            // The answer comes at once on the loopback: an error is pending now.
            PacketBatch received = Packets.batch(4, 8192);
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
            assertThat(hub.send(batchOf(1, 100), 0, 1, Link.CONFIGURED_REMOTE)).isZero();
            assertThat(hub.fault()).isEqualTo(LinkFault.OTHER);
            assertThat(hub.send(batchOf(1, 100), 0, 1, -2)).isZero();
            assertThat(hub.send(batchOf(1, 100), 0, 1, 77_777)).isZero();
        }
    }

    @Test
    void close_is_idempotent_ends_a_poll_and_leaves_later_calls_without_effect() throws Exception {
        Link hub = listen("127.0.0.1");
        try (Poller poller = new LinuxPollerProvider().open()) {
            poller.add(((Watch.FileDescriptor) hub.watch()).descriptor());
            CountDownLatch started = new CountDownLatch(1);
            CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
                started.countDown();
                try {
                    return poller.await(30 * SECOND);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            started.await();
            hub.close();
            hub.close();
            assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(hub.receive(Packets.batch(4, 8192))).isZero();
        assertThat(hub.receiveFault()).isEqualTo(LinkFault.CLOSED);
        assertThat(hub.send(batchOf(1, 100), 0, 1, Link.CONFIGURED_REMOTE)).isZero();
        assertThat(hub.fault()).isEqualTo(LinkFault.CLOSED);
    }

    @Test
    void the_longest_datagram_follows_the_route() throws IOException {
        try (Link hub = listen("127.0.0.1");
                Link one = connect("one", hub, "127.0.0.1")) {
            assertThat(one.maxDatagramBytes()).isEqualTo(65_507);
            assertThat(hub.maxDatagramBytes()).isEqualTo(65_507);
        }
    }

    @Test
    void errors_name_link_call_and_reason() throws IOException {
        try (Link hub = listen("127.0.0.1")) {
            InetSocketAddress taken = (InetSocketAddress) hub.localAddress();
            assertThatThrownBy(() -> open(LinkSettings.listening("second", taken)))
                    .hasMessage("link second: bind to 127.0.0.1:" + taken.getPort()
                            + ": EADDRINUSE, address already in use; another program has the port");
        }
        assertThatThrownBy(() -> listen("192.0.2.77")).hasMessageContaining("EADDRNOTAVAIL");
        assertThatThrownBy(() -> open(LinkSettings.to("x", at("127.0.0.1", 9)).withDevice("no-such-device")))
                .hasMessageContaining("link x: bind to device no-such-device: ENODEV");
        assertThatThrownBy(() -> open(LinkSettings.to("x", at("127.0.0.1", 9)).withRoutingTable(3)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void options_are_read_and_checked() {
        var options = ProviderConfig.of(Map.of("receive-buffer-bytes", "12", "send-buffer-bytes", "8192"));
        assertThatThrownBy(
                        () -> new NativeUdpLinkProvider().open(LinkSettings.listening("x", at("127.0.0.1")), options))
                .hasMessageContaining("receive-buffer-bytes must be a whole number from 4096");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void sending_and_receiving_allocate_nothing(String host) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Link hub = listen(host);
                Link one = connect("one", hub, host)) {
            PacketBatch sent = batchOf(16, 1200);
            PacketBatch batch = Packets.batch(64, 128 * 1024);
            one.send(sent, 0, 16, Link.CONFIGURED_REMOTE);
            await(hub, batch);
            int kept = hub.keep(batch.remote(0));
            // Until the calls are linked and compiled.
            exchange(hub, one, kept, sent, batch, 2_000);

            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            long start = System.nanoTime();
            int carried = exchange(hub, one, kept, sent, batch, 2_000);
            long nanos = System.nanoTime() - start;
            long allocated =
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            System.out.printf(
                    "FIG udp %s: %d ns per datagram sent and received, %d bytes allocated%n",
                    host, nanos / carried, allocated);

            assertThat(carried).isEqualTo(2_000 * 32);
            // Asking for the count allocates a little itself.
            assertThat(allocated).isLessThan(2_000);
        }
    }

    /** Runs of 16 one way and back; answers how many datagrams arrived. */
    private static int exchange(Link hub, Link one, int kept, PacketBatch sent, PacketBatch batch, int rounds) {
        int arrived = 0;
        for (int i = 0; i < rounds; i++) {
            one.send(sent, 0, 16, Link.CONFIGURED_REMOTE);
            batch.open(0, batch.slab().sizeBytes());
            arrived += hub.receive(batch);
            hub.send(sent, 0, 16, kept);
            batch.open(0, batch.slab().sizeBytes());
            arrived += one.receive(batch);
        }
        return arrived;
    }
}
