package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.frame.Serial;
import io.aggr.link.LinkFault;
import io.aggr.link.LinkState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What hosts may send into the tunnel, and what links may refuse. */
class EgressInputTest {

    private final EngineBench bench = new EngineBench();

    @BeforeEach
    void bring_both_lines_up() {
        bench.bringUp();
        assertThat(states()).containsExactly(LinkState.UP, LinkState.UP);
    }

    private List<LinkState> states() {
        return bench.egress.snapshot().peers().get(0).lines().stream()
                .map(EgressSnapshot.Line::state)
                .toList();
    }

    private static byte[] packet(int bytes) {
        return EngineBench.packet("10.1.0.1", "10.2.0.9", bytes);
    }

    private void send(byte[] packet) {
        bench.tun.incoming.add(packet);
        bench.run();
    }

    @Test
    void sends_a_good_packet_as_it_is() {
        byte[] packet = packet(700);
        send(packet);
        assertThat(bench.sentPackets()).containsExactly(packet);
    }

    @Test
    void row_46_a_sender_whose_sequences_end_stops_and_asks_for_a_new_association() {
        bench.egress.peer(0).numbers().next(Serial.RETIRE_SEQUENCE - 1);
        send(packet(100));
        send(packet(100));
        bench.run();
        assertThat(bench.encapsulator.renumberings).isEqualTo(1);
        bench.egress.peer(0).numbers().next(Serial.MAX_SEQUENCE - (1L << 24));
        send(packet(100));
        assertThat(bench.peerOutDrops()).isEmpty();
        send(packet(100));
        assertThat(bench.peerOutDrops()).containsExactly(Map.entry("numbers-used-up", 1L));
    }

    @Test
    void drops_bad_packets_of_hosts_and_counts_them() {
        send(new byte[0]);
        send(new byte[] {0x45, 0, 0});
        byte[] version = packet(100);
        version[0] = 0x15;
        send(version);
        send(Arrays.copyOf(packet(100), 99));
        send(Arrays.copyOf(packet(100), 101));
        byte[] header = packet(100);
        header[0] = 0x43;
        send(header);
        assertThat(bench.sentPackets()).isEmpty();
        assertThat(bench.outDrops())
                .containsEntry("tun.empty", 1L)
                .containsEntry("tun.truncated", 1L)
                .containsEntry("tun.version", 1L)
                .containsEntry("tun.total-length", 1L)
                .containsEntry("tun.trailing", 1L)
                .containsEntry("tun.header-length", 1L);
        send(packet(100));
        assertThat(bench.sentPackets().size()).isEqualTo(1);
    }

    @Test
    void drops_packets_to_an_address_of_nobody() {
        send(EngineBench.packet("10.1.0.1", "192.0.2.1", 100));
        assertThat(bench.outDrops()).containsExactly(Map.entry("tun.no-route", 1L));
    }

    @Test
    void tells_the_sender_of_a_packet_that_is_too_large() {
        byte[] large = packet(TestTun.MTU_BYTES + 1);
        send(large);
        bench.run();
        assertThat(bench.peerOutDrops()).containsExactly(Map.entry("too-large", 1L));
        assertThat(bench.tun.written).hasSize(1);
        byte[] icmp = bench.tun.written.get(0);
        assertThat(icmp[9]).as("protocol").isEqualTo((byte) 1);
        assertThat(icmp[20]).as("unreachable").isEqualTo((byte) 3);
        assertThat(icmp[21]).as("fragmentation needed").isEqualTo((byte) 4);
    }

    @Test
    void survives_any_bytes() {
        Random random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = Arrays.copyOf(packet(100), random.nextInt(1_900));
            for (int flips = random.nextInt(8); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(Math.min(60, bytes.length))] = (byte) random.nextInt(256);
            }
            bench.tun.incoming.add(bytes);
            bench.nowNanos += random.nextInt(2_000_000);
            bench.run();
        }
        EgressSnapshot snapshot = bench.egress.snapshot();
        EgressSnapshot.Peer peer = snapshot.peers().get(0);
        long dropped = sum(snapshot.drops()) + sum(peer.drops());
        assertThat(snapshot.takenPackets() + peer.copiedPackets())
                .isEqualTo(dropped + peer.queuedPackets() + peer.waitingPackets() + peer.sealedPackets());
    }

    private static long sum(Map<String, Long> drops) {
        return drops.values().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void tries_again_shortly_when_a_link_is_busy() {
        bench.links.forEach(link -> link.fault = LinkFault.WOULD_BLOCK);
        send(packet(100));
        assertThat(bench.sentPackets()).isEmpty();
        bench.links.forEach(link -> link.fault = LinkFault.NONE);
        bench.runFor(10 * EngineBench.MILLI);
        assertThat(bench.sentPackets().size()).isEqualTo(1);
        assertThat(bench.peerOutDrops()).isEmpty();
        assertThat(states()).containsExactly(LinkState.UP, LinkState.UP);
    }

    @Test
    void takes_a_line_down_whose_device_is_gone_and_sends_over_the_other() {
        bench.links.get(0).fault = LinkFault.DEVICE_GONE;
        for (int i = 0; i < 20; i++) {
            send(packet(1_000));
        }
        bench.runFor(30 * EngineBench.MILLI);
        assertThat(bench.sentPackets().size()).isEqualTo(20);
        assertThat(states()).containsExactly(LinkState.DOWN, LinkState.UP);
        assertThat(bench.events()).containsKey("reinjected");
        assertThat(bench.egress.snapshot().peers().get(0).lines().get(0).faults())
                .containsKey("device-gone");
    }

    @Test
    void drops_what_the_system_finds_too_large_on_all_lines_and_says_so_to_the_sender() {
        bench.links.forEach(link -> link.fault = LinkFault.TOO_LARGE);
        send(packet(1_000));
        bench.run();
        assertThat(bench.peerOutDrops()).containsExactly(Map.entry("too-large", 1L));
        assertThat(bench.tun.written).hasSize(1);
        bench.links.forEach(link -> link.fault = LinkFault.NONE);
        send(packet(100));
        bench.runFor(5 * EngineBench.MILLI);
        assertThat(bench.sentPackets().size()).isEqualTo(1);
    }

    @Test
    void row_53_sends_what_is_too_long_for_the_interface_of_a_line_over_another() {
        bench.links.get(0).longestBytes = 1_000;
        for (int i = 0; i < 20; i++) {
            send(packet(1_300));
        }
        bench.runFor(60 * EngineBench.MILLI);
        assertThat(bench.peerOutDrops()).isEmpty();
        assertThat(bench.sentPackets().size()).isEqualTo(20);
        assertThat(bench.egress.snapshot().peers().get(0).lines().get(0).faults())
                .as("learnt from the first")
                .containsEntry("too-large", 1L);
    }

    @Test
    void row_53_tells_the_sender_when_no_interface_takes_so_long_a_packet() {
        bench.links.forEach(link -> link.longestBytes = 1_000);
        for (int i = 0; i < 10; i++) {
            send(packet(1_300));
        }
        bench.runFor(60 * EngineBench.MILLI);
        assertThat(bench.tun.written).isNotEmpty();
        byte[] icmp = bench.tun.written.get(0);
        assertThat(icmp[20]).as("unreachable").isEqualTo((byte) 3);
        assertThat(icmp[21]).as("fragmentation needed").isEqualTo((byte) 4);
        assertThat(sum(bench.peerOutDrops())).as("each is counted").isEqualTo(10);
        send(packet(500));
        bench.runFor(5 * EngineBench.MILLI);
        assertThat(bench.sentPackets().size()).isEqualTo(1);
    }

    @Test
    void counts_what_cannot_be_sealed() {
        bench.encapsulator.refuseToSeal = true;
        send(packet(100));
        assertThat(bench.peerOutDrops()).containsExactly(Map.entry("not-sent", 1L));
        bench.encapsulator.refuseToSeal = false;
        send(packet(100));
        bench.runFor(5 * EngineBench.MILLI);
        assertThat(bench.sentPackets().size()).isEqualTo(1);
    }
}
