package io.aggr.tun.openbsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.TunDeviceConformance;
import io.aggr.testkit.TunHarness;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunSettings;
import io.aggr.tun.openbsd.fake.FakeOpenBsd;
import io.aggr.tun.openbsd.fake.Release;
import io.aggr.tun.openbsd.internal.libc.Abi;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets through an open device, on both kinds of kernel. */
@OnLinux
class OpenBsdTunTest {

    private static final long SECOND = 1_000_000_000L;

    private static TunDevice open(FakeOpenBsd kernel, TunSettings settings) throws IOException {
        return new OpenBsdTunProvider(kernel.platform(), new FakeSurroundings(kernel))
                .open(settings, ProviderConfig.none());
    }

    private static TunSettings tun0() {
        return TunSettings.named("tun0").withAddresses("10.9.0.1/24");
    }

    /** A device and the fake kernel behind it. */
    private record Harness(FakeOpenBsd kernel, TunDevice device) implements TunHarness {

        static Harness open(Release release) throws IOException {
            FakeOpenBsd kernel = new FakeOpenBsd(release);
            return new Harness(kernel, OpenBsdTunTest.open(kernel, tun0()));
        }

        @Override
        public void inject(byte[] packet) {
            kernel.output("tun0", packet);
        }

        @Override
        public byte @Nullable [] extract() {
            return kernel.delivered("tun0");
        }

        @Override
        public void close() {
            device.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void keeps_what_a_tun_device_promises(Release release) {
        TunDeviceConformance.check(() -> Harness.open(release));
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void the_kernel_answers_a_ping_that_is_written_to_the_device(Release release) throws IOException {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        try (TunDevice tun = open(kernel, tun0())) {
            PacketBatch batch = Packets.batch(4, 16 * 1024);
            Packets.add(batch, Packets.echoRequest(84));
            assertThat(tun.write(batch, 0, 1)).isEqualTo(1);
            tun.await(5 * SECOND, true);
            assertThat(tun.read(Packets.reopen(batch))).isEqualTo(1);
            byte[] reply = Packets.bytes(batch, 0);
            assertThat(reply).hasSize(84);
            assertThat(reply[20]).as("ICMP echo reply").isZero();
            assertThat(tun.read(Packets.reopen(batch))).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void the_address_family_lies_in_the_head_room_and_nowhere_else(Release release) throws IOException {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        try (TunDevice tun = open(kernel, tun0())) {
            PacketBatch batch = Packets.batch(4, 16 * 1024);
            Packets.add(batch, Packets.ip(4, 100, 1));
            Packets.add(batch, Packets.ip(6, 100, 2));
            assertThat(tun.write(batch, 0, 2)).isEqualTo(2);
            assertThat(batch.buffer().getInt(batch.offset(0) - 4)).isEqualTo(2);
            assertThat(batch.buffer().getInt(batch.offset(1) - 4)).isEqualTo(24);
            assertThat(batch.buffer().get(batch.offset(1) - 5)).isEqualTo((byte) 0x55);
            assertThat(kernel.delivered("tun0")).isEqualTo(Packets.ip(4, 100, 1));
            assertThat(kernel.delivered("tun0")).isEqualTo(Packets.ip(6, 100, 2));
        }
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void reads_both_families(Release release) throws IOException {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        try (TunDevice tun = open(kernel, tun0())) {
            kernel.output("tun0", Packets.ip(6, 1400, 3));
            kernel.output("tun0", Packets.ip(4, 20, 4));
            PacketBatch batch = Packets.batch(8, 16 * 1024);
            assertThat(tun.read(batch)).isEqualTo(2);
            assertThat(Packets.bytes(batch, 0)).isEqualTo(Packets.ip(6, 1400, 3));
            assertThat(Packets.bytes(batch, 1)).isEqualTo(Packets.ip(4, 20, 4));
        }
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void what_is_no_ip_packet_never_reaches_a_kernel_that_would_drop_it_in_silence(Release release) throws IOException {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        try (TunDevice tun = open(kernel, tun0())) {
            PacketBatch batch = Packets.batch(8, 16 * 1024);
            Packets.add(batch, new byte[] {0x15, 0, 0, 4});
            batch.add(batch.nextOffset(), 0);
            Packets.add(batch, Packets.ip(4, 64, 1));
            assertThat(tun.write(batch, 0, 3)).isEqualTo(1);
            assertThat(tun.refusedPackets()).isEqualTo(2);
            assertThat(kernel.delivered("tun0")).hasSize(64);
            assertThat(kernel.delivered("tun0")).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void a_packet_too_long_for_the_driver_is_refused_without_harm_to_the_next(Release release) throws IOException {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        try (TunDevice tun = open(kernel, tun0())) {
            PacketBatch batch = Packets.batch(8, 256 * 1024);
            byte[] longest = Packets.ip(4, release == Release.V6_6 ? 16_384 : 65_535, 1);
            byte[] longer = new byte[65_540];
            longer[0] = 0x45;
            Packets.add(batch, longest);
            Packets.add(batch, longer);
            Packets.add(batch, Packets.ip(4, 64, 2));
            assertThat(tun.write(batch, 0, 3)).isEqualTo(2);
            assertThat(tun.refusedPackets()).isEqualTo(1);
            assertThat(kernel.delivered("tun0")).isEqualTo(longest);
        }
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void packets_of_other_protocols_and_cut_ones_are_dropped(Release release) throws IOException {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        try (TunDevice tun = open(kernel, tun0())) {
            kernel.outputRaw("tun0", new byte[] {0, 0, 0, 33, 1, 2, 3, 4});
            kernel.outputRaw("tun0", new byte[] {0, 0, 0, 2});
            kernel.output("tun0", Packets.ip(4, 1401, 1));
            kernel.output("tun0", Packets.ip(4, 1400, 2));
            PacketBatch batch = Packets.batch(8, 16 * 1024);
            assertThat(tun.read(batch)).isEqualTo(1);
            assertThat(Packets.bytes(batch, 0)).isEqualTo(Packets.ip(4, 1400, 2));
        }
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void an_interface_destroyed_underneath_ends_waits_reads_and_writes_with_an_error(Release release) throws Exception {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        try (TunDevice tun = open(kernel, tun0())) {
            CompletableFuture<Void> waiting = awaiting(tun);
            kernel.destroyInterface("tun0");
            assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).hasMessageContaining("destroyed");
            assertThatThrownBy(() -> tun.await(30 * SECOND, true)).hasMessageContaining("destroyed");
            assertThatThrownBy(() -> tun.await(30 * SECOND, false)).hasMessageContaining("destroyed");
            PacketBatch batch = Packets.batch(4, 16 * 1024);
            String error = release == Release.V6_6 ? "ENXIO, no such device" : "EIO, input/output error";
            assertThatThrownBy(() -> tun.read(batch))
                    .hasMessage("read on TUN device tun0: " + error + "; the interface has been destroyed");
            Packets.add(batch, Packets.ip(4, 64, 1));
            Packets.add(batch, Packets.ip(4, 64, 2));
            assertThatThrownBy(() -> tun.write(batch, 0, 2)).hasMessageContaining("write on TUN device tun0: E");
            assertThat(tun.refusedPackets()).isEqualTo(2);
        }
        assertThat(kernel.openDescriptors()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void close_ends_a_wait_and_gives_every_descriptor_back(Release release) throws Exception {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        TunDevice tun = open(kernel, tun0());
        CompletableFuture<Void> waiting = awaiting(tun);
        tun.close();
        tun.close();
        tun.wakeup();
        waiting.handle((nothing, failure) ->
                        failure == null || failure.getMessage().contains("closed"))
                .thenAccept(isFine -> assertThat(isFine).isTrue())
                .get(10, TimeUnit.SECONDS);
        assertThatThrownBy(() -> tun.read(Packets.batch(1, 4096))).hasMessageContaining("closed");
        assertThat(kernel.openDescriptors()).isZero();
        assertThat(kernel.networkInterface("tun0")).isNull();
    }

    /** Waits on a thread of its own; returns when that thread is about to. */
    private static CompletableFuture<Void> awaiting(TunDevice tun) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Void> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            started.countDown();
            try {
                tun.await(30 * SECOND, true);
                result.complete(null);
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        started.await();
        return result;
    }

    private interface Step {
        void run(PacketBatch batch) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void reading_and_writing_survive_a_close_from_another_thread(Release release) throws Exception {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        for (int round = 0; round < 20; round++) {
            TunDevice tun = open(kernel, tun0());
            kernel.discard("tun0");
            CountDownLatch running = new CountDownLatch(2);
            CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> repeat(running, batch -> {
                tun.await(1_000_000, true);
                tun.read(batch);
            }));
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> repeat(running, batch -> {
                Packets.add(batch, Packets.ip(4, 64, 1));
                tun.write(batch, 0, 1);
            }));
            running.await();
            tun.close();
            reader.get(10, TimeUnit.SECONDS);
            writer.get(10, TimeUnit.SECONDS);
            assertThat(kernel.openDescriptors()).isZero();
        }
    }

    private static void repeat(CountDownLatch running, Step step) {
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

    @ParameterizedTest
    @EnumSource(Release.class)
    void reading_writing_and_waiting_allocate_nothing(Release release) throws IOException {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (TunDevice tun = open(kernel, tun0())) {
            kernel.discard("tun0");
            byte[] packet = Packets.ip(4, 1400, 1);
            PacketBatch out = Packets.batch(16, 32 * 1024);
            for (int i = 0; i < 16; i++) {
                Packets.add(out, packet);
            }
            PacketBatch in = Packets.batch(16, 32 * 1024);
            // Until everything is linked and compiled.
            exchange(kernel, tun, packet, in, out, 2_000);
            long id = Thread.currentThread().getId();
            long before = threads.getThreadAllocatedBytes(id);
            exchange(kernel, tun, packet, in, out, 1_000);
            assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(1_000);
        }
    }

    private static void exchange(
            FakeOpenBsd kernel, TunDevice tun, byte[] packet, PacketBatch in, PacketBatch out, int rounds)
            throws IOException {
        for (int i = 0; i < rounds; i++) {
            kernel.output("tun0", packet);
            tun.wakeup();
            tun.await(SECOND, true);
            if (tun.read(Packets.reopen(in)) != 1 || tun.write(out, 0, 16) != 16) {
                throw new AssertionError("a packet is missing");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void tells_how_late_a_kernel_with_coarse_ticks_wakes_it(Release release) throws IOException {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        kernel.tickEvery(10_000_000);
        try (TunDevice tun = open(kernel, tun0())) {
            assertThat(tun.timerLatenessNanos()).isGreaterThanOrEqualTo(20_000_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void link_flags_of_the_interface_are_set_up(Release release) throws IOException {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        try (TunDevice tun = open(kernel, TunSettings.named("tun0"))) {
            assertThat(kernel.networkInterface(tun.name()).flags())
                    .isEqualTo(Abi.IFF_UP | Abi.IFF_POINTOPOINT | Abi.IFF_RUNNING | Abi.IFF_MULTICAST);
        }
    }
}
