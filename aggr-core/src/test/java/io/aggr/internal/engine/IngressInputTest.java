package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.frame.FrameType;
import io.aggr.link.LinkFault;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer, or somebody else, may send: what is good gets through, everything else is dropped and counted, and nothing stops. */
class IngressInputTest {

    private final EngineBench bench = new EngineBench();

    private void deliversAnother(int sequence) {
        int before = bench.tun.written.size();
        bench.arrive(1, sequence, EngineBench.packet(100));
        assertThat(bench.tun.written.size()).isEqualTo(before + 1);
    }

    @Test
    void delivers_a_good_packet() {
        byte[] packet = EngineBench.packet(500);
        bench.arrive(1, 1, packet);
        assertThat(bench.tun.written).containsExactly(packet);
        assertThat(bench.drops()).isEmpty();
        assertThat(bench.peerDrops()).isEmpty();
    }

    @Test
    void row_13_drops_a_second_copy() {
        bench.arrive(1, 1, EngineBench.packet(500));
        bench.arrive(2, 1, EngineBench.packet(500));
        assertThat(bench.tun.written.size()).isEqualTo(1);
        assertThat(bench.peerDrops()).containsExactly(Map.entry("duplicate", 1L));
    }

    @Test
    void row_45_drops_what_is_too_late_to_tell() {
        bench.arrive(1, 1, EngineBench.packet(100));
        for (long sequence = 1; sequence < 300_000; sequence += 100_000) {
            bench.arrive(1, sequence + 100_000, EngineBench.packet(100));
        }
        bench.arrive(1, 2, EngineBench.packet(100));
        assertThat(bench.peerDrops()).containsExactly(Map.entry("too-late", 1L));
    }

    @Test
    void row_15_drops_packets_on_a_line_that_was_not_announced() {
        bench.arrive(9, 1, EngineBench.packet(100));
        assertThat(bench.tun.written).isEmpty();
        assertThat(bench.peerDrops()).containsEntry("unknown-line", 1L);
        deliversAnother(2);
    }

    @Test
    void knows_sixteen_lines_of_a_peer_and_no_more() {
        for (int line = 1; line <= 20; line++) {
            bench.arrive(line, new byte[] {(byte) FrameType.PAD.code()});
        }
        assertThat(bench.peerDrops()).containsExactly(Map.entry("too-many-lines", 4L));
    }

    @Test
    void row_38_drops_packets_from_an_address_that_is_not_the_peers() {
        bench.arrive(1, 1, EngineBench.packet("10.9.0.1", "10.1.0.1", 100));
        bench.arrive(1, 2, EngineBench.packet("127.0.0.1", "10.1.0.1", 100));
        assertThat(bench.tun.written).isEmpty();
        assertThat(bench.peerDrops()).containsEntry("source", 1L);
        assertThat(bench.drops().keySet()).anyMatch(name -> name.startsWith("source."));
        deliversAnother(3);
    }

    @Test
    void drops_packets_above_the_tunnels_mtu() {
        bench.arrive(1, 1, EngineBench.packet(TestTun.MTU_BYTES));
        bench.arrive(1, 2, EngineBench.packet(TestTun.MTU_BYTES + 1));
        assertThat(bench.tun.written.size()).isEqualTo(1);
        assertThat(bench.peerDrops()).containsExactly(Map.entry("over-mtu", 1L));
    }

    @Test
    void lets_nobody_wait_for_a_bad_packet() {
        byte[] frame = EngineBench.frame(2, EngineBench.packet(100));
        frame[8] = 1; // follows sequence 1
        bench.arrive(1, 1, EngineBench.packet("10.9.0.1", "10.1.0.1", 100));
        bench.arrive(1, frame);
        assertThat(bench.tun.written.size()).isEqualTo(1);
    }

    @Test
    void row_36_drops_truncated_packets_and_those_with_wrong_lengths_or_versions() {
        byte[] good = EngineBench.frame(1, EngineBench.packet(100));
        bench.arrive(1, Arrays.copyOf(good, good.length - 1));
        bench.arrive(1, Arrays.copyOf(good, 9 + 10));
        byte[] version = good.clone();
        version[9] = 0x55;
        bench.arrive(1, version);
        byte[] shortLength = good.clone();
        shortLength[11] = 0;
        shortLength[12] = 10;
        bench.arrive(1, shortLength);
        assertThat(bench.tun.written).isEmpty();
        assertThat(bench.drops()).containsEntry("frame.inner-length", 3L).containsEntry("frame.inner-version", 1L);
        byte[] beyond = EngineBench.frame(2, EngineBench.packet(30));
        beyond[9] = 0x4F;
        bench.arrive(1, beyond);
        assertThat(bench.drops()).containsEntry("inner.header-length", 1L);
        deliversAnother(3);
    }

    @Test
    void drops_empty_datagrams_unknown_frames_and_strangers() {
        bench.arrive(1, new byte[0]);
        bench.arrive(1, new byte[] {0x3F, 0, 0});
        bench.arrive(1, new byte[] {4, 1, 2});
        bench.links.get(0).incoming.add(new byte[] {0, 1});
        bench.links.get(0).incoming.add(new byte[] {5, 1, 0, 0, 0, 0, 0});
        bench.run();
        assertThat(bench.drops())
                .containsEntry("frame.empty", 1L)
                .containsEntry("frame.unknown-type", 1L)
                .containsEntry("frame.truncated", 1L)
                .containsEntry("outer.short", 1L)
                .containsEntry("outer.unknown-peer", 1L);
        deliversAnother(1);
    }

    @Test
    void row_37_undoes_a_good_packet_with_a_bad_frame_behind_it() {
        byte[] good = EngineBench.frame(1, EngineBench.packet(100));
        byte[] bad = Arrays.copyOf(good, good.length + 1);
        bad[good.length] = 0x3F;
        bench.arrive(1, bad);
        assertThat(bench.tun.written).isEmpty();
        assertThat(bench.drops()).containsExactly(Map.entry("frame.unknown-type", 1L));
    }

    @Test
    void row_03_drops_datagrams_that_are_longer_than_any_can_be() {
        bench.arrive(1, new byte[2_048 - TestEncapsulator.HEADER_BYTES]);
        assertThat(bench.drops()).containsExactly(Map.entry("over-mtu", 1L));
        deliversAnother(1);
    }

    @Test
    void does_not_run_out_of_messages_when_handshakes_are_too_long() {
        byte[] handshake = new byte[1_500];
        handshake[0] = (byte) TestEncapsulator.HANDSHAKE;
        for (int i = 0; i < 2_000; i++) {
            bench.links.get(0).incoming.add(handshake);
            bench.run();
        }
        bench.links.get(0).incoming.add(Arrays.copyOf(handshake, 100));
        bench.run();
        assertThat(bench.encapsulator.handshakesReceived).isEqualTo(1);
        assertThat(bench.drops()).containsExactly(Map.entry("handshake-too-long", 2_000L));
        deliversAnother(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void survives_any_bytes(long seed) {
        Random random = new Random(seed);
        byte[][] samples = {
            EngineBench.frame(5, EngineBench.packet(200)), new byte[64], {0x04}, {0x06, 0, 23}, {0x05, 0, 6}
        };
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Arrays.copyOf(samples[random.nextInt(samples.length)], random.nextInt(300));
            for (int flips = random.nextInt(12); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(4) == 0) {
                random.nextBytes(bytes);
            }
            bench.links.get(random.nextInt(2)).incoming.add(bench.datagram(random.nextInt(4), bytes));
            bench.nowNanos += random.nextInt(2_000_000);
            bench.run();
        }
        IngressSnapshot snapshot = bench.ingress.snapshot();
        assertThat(snapshot.flow().datagrams()).isEqualTo(20_000);
        long dropped = snapshot.drops().entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith("frame.") || entry.getKey().startsWith("outer."))
                .mapToLong(Map.Entry::getValue)
                .sum();
        assertThat(snapshot.flow().openedDatagrams() + dropped).isEqualTo(20_000);
        bench.runFor(1_000 * EngineBench.MILLI);
        assertThat(bench.ingress.snapshot().flow().heldPackets()).isZero();
    }

    @Test
    void row_50_a_socket_that_can_only_be_listened_on_is_missed_when_it_is_gone() {
        EngineBench bench = new EngineBench();
        bench.links.get(1).receiveFault = LinkFault.REFUSED;
        bench.run();
        bench.run();
        assertThat(bench.failedLinks).as("a hint and no more").isEmpty();
        bench.links.get(1).receiveFault = LinkFault.CLOSED;
        for (int i = 0; i < 10; i++) {
            bench.run();
        }
        assertThat(bench.failedLinks).containsExactly(1);
        bench.links.get(1).receiveFault = LinkFault.NONE;
        bench.run();
        bench.links.get(1).receiveFault = LinkFault.DEVICE_GONE;
        bench.run();
        assertThat(bench.failedLinks).containsExactly(1, 1);
        assertThat(bench.drops())
                .containsEntry("receive.refused", 2L)
                .containsEntry("receive.closed", 1L)
                .containsEntry("receive.device-gone", 1L);
    }
}
