package io.aggr.tun.openbsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.LinkSettings;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.IpPrefix;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunSettings;
import io.aggr.tun.openbsd.fake.FakeInterface;
import io.aggr.tun.openbsd.fake.FakeOpenBsd;
import io.aggr.tun.openbsd.fake.Interposer;
import io.aggr.tun.openbsd.fake.Release;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Errno;
import io.aggr.tun.openbsd.internal.libc.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of the kernel, bit by bit, and what becomes of answers that it gives seldom. */
@OnLinux
class SystemAnswersTest {

    private static final long SECOND = 1_000_000_000L;

    private final FakeOpenBsd kernel = new FakeOpenBsd(Release.V7_8);
    private final Interposer calls = new Interposer(kernel);
    private int mtuBytes = 1_500;

    @AfterEach
    void every_descriptor_is_given_back() {
        assertThat(kernel.openDescriptors()).isZero();
    }

    private TunDevice open(String name) throws IOException {
        return new OpenBsdTunProvider(calls.platform(), new FakeSurroundings(kernel))
                .open(TunSettings.named(name).withAddresses("10.9.0.1/24"), ProviderConfig.none());
    }

    private NativeUdpLinkProvider links() {
        return new NativeUdpLinkProvider(calls.platform(), local -> mtuBytes);
    }

    private static LinkSettings loopback() {
        return LinkSettings.listening("hub", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static PacketBatch batchOf(byte[]... packets) {
        PacketBatch batch = Packets.batch(8, 64 * 1024);
        for (byte[] packet : packets) {
            Packets.add(batch, packet);
        }
        return batch;
    }

    // The search for a unit.

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOENT, Errno.ENXIO, Errno.EACCES, Errno.EPERM, Errno.EMFILE})
    void the_search_for_a_unit_goes_on_behind_one_in_use_and_ends_at_anything_else(int errno) {
        calls.answer("open", -Errno.EBUSY, -Errno.EBUSY, -errno);
        assertThatThrownBy(() -> open("tun%d"))
                .isInstanceOfSatisfying(
                        SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(errno))
                .hasMessageStartingWith("open /dev/tun2: " + Errno.name(errno));
        assertThat(calls.calls("open")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOENT, Errno.ENXIO, Errno.EACCES, Errno.EPERM})
    void the_search_ends_at_the_first_unit_too(int errno) {
        calls.answer("open", -errno);
        assertThatThrownBy(() -> open("tun"))
                .hasMessageStartingWith("open /dev/tun0: " + Errno.name(errno))
                .message()
                .doesNotContain("before it");
        assertThat(calls.calls("open")).hasSize(1);
    }

    @Test
    void a_search_that_finds_all_nodes_in_use_says_how_to_make_another() {
        calls.answer("open", -Errno.EBUSY, -Errno.ENOENT);
        assertThatThrownBy(() -> open("tun%d"))
                .hasMessageEndingWith("the 1 devices before it are in use; make more with: cd /dev && sh MAKEDEV tun1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                Errno.EBUSY + "|another program has it open",
                Errno.ENOENT + "|make it with: cd /dev && sh MAKEDEV tun3",
                Errno.EPERM + "|needs root, or a node that belongs to this user: chown USER /dev/tun3",
                Errno.EACCES + "|needs root, or a node that belongs to this user: chown USER /dev/tun3",
                Errno.ENXIO + "|the interface is being destroyed, or the kernel has no tun(4)"
            })
    void a_unit_that_was_asked_for_by_name_is_the_only_one_tried(int errno, String hint) {
        calls.answer("open", -errno);
        assertThatThrownBy(() -> open("tun3")).hasMessage("open /dev/tun3: " + Errno.describe(errno) + "; " + hint);
        assertThat(calls.calls("open")).hasSize(1);
    }

    @Test
    void an_interrupted_open_is_asked_again() throws IOException {
        calls.answer("open", -Errno.EINTR, -Errno.EINTR, Interposer.KERNEL);
        try (TunDevice tun = open("tun1")) {
            assertThat(tun.name()).isEqualTo("tun1");
        }
        assertThat(calls.calls("open")).hasSize(3);
    }

    @Test
    void an_interface_that_cannot_be_asked_for_is_not_taken_for_a_missing_one() {
        calls.answer("ioctl", -Errno.EPERM);
        assertThatThrownBy(() -> open("tun0"))
                .hasMessageContaining("ioctl(SIOCGIFFLAGS) on tun0: EPERM, operation not permitted");
    }

    // Interfaces.

    @Test
    void an_interface_that_open_has_made_is_set_up_and_takes_everything_along() throws IOException {
        try (TunDevice tun = open("tun0")) {
            assertThat(kernel.networkInterface(tun.name()).flags() & 1).as("up").isOne();
        }
        assertThat(asked(0x80206919L)).as("addresses taken away").isZero();
        assertThat(asked(0x8020697fL)).as("MTU set").isOne();
        assertThat(kernel.networkInterface("tun0")).isNull();
    }

    @Test
    void flags_that_somebody_else_has_set_stay() throws IOException {
        int link1 = 0x2000;
        FakeInterface before = kernel.createInterface("tun2");
        before.addFlag(link1);
        open("tun2").close();
        assertThat(before.flags() & link1).isNotZero();
    }

    private long asked(long code) {
        return calls.calls("ioctl").stream()
                .filter(call -> call.arguments().get(1) == code)
                .count();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.9.0.1/20", "10.9.0.1/31", "10.9.0.1/32", "10.9.0.1/9", "2001:db8::1/61", "2001:db8::1/128"})
    void the_mask_of_an_address_is_as_long_as_it_says(String address) throws IOException {
        TunSettings settings = TunSettings.named("tun0").withAddresses(address);
        OpenBsdTunProvider provider = new OpenBsdTunProvider(calls.platform(), new FakeSurroundings(kernel));
        try (TunDevice tun = provider.open(settings, ProviderConfig.none())) {
            assertThat(kernel.networkInterface(tun.name()).addresses())
                    .singleElement()
                    .satisfies(each -> assertThat(each.prefix()).isEqualTo(IpPrefix.parse(address)));
        }
    }

    @Test
    void an_address_of_each_family_is_deleted_from_an_interface_that_stays() throws IOException {
        FakeInterface before = kernel.createInterface("tun2");
        OpenBsdTunProvider provider = new OpenBsdTunProvider(calls.platform(), new FakeSurroundings(kernel));
        TunSettings settings = TunSettings.named("tun2").withAddresses("10.9.0.1/24", "2001:db8::1/64");
        provider.open(settings, ProviderConfig.none()).close();
        assertThat(before.addresses()).isEmpty();
        assertThat(asked(0x80206919L)).isOne();
        assertThat(asked(0x81206919L)).isOne();
    }

    // Bits: written as numbers, so that a wrong constant cannot agree with itself.

    @Test
    void descriptors_neither_block_nor_are_inherited_by_programs() throws IOException {
        open("tun0").close();
        links().open(loopback(), ProviderConfig.none()).close();
        assertThat(calls.calls("open"))
                .allSatisfy(call -> assertThat(call.arguments().get(1)).isEqualTo(0x10006));
        assertThat(calls.calls("pipe2"))
                .allSatisfy(call -> assertThat(call.arguments().get(1)).isEqualTo(0x10004));
        // For asking: a datagram socket. For a link: one that does not block, besides.
        assertThat(calls.calls("socket"))
                .extracting(call -> call.arguments().get(1))
                .containsExactly(0x8002L, 0xC002L);
    }

    // Packets.

    @Test
    void interrupted_reads_and_writes_lose_nothing() throws IOException {
        try (TunDevice tun = open("tun0")) {
            kernel.output("tun0", Packets.ip(4, 64, 1));
            calls.answer("read", -Errno.EINTR, Interposer.KERNEL, -Errno.EINTR);
            PacketBatch batch = Packets.batch(8, 64 * 1024);
            assertThat(tun.read(batch)).isEqualTo(1);
            assertThat(Packets.bytes(batch, 0)).isEqualTo(Packets.ip(4, 64, 1));
            calls.answer("write", -Errno.EINTR, Interposer.KERNEL, Interposer.KERNEL, -Errno.EINTR);
            assertThat(tun.write(batchOf(Packets.ip(4, 64, 2), Packets.ip(6, 64, 3), Packets.ip(4, 64, 4)), 0, 3))
                    .isEqualTo(3);
            assertThat(tun.refusedPackets()).isZero();
        }
    }

    @Test
    void an_error_behind_packets_comes_with_the_next_read() throws IOException {
        try (TunDevice tun = open("tun0")) {
            kernel.output("tun0", Packets.ip(4, 64, 1));
            calls.answer("read", Interposer.KERNEL, -Errno.EIO, -Errno.EIO);
            PacketBatch batch = Packets.batch(8, 64 * 1024);
            assertThat(tun.read(batch)).isEqualTo(1);
            assertThatThrownBy(() -> tun.read(batch))
                    .hasMessageContaining("EIO")
                    .hasMessageContaining("destroyed");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EIO, Errno.ENXIO, Errno.EBADF})
    void each_error_that_says_that_the_interface_is_gone_ends_a_write_and_a_read(int errno) throws IOException {
        try (TunDevice tun = open("tun0")) {
            calls.answer("write", Interposer.KERNEL, -errno);
            PacketBatch batch = batchOf(Packets.ip(4, 64, 1), Packets.ip(4, 64, 2), Packets.ip(4, 64, 3));
            assertThatThrownBy(() -> tun.write(batch, 0, 3)).hasMessageEndingWith("the interface has been destroyed");
            assertThat(tun.refusedPackets()).isEqualTo(2);
            calls.answer("read", -errno);
            assertThatThrownBy(() -> tun.read(Packets.batch(8, 4096)))
                    .hasMessageEndingWith("the interface has been destroyed");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EMSGSIZE, Errno.ENOBUFS, Errno.ENOMEM, Errno.EAGAIN, Errno.EAFNOSUPPORT})
    void any_other_error_costs_the_one_packet(int errno) throws IOException {
        try (TunDevice tun = open("tun0")) {
            calls.answer("write", Interposer.KERNEL, -errno, Interposer.KERNEL);
            PacketBatch batch = batchOf(Packets.ip(4, 64, 1), Packets.ip(4, 64, 2), Packets.ip(4, 64, 3));
            assertThat(tun.write(batch, 0, 3)).isEqualTo(2);
            assertThat(tun.refusedPackets()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32})
    void poll_s_error_hang_up_and_invalid_each_mean_that_the_interface_is_gone(int events) throws IOException {
        try (TunDevice tun = open("tun0")) {
            calls.find(events);
            assertThatThrownBy(() -> tun.await(SECOND, false)).hasMessageEndingWith("the interface has been destroyed");
        }
    }

    @Test
    void one_read_drops_only_so_many_packets_that_are_none() throws IOException {
        try (TunDevice tun = open("tun0")) {
            for (int i = 0; i < 64; i++) {
                kernel.outputRaw("tun0", new byte[] {0, 0, 0, 33, 1, 2, 3, 4});
            }
            kernel.output("tun0", Packets.ip(4, 64, 1));
            PacketBatch batch = Packets.batch(8, 64 * 1024);
            assertThat(tun.read(batch)).isZero();
            assertThat(tun.read(batch)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 7, 8, 0xC, 0xE, 0xF})
    void what_has_another_version_is_refused(int version) throws IOException {
        try (TunDevice tun = open("tun0")) {
            byte[] packet = Packets.ip(4, 64, 1);
            packet[0] = (byte) (version << 4 | 5);
            assertThat(tun.write(batchOf(packet), 0, 1)).isZero();
            assertThat(tun.refusedPackets()).isEqualTo(1);
        }
    }

    @Test
    void an_empty_packet_is_refused_whatever_lies_behind_it() throws IOException {
        try (TunDevice tun = open("tun0")) {
            PacketBatch batch = Packets.batch(8, 64 * 1024);
            batch.buffer().put(batch.nextOffset(), (byte) 0x45);
            batch.add(batch.nextOffset(), 0);
            assertThat(tun.write(batch, 0, 1)).isZero();
            assertThat(tun.refusedPackets()).isEqualTo(1);
        }
    }

    // Links.

    private List<Long> sizesAskedFor(int option) {
        return calls.calls("setsockopt").stream()
                .filter(call -> call.arguments().get(2) == option)
                .map(call -> call.arguments().get(3))
                .toList();
    }

    @Test
    void buffers_are_asked_for_as_documented_and_halved_where_the_kernel_refuses() throws IOException {
        links().open(loopback(), ProviderConfig.none()).close();
        assertThat(sizesAskedFor(0x1002)).containsExactly(4_194_304L, 2_097_152L);
        assertThat(sizesAskedFor(0x1001)).containsExactly(1_048_576L);
    }

    @Test
    void a_kernel_that_refuses_every_buffer_leaves_a_socket_with_what_it_has() throws IOException {
        calls.answer(
                "setsockopt",
                LongStream.generate(() -> -Errno.ENOBUFS).limit(100).toArray());
        links().open(loopback(), ProviderConfig.none()).close();
        assertThat(sizesAskedFor(0x1002))
                .startsWith(4_194_304L)
                .endsWith(16_384L)
                .hasSize(9);
        assertThat(sizesAskedFor(0x1001))
                .startsWith(1_048_576L)
                .endsWith(16_384L)
                .hasSize(7);
    }

    @Test
    void fragments_are_forbidden_where_openbsd_can_and_no_table_is_asked_for_unless_configured() throws IOException {
        InetSocketAddress six = new InetSocketAddress(IpPrefix.parse("::1").address(), 0);
        for (LinkSettings settings : List.of(loopback(), LinkSettings.listening("six", six))) {
            try (Link link = links().open(settings, ProviderConfig.none())) {
                assertThat(link.forbidsFragmentation())
                        .isEqualTo(settings.local().equals(six));
            }
        }
        assertThat(sizesAskedFor(62)).as("IPV6_DONTFRAG").containsExactly(1L);
        assertThat(sizesAskedFor(0x1021)).as("SO_RTABLE").isEmpty();
    }

    @Test
    void buffers_have_bounds() {
        for (String size : List.of("4095", "268435457")) {
            for (String option : List.of("receive-buffer-bytes", "send-buffer-bytes")) {
                assertThatThrownBy(() -> links().open(loopback(), ProviderConfig.of(Map.of(option, size))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(option);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1472", "1500,1472", "100,508", "536,508", "537,509", "65535,65507", "1000000,65507"})
    void a_datagram_fits_the_interface_and_what_ip_and_udp_allow(int mtu, int longest) throws IOException {
        mtuBytes = mtu;
        try (Link hub = links().open(loopback(), ProviderConfig.none())) {
            assertThat(hub.maxDatagramBytes()).isEqualTo(longest);
        }
    }

    @Test
    void a_receive_passes_over_four_errors_of_earlier_datagrams() throws IOException {
        try (Link hub = links().open(loopback(), ProviderConfig.none())) {
            long[] refusals = new long[6];
            Arrays.fill(refusals, -Errno.ECONNREFUSED);
            calls.answer("recvmsg", refusals);
            assertThat(hub.receive(Packets.batch(4, 4096))).isZero();
            assertThat(hub.receiveFault()).isEqualTo(LinkFault.REFUSED);
            assertThat(calls.calls("recvmsg")).hasSize(4);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "setsockopt|" + Errno.EINVAL + "|there is no such table; make it with: route -T 1 add default GATEWAY",
                "setsockopt|" + Errno.EPERM + "|a process that is not in rtable 0 needs root for it",
                "setsockopt|" + Errno.EACCES + "|a process that is not in rtable 0 needs root for it",
                "bind|" + Errno.EADDRINUSE + "|another program has the port",
                "bind|" + Errno.EACCES + "|ports below 1024 need root",
                "bind|" + Errno.EADDRNOTAVAIL + "|it must be an address of the rdomain that rtable 1 belongs to",
                "connect|" + Errno.ENETUNREACH + "|there is no route to it in rtable 1",
                "connect|" + Errno.EHOSTUNREACH + "|there is no route to it in rtable 1"
            })
    void a_socket_that_is_refused_says_what_would_help(String call, int errno, String hint) {
        kernel.addRoutingTable(1);
        // The first two are for buffers.
        calls.answer(call, call.equals("setsockopt") ? new long[] {0, 0, -errno} : new long[] {-errno});
        InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        LinkSettings settings = LinkSettings.to("line", new InetSocketAddress(InetAddress.getLoopbackAddress(), 5080))
                .withLocal(here)
                .withRoutingTable(1);
        assertThatThrownBy(() -> links().open(settings, ProviderConfig.none()))
                .hasMessageContaining(Errno.describe(errno))
                .hasMessageEndingWith("; " + hint);
        long table = Abi.SO_RTABLE;
        assertThat(sizesAskedFor((int) table)).containsExactly(1L);
    }

    @Test
    void the_native_links_are_preferred_to_the_portable_ones() {
        assertThat(links().priority()).isPositive();
    }
}
