package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits is bounded, the TUN is left alone in time, and what is urgent goes first. */
class QueueBoundsTest {

    private static final int ECT_0 = 2;
    private static final int CE = 3;

    private final EngineBench bench = new EngineBench();

    @BeforeEach
    void bring_both_lines_up() {
        bench.bringUp();
    }

    private static byte[] packet(int bytes) {
        return EngineBench.packet("10.1.0.1", "10.2.0.9", bytes);
    }

    /** An ICMP echo request, which is urgent. */
    private static byte[] ping() {
        byte[] packet = packet(84);
        packet[9] = 1;
        packet[20] = 8;
        return withChecksum(packet);
    }

    private static byte[] withChecksum(byte[] packet) {
        packet[10] = 0;
        packet[11] = 0;
        int sum = headerSum(packet);
        packet[10] = (byte) (~sum >> 8);
        packet[11] = (byte) ~sum;
        return packet;
    }

    private static int headerSum(byte[] packet) {
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += (packet[i] & 0xFF) << 8 | (packet[i + 1] & 0xFF);
        }
        while (sum > 0xFFFF) {
            sum = (sum >> 16) + (sum & 0xFFFF);
        }
        return sum;
    }

    private EgressSnapshot.Peer peer() {
        return bench.egress.snapshot().peers().get(0);
    }

    @Test
    void the_tun_of_paced_lines_is_read_even_when_the_queue_is_full() {
        for (int i = 0; i < 3_000; i++) {
            bench.tun.incoming.add(packet(1_400));
            bench.run();
            assertThat(bench.egress.wantsPackets()).isTrue();
        }
        assertThat(peer().drops()).as("what is too much is dropped here").containsKey("queue.queue-bytes");
    }

    @Test
    void the_queue_stays_bounded_when_packets_come_all_the_same() {
        long most = 0;
        for (int i = 0; i < 3_000; i++) {
            bench.tun.incoming.add(packet(1_400));
            bench.run();
            most = Math.max(most, peer().queuedBytes());
        }
        assertThat(most).as("250 ms of 16 Mbit/s, or a third of the arena").isLessThanOrEqualTo(500_000);
        assertThat(peer().drops().keySet()).anyMatch(name -> name.startsWith("queue."));
        EgressSnapshot.Peer peer = peer();
        long dropped = peer.drops().values().stream().mapToLong(Long::longValue).sum();
        assertThat(3_000 + peer.copiedPackets())
                .isEqualTo(dropped + peer.queuedPackets() + peer.waitingPackets() + peer.sealedPackets());
    }

    @Test
    void an_urgent_packet_overtakes_all_that_waits() {
        for (int i = 0; i < 100; i++) {
            bench.tun.incoming.add(packet(1_400));
            bench.run();
        }
        bench.links.forEach(link -> link.sent.clear());
        byte[] ping = ping();
        bench.tun.incoming.add(ping);
        bench.run();
        bench.runFor(10 * EngineBench.MILLI);
        List<byte[]> sent = bench.sentPackets();
        assertThat(sent).anyMatch(packet -> Arrays.equals(packet, ping));
        assertThat(sent.size()).as("hardly anything went before it").isLessThan(20);
        assertThat(peer().queuedPackets()).as("while much waits still").isGreaterThan(50);
    }

    @Test
    void what_understands_marks_is_marked_and_the_rest_is_dropped() {
        assertThat(marked(ECT_0)).as("ECT(0)").isPositive();
        assertThat(peer().drops()).doesNotContainKey("queue.codel");
        assertThat(peer().events()).containsKey("marked");
    }

    @Test
    void what_does_not_understand_marks_is_dropped() {
        assertThat(marked(0)).as("Not-ECT").isZero();
        assertThat(peer().drops()).containsKey("queue.codel");
        assertThat(peer().events()).doesNotContainKey("marked");
    }

    /** Keeps a queue standing for seconds; counts the packets that left with a mark, and looks at their checksums. */
    private long marked(int codepoint) {
        byte[] packet = packet(1_400);
        packet[1] = (byte) codepoint;
        withChecksum(packet);
        long marked = 0;
        for (int i = 0; i < 3_000; i++) {
            while (peer().queuedPackets() < 60) {
                bench.tun.incoming.add(packet.clone());
                bench.run();
            }
            bench.runFor(EngineBench.MILLI);
            if (i % 200 == 0) {
                bench.bringUp();
            }
            for (byte[] sent : bench.sentPackets()) {
                assertThat(headerSum(sent)).as("header checksum").isEqualTo(0xFFFF);
                assertThat(sent[1] & 3).isIn(codepoint, codepoint == 0 ? 0 : CE);
                marked += (sent[1] & 3) == CE ? 1 : 0;
            }
            bench.links.forEach(link -> link.sent.clear());
        }
        return marked;
    }
}
