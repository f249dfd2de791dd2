package io.aggr.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import io.aggr.testing.NetnsTest;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NetnsTest
class LinuxTunIT {

    private static final long SECOND = 1_000_000_000L;
    private static final byte[] HERE = {10, 9, 0, 1};
    private static final byte[] THERE = {10, 9, 0, 2};

    private Netns netns;

    @BeforeEach
    void makeNamespace() throws Exception {
        netns = Netns.create("tun");
    }

    @AfterEach
    void removeNamespace() throws Exception {
        netns.close();
    }

    private TunDevice open(TunSettings settings) throws Exception {
        return netns.call(() -> new LinuxTunProvider().open(settings, ProviderConfig.none()));
    }

    @Test
    void kernel_answers_a_ping_that_is_written_to_the_device() throws Exception {
        try (TunDevice tun = open(TunSettings.named("t0").withAddresses("10.9.0.1/24"))) {
            PacketBatch batch = Packets.batch(4, 16 * 1024);
            Packets.add(batch, Packets.echoRequest(THERE, HERE, 1, 56));
            assertThat(tun.write(batch, 0, 1)).isEqualTo(1);

            tun.await(5 * SECOND, true);
            Packets.reopen(batch);
            assertThat(tun.read(batch)).isEqualTo(1);

            byte[] reply = Packets.bytes(batch, 0);
            assertThat(reply).hasSize(84);
            assertThat(batch.offset(0)).isGreaterThanOrEqualTo(PacketBatch.HEADROOM_BYTES);
            assertThat(reply[20]).as("ICMP echo reply").isZero();
            assertThat(tun.read(Packets.reopen(batch))).isZero();
            assertThat(tun.refusedPackets()).isZero();
        }
    }

    @Test
    void carries_10_000_paced_datagrams_each_way_between_two_namespaces() throws Exception {
        try (Netns other = Netns.create("far");
                TunDevice near = open(TunSettings.named("t0").withAddresses("10.9.0.1/24"));
                TunDevice far = other.call(() -> new LinuxTunProvider()
                        .open(TunSettings.named("t0").withAddresses("10.9.0.2/24"), ProviderConfig.none()));
                DatagramChannel one = netns.call(() -> bound("10.9.0.1"));
                DatagramChannel two = other.call(() -> bound("10.9.0.2"))) {
            one.connect(two.getLocalAddress());
            two.connect(one.getLocalAddress());
            PacketBatch batch = Packets.batch(64, 128 * 1024);
            int window = 50;
            int[] received = new int[2];
            for (int sent = 0; sent < 10_000; sent += window) {
                for (int i = 0; i < window; i++) {
                    one.write(ByteBuffer.allocate(1000));
                    two.write(ByteBuffer.allocate(1000));
                }
                long deadline = System.nanoTime() + 10 * SECOND;
                while (received[0] < sent + window || received[1] < sent + window) {
                    assertThat(System.nanoTime() - deadline)
                            .as("datagrams missing")
                            .isNegative();
                    carry(near, far, batch);
                    carry(far, near, batch);
                    received[0] += receive(one);
                    received[1] += receive(two);
                }
            }
            assertThat(received).containsExactly(10_000, 10_000);
            assertThat(near.refusedPackets() + far.refusedPackets()).isZero();
        }
    }

    private static DatagramChannel bound(String address) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(address, 0)).configureBlocking(false);
        return channel;
    }

    private static void carry(TunDevice from, TunDevice to, PacketBatch batch) throws IOException {
        int count = from.read(Packets.reopen(batch));
        assertThat(to.write(batch, 0, count)).isEqualTo(count);
    }

    private static int receive(DatagramChannel channel) throws IOException {
        int count = 0;
        ByteBuffer buffer = ByteBuffer.allocate(2000);
        while (channel.read(buffer.clear()) > 0) {
            count++;
        }
        return count;
    }

    @Test
    void wakeup_ends_a_wait_and_one_given_before_ends_the_next() throws Exception {
        try (TunDevice tun = open(TunSettings.named("t0"))) {
            tun.wakeup();
            long start = System.nanoTime();
            tun.await(30 * SECOND, true);

            CompletableFuture<Void> waiting = awaiting(tun, 30 * SECOND);
            tun.wakeup();
            waiting.get(10, TimeUnit.SECONDS);
            assertThat(System.nanoTime() - start).isLessThan(20 * SECOND);
        }
    }

    @Test
    void a_wait_that_ignores_packets_lasts_its_time_though_there_are_some() throws Exception {
        try (TunDevice tun = open(TunSettings.named("t0").withAddresses("10.9.0.1/24"))) {
            PacketBatch batch = Packets.batch(4, 16 * 1024);
            Packets.add(batch, Packets.echoRequest(THERE, HERE, 1, 56));
            tun.write(batch, 0, 1);
            tun.await(5 * SECOND, true);

            long start = System.nanoTime();
            tun.await(20_000_000, false);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
            assertThat(tun.read(Packets.reopen(batch))).isEqualTo(1);
        }
    }

    @Test
    void close_ends_a_wait_and_the_device_is_gone_when_it_returns() throws Exception {
        TunDevice tun = open(TunSettings.named("t0"));
        CompletableFuture<Void> waiting = awaiting(tun, 30 * SECOND);
        tun.close();
        tun.close();

        assertThat(netns.ip("-br", "link")).doesNotContain("t0");
        waiting.get(10, TimeUnit.SECONDS);
        assertThatThrownBy(() -> tun.read(Packets.batch(1, 4096)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }

    /** Waits on a thread of its own; returns when that thread is about to. */
    private static CompletableFuture<Void> awaiting(TunDevice tun, long nanos) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            started.countDown();
            try {
                tun.await(nanos, true);
            } catch (IOException e) {
                // The thread may come too late for a device that is being closed.
                assertThat(e).hasMessageContaining("closed");
            }
        });
        started.await();
        return waiting;
    }

    @Test
    void reading_and_writing_survive_a_close_from_another_thread() throws Exception {
        for (int round = 0; round < 20; round++) {
            TunDevice tun = open(TunSettings.named("t0").withAddresses("10.9.0.1/24"));
            CountDownLatch running = new CountDownLatch(2);
            CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> spin(running, batch -> {
                tun.await(1_000_000, true);
                tun.read(batch);
            }));
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> spin(running, batch -> {
                Packets.add(batch, Packets.echoRequest(THERE, HERE, 1, 56));
                tun.write(batch, 0, 1);
            }));
            running.await();
            tun.close();
            reader.get(10, TimeUnit.SECONDS);
            writer.get(10, TimeUnit.SECONDS);
        }
    }

    private interface Step {
        void run(PacketBatch batch) throws IOException;
    }

    private static void spin(CountDownLatch running, Step step) {
        PacketBatch batch = Packets.batch(8, 32 * 1024);
        try {
            while (true) {
                step.run(Packets.reopen(batch));
                running.countDown();
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("closed");
        }
    }

    @Test
    void configures_mtu_addresses_routes_and_queue_of_both_families() throws Exception {
        TunSettings settings = TunSettings.named("t0")
                .withMtuBytes(1437)
                .withAddresses("10.9.0.1/24", "fd09::1/64")
                .withRoutes("10.77.1.2/16", "fd77::5/48");
        try (TunDevice tun = netns.call(
                () -> new LinuxTunProvider().open(settings, ProviderConfig.of(Map.of("txqueuelen", "123"))))) {
            assertThat(tun.mtuBytes()).isEqualTo(1437);
            assertThat(netns.ip("link", "show", "t0")).contains("mtu 1437", "qlen 123", "UP");
            assertThat(netns.ip("address", "show", "t0"))
                    .contains("inet 10.9.0.1/24", "inet6 fd09::1/64")
                    .doesNotContain("fe80", "tentative");
            assertThat(netns.ip("route")).contains("10.77.0.0/16 dev t0");
            assertThat(netns.ip("-6", "route")).contains("fd77::/48 dev t0");
        }
        assertThat(netns.ip("route")).isBlank();
        assertThat(netns.ip("-6", "route")).doesNotContain("fd77", "fd09");
        assertThat(netns.ip("-br", "link")).doesNotContain("t0");
    }

    @Test
    void lets_the_kernel_keep_the_bursts_of_a_few_connections_for_the_reader() throws Exception {
        TunDevice tun = open(TunSettings.named("t0"));
        try (tun) {
            assertThat(netns.ip("link", "show", "t0")).contains("qlen 1000");
        }
    }

    @Test
    void leaves_nothing_behind_when_a_setting_is_refused() throws Exception {
        netns.ip("route", "add", "10.77.0.0/16", "dev", "lo");

        assertThatThrownBy(() -> open(
                        TunSettings.named("t0").withAddresses("10.9.0.1/24").withRoutes("10.77.0.0/16")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ip route add 10.77.0.0/16 dev t0")
                .hasMessageContaining("EEXIST");
        assertThat(netns.ip("-br", "link")).doesNotContain("t0");
    }

    @Test
    void a_device_of_somebody_else_is_left_as_it_was_found() throws Exception {
        netns.ip("tuntap", "add", "dev", "t1", "mode", "tun");
        netns.ip("address", "add", "10.8.0.1/24", "dev", "t1");
        try (TunDevice tun = open(TunSettings.named("t1")
                .withMtuBytes(1300)
                .withAddresses("10.8.0.1/24", "10.9.0.1/24")
                .withRoutes("10.77.0.0/16"))) {
            assertThat(tun.mtuBytes()).isEqualTo(1300);
            assertThat(netns.ip("route")).contains("10.9.0.0/24", "10.77.0.0/16");
        }
        assertThat(netns.ip("address", "show", "t1"))
                .contains("mtu 1500", "10.8.0.1/24", "DOWN")
                .doesNotContain("10.9.0.1");
        assertThat(netns.ip("route")).doesNotContain("10.77.0.0/16");
    }

    @Test
    void an_unconfigured_device_has_the_mtu_of_its_interface() throws Exception {
        netns.ip("tuntap", "add", "dev", "t1", "mode", "tun");
        netns.ip("link", "set", "t1", "mtu", "1234");
        try (TunDevice tun =
                open(TunSettings.named("t1").withAddresses("10.9.0.1/24").withConfigure(false))) {
            assertThat(tun.mtuBytes()).isEqualTo(1234);
            assertThat(netns.ip("address", "show", "t1")).doesNotContain("10.9.0.1");
        }
    }

    @Test
    void the_kernel_numbers_a_pattern() throws Exception {
        try (TunDevice zero = open(TunSettings.named("aggr%d"));
                TunDevice one = open(TunSettings.named("aggr%d"))) {
            assertThat(zero.name()).isEqualTo("aggr0");
            assertThat(one.name()).isEqualTo("aggr1");
        }
    }

    @Test
    void row_49_a_device_in_use_is_named_in_the_error() throws Exception {
        try (TunDevice tun = open(TunSettings.named("t0"))) {
            assertThatThrownBy(() -> open(TunSettings.named(tun.name())))
                    .isInstanceOf(IOException.class)
                    .hasMessage("ioctl(TUNSETIFF) on t0: EBUSY, in use; another program has the device open");
        }
    }

    @Test
    void an_interface_of_another_kind_is_refused() {
        assertThatThrownBy(() -> open(TunSettings.named("lo")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no TUN device");
    }

    @Test
    void row_47_a_device_deleted_underneath_ends_waits_reads_and_writes_with_an_error() throws Exception {
        try (TunDevice tun = open(TunSettings.named("t0").withAddresses("10.9.0.1/24"))) {
            netns.ip("link", "delete", "t0");

            assertThatThrownBy(() -> tun.await(30 * SECOND, true)).hasMessageContaining("deleted");
            assertThatThrownBy(() -> tun.await(30 * SECOND, false)).hasMessageContaining("deleted");
            PacketBatch batch = Packets.batch(4, 16 * 1024);
            assertThatThrownBy(() -> tun.read(batch)).hasMessageContaining("read on TUN device t0: EBADFD");
            Packets.add(batch, Packets.echoRequest(THERE, HERE, 1, 56));
            assertThatThrownBy(() -> tun.write(batch, 0, 1)).hasMessageContaining("write on TUN device t0: EBADFD");
            assertThat(tun.refusedPackets()).isEqualTo(1);
        }
    }

    @Test
    void row_48_a_device_set_down_refuses_packets_and_recovers_when_set_up() throws Exception {
        try (TunDevice tun = open(TunSettings.named("t0").withAddresses("10.9.0.1/24"))) {
            PacketBatch batch = Packets.batch(4, 16 * 1024);
            Packets.add(batch, Packets.echoRequest(THERE, HERE, 1, 56));
            Packets.add(batch, Packets.echoRequest(THERE, HERE, 2, 56));
            netns.ip("link", "set", "t0", "down");

            assertThat(tun.write(batch, 0, 2)).isZero();
            assertThat(tun.refusedPackets()).isEqualTo(2);
            assertThat(tun.read(Packets.batch(4, 16 * 1024))).isZero();

            netns.ip("link", "set", "t0", "up");
            assertThat(tun.write(batch, 0, 2)).isEqualTo(2);
        }
    }

    @Test
    void what_is_no_ip_packet_is_refused_without_harm_to_the_next() throws Exception {
        try (TunDevice tun = open(TunSettings.named("t0").withAddresses("10.9.0.1/24"))) {
            PacketBatch batch = Packets.batch(4, 16 * 1024);
            Packets.add(batch, new byte[] {0x15, 0, 0, 4});
            Packets.add(batch, Packets.echoRequest(THERE, HERE, 2, 56));

            assertThat(tun.write(batch, 0, 2)).isEqualTo(1);
            assertThat(tun.refusedPackets()).isEqualTo(1);
        }
    }

    @Test
    void packets_longer_than_the_mtu_are_dropped_when_somebody_raises_it() throws Exception {
        try (TunDevice tun = open(TunSettings.named("t0").withMtuBytes(1300).withAddresses("10.9.0.1/24"))) {
            netns.ip("link", "set", "t0", "mtu", "2000");
            try (DatagramChannel channel = netns.call(() -> bound("10.9.0.1"))) {
                channel.send(ByteBuffer.allocate(1500), new InetSocketAddress("10.9.0.2", 9));
                channel.send(ByteBuffer.allocate(100), new InetSocketAddress("10.9.0.2", 9));
            }
            PacketBatch batch = Packets.batch(4, 16 * 1024);
            tun.await(5 * SECOND, true);
            assertThat(tun.read(batch)).isEqualTo(1);
            assertThat(batch.length(0)).isEqualTo(128);
        }
    }

    @Test
    void reading_writing_and_waiting_allocate_nothing() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (TunDevice tun = open(TunSettings.named("t0").withAddresses("10.9.0.1/24"))) {
            PacketBatch sent = Packets.batch(32, 64 * 1024);
            for (int i = 0; i < 32; i++) {
                Packets.add(sent, Packets.echoRequest(THERE, HERE, i, 56));
            }
            PacketBatch batch = Packets.batch(64, 128 * 1024);
            // Until the calls are linked and compiled.
            echo(tun, sent, batch, 500);

            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            int answered = echo(tun, sent, batch, 500);
            long allocated =
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;

            assertThat(answered).isEqualTo(500 * 32);
            // Asking for the count allocates a little itself.
            assertThat(allocated).isLessThan(2_000);
        }
    }

    /** Lets the kernel answer batches of pings; answers how many replies there were. */
    private static int echo(TunDevice tun, PacketBatch sent, PacketBatch batch, int rounds) throws IOException {
        int answered = 0;
        for (int i = 0; i < rounds; i++) {
            tun.write(sent, 0, sent.size());
            tun.wakeup();
            tun.await(SECOND, true);
            batch.open(0, batch.slab().sizeBytes());
            answered += tun.read(batch);
        }
        return answered;
    }
}
