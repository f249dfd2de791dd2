package io.aggr.badinput;

import static io.aggr.badinput.Hub.MILLI;
import static io.aggr.badinput.Hub.SECOND;
import static io.aggr.badinput.Packets.repair;
import static io.aggr.badinput.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.internal.engine.TestTun;
import io.aggr.internal.frame.CloseFrame;
import io.aggr.internal.frame.FeedbackWriter;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.LinkAnnouncement;
import io.aggr.internal.frame.LinkFrame;
import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows 34 to 46 of docs/bad-inputs.md: a peer that has the keys and says whatever it likes. */
class HostilePeerTest {

    private final Hub hub = new Hub();
    private final RemotePeer peer = new RemotePeer(hub, 1).connect(1, 2);
    private long sequence;

    private void deliversAnother() {
        int delivered = hub.tun.written.size();
        peer.say(0, ++sequence, Packets.good(100));
        assertThat(hub.tun.written).hasSize(delivered + 1);
    }

    private void says(byte[] packet) {
        peer.say(0, ++sequence, packet);
    }

    @Test
    void row_34_frames_that_are_none_are_dropped() {
        peer.say(0, new byte[0]);
        peer.say(0, new byte[] {0x04});
        peer.say(0, new byte[] {0x06, 0x7F, 0x7F});
        peer.say(0, new byte[] {0x06, 0, 2, 1, 1});
        peer.say(0, new byte[] {0x3F});
        byte[] tiny = new byte[1_400];
        for (int i = 0; i + 1 < tiny.length; i += 2) {
            tiny[i] = 0x07;
        }
        for (int i = 0; i < 15; i++) {
            // Ten thousand of them and more, seven hundred in each datagram.
            peer.say(0, tiny);
        }
        // A datagram without any byte inside is shorter than any that is valid.
        assertThat(hub.dropped("outer.short")).isEqualTo(1);
        assertThat(hub.dropped("frame.truncated")).isEqualTo(2);
        assertThat(hub.dropped("frame.bad-length")).isEqualTo(1);
        assertThat(hub.dropped("frame.unknown-type")).isEqualTo(1);
        assertThat(hub.dropped("frame.too-many")).isEqualTo(15);
        deliversAnother();
    }

    @Test
    void row_35_wrong_versions_and_header_lengths_are_dropped() {
        for (int version : new int[] {0x05, 0x55, 0xF5}) {
            says(with(Packets.good(100), 0, version));
        }
        assertThat(hub.dropped("frame.inner-version")).isEqualTo(3);
        says(with(Packets.good(100), 0, 0x44));
        says(with(Packets.good(30), 0, 0x4F));
        assertThat(hub.dropped("inner.header-length")).isEqualTo(2);
        assertThat(hub.tun.written).isEmpty();
        deliversAnother();
    }

    @Test
    void row_36_wrong_lengths_are_dropped() {
        says(repair(with(Packets.good(100), 3, 101)));
        says(repair(with(Packets.good(100), 3, 19)));
        says(with(Packets.ipv6("fd00::2", "fd00::1", 60), 5, 21));
        assertThat(hub.dropped("frame.inner-length")).isEqualTo(3);
        // Version 6 with a length of 0 and options for every hop: a jumbogram.
        says(with(with(Packets.ipv6("fd00::2", "fd00::1", 40), 5, 0), 6, 0));
        assertThat(hub.dropped("inner.jumbogram")).isEqualTo(1);
        assertThat(hub.tun.written).isEmpty();
        deliversAnother();
    }

    @Test
    void row_37_nothing_but_the_packet_itself_reaches_the_tun() {
        byte[] frame = RemotePeer.frame(1, 0, Packets.good(100));
        byte[] rubbish = Arrays.copyOf(frame, frame.length + 5);
        Arrays.fill(rubbish, frame.length, rubbish.length, (byte) 0x3E);
        peer.say(0, rubbish);
        assertThat(hub.dropped("frame.unknown-type")).isEqualTo(1);
        peer.say(0, Arrays.copyOf(frame, frame.length - 1));
        assertThat(hub.dropped("frame.inner-length")).isEqualTo(1);
        assertThat(hub.tun.written).isEmpty();
        // Padding is a frame: the packet is good, and comes without it.
        peer.say(0, Arrays.copyOf(frame, frame.length + 50));
        assertThat(hub.tun.written).hasSize(1);
        assertThat(hub.tun.written.get(0)).isEqualTo(Packets.good(100));
    }

    @Test
    void row_38_addresses_of_others_are_dropped_and_the_more_specific_network_wins() {
        says(Packets.udp("10.3.0.1", "10.1.0.1", 5000, 100));
        says(Packets.udp("192.168.1.1", "10.1.0.1", 5000, 100));
        says(Packets.udp("10.2.9.1", "10.1.0.1", 5000, 100));
        assertThat(hub.dropped("source")).isEqualTo(3);
        assertThat(hub.tun.written).isEmpty();
        RemotePeer other = new RemotePeer(hub, 2).connect(11);
        other.say(0, 1, Packets.udp("10.2.9.1", "10.1.0.1", 5000, 100));
        assertThat(hub.tun.written).hasSize(1);
        deliversAnother();
    }

    @Test
    void row_39_addresses_that_no_sender_has_are_dropped() {
        says(Packets.udp("127.0.0.1", "10.1.0.1", 5000, 100));
        says(Packets.udp("224.0.0.1", "10.1.0.1", 5000, 100));
        says(Packets.udp("0.0.0.0", "10.1.0.1", 5000, 100));
        says(Packets.udp("255.255.255.255", "10.1.0.1", 5000, 100));
        says(Packets.ipv6("::1", "fd00::1", 60));
        says(Packets.udp("10.2.0.1", "10.1.0.1", 5000, 100));
        assertThat(hub.dropped("source")).as("the address is our own").isEqualTo(1);
        assertThat(hub.dropped("source.loopback")).isEqualTo(2);
        assertThat(hub.dropped("source.multicast")).isEqualTo(1);
        assertThat(hub.dropped("source.unspecified")).isEqualTo(1);
        assertThat(hub.dropped("source.broadcast")).isEqualTo(1);
        assertThat(hub.tun.written).isEmpty();
        deliversAnother();
    }

    @Test
    void row_41_packets_above_the_mtu_are_dropped() {
        says(Packets.good(TestTun.MTU_BYTES + 1));
        assertThat(hub.dropped("over-mtu")).isEqualTo(1);
        says(Packets.good(TestTun.MTU_BYTES + 1));
        hub.runFor(50 * MILLI);
        assertThat(peer.packets())
                .as("the host is told, not more than ten times a second")
                .hasSize(1);
        byte[] told = peer.packets().get(0);
        assertThat(told[9]).as("ICMP").isEqualTo((byte) 1);
        assertThat(told[20]).as("unreachable").isEqualTo((byte) 3);
        assertThat(told[21]).as("fragmentation needed").isEqualTo((byte) 4);
        assertThat(ByteBuffer.wrap(told).getShort(26)).as("MTU").isEqualTo((short) TestTun.MTU_BYTES);
        assertThat(Arrays.copyOfRange(told, 12, 20))
                .as("from whom it was meant for, to who has sent it")
                .containsExactly(10, 1, 0, 1, 10, 2, 0, 9);
        // More than a datagram of this bond can have.
        peer.say(0, RemotePeer.frame(++sequence, 0, Packets.good(65_000)));
        assertThat(hub.dropped("over-mtu")).isEqualTo(3);
        assertThat(hub.tun.written).isEmpty();
        deliversAnother();
    }

    /** Checks what a scheduler is shown while it does its work. */
    private static final class Witness implements Scheduler {
        final Scheduler work = new EarliestArrivalScheduler();
        final List<String> wrong = new ArrayList<>();
        int asked;

        @Override
        public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
            asked++;
            for (int i = 0; i < links.size(); i++) {
                LinkView link = links.get(i);
                if (link.rateBitsPerSecond() < 0
                        || !(link.lossRatio() >= 0 && link.lossRatio() <= 1)
                        || link.rttNanos() < -1
                        || link.rttNanos() > 60 * SECOND
                        || link.nanosUntilFree(nowNanos) < 0
                        || link.backlogBytes() < 0) {
                    wrong.add(link.rateBitsPerSecond() + " bit/s, " + link.lossRatio() + ", " + link.rttNanos()
                            + " ns, " + link.nanosUntilFree(nowNanos) + " ns");
                }
            }
            work.select(packet, links, nowNanos, picks);
        }
    }

    @Test
    void row_43_absurd_reports_reach_no_scheduler() {
        Witness witness = new Witness();
        Hub watched = new Hub(43, () -> witness);
        RemotePeer liar = new RemotePeer(watched, 1).connect(1, 2);
        Random random = new Random(43);
        long[] extremes = {
            0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 31, (1L << 31) - 1, 1L << 24, 0xFFFF, 1L << 48
        };
        for (int i = 0; i < 3_000; i++) {
            watched.tun.incoming.add(Packets.udp("10.1.0.1", "10.2.0.9", 6000, 500));
            ByteBuffer frame = ByteBuffer.allocate(600);
            FeedbackWriter writer = new FeedbackWriter();
            writer.begin(frame, 0, 600, any(random, extremes), (int) any(random, extremes) & 0xFFFF);
            for (int line = 0; line < 2; line++) {
                writer.addLink(
                        line,
                        any(random, extremes),
                        any(random, extremes),
                        any(random, extremes),
                        any(random, extremes),
                        any(random, extremes),
                        any(random, extremes),
                        any(random, extremes),
                        any(random, extremes));
            }
            liar.say(i & 1, Arrays.copyOf(frame.array(), writer.finish()));
            ByteBuffer probe = ByteBuffer.allocate(ProbeFrame.BYTES);
            ProbeFrame.put(
                    probe,
                    0,
                    true,
                    random.nextInt(10),
                    any(random, extremes),
                    any(random, extremes),
                    random.nextBoolean() ? 0 : -1,
                    any(random, extremes) & 0xFFFF_FFFF_FFFFL);
            liar.say(i & 1, probe.array());
            watched.runFor(2 * MILLI);
        }
        assertThat(witness.asked).isGreaterThan(100);
        assertThat(witness.wrong).isEmpty();
        for (BondStats.LinkStats link : watched.stats().peers().get(0).links()) {
            assertThat(link.sendBitsPerSecond()).isGreaterThanOrEqualTo(-1);
            assertThat(link.lossRatio()).isBetween(-1.0, 1.0);
        }
    }

    private static long any(Random random, long[] extremes) {
        return random.nextInt(3) == 0 ? random.nextInt(100_000) : extremes[random.nextInt(extremes.length)];
    }

    @Test
    void row_44_sixteen_lines_are_taken_and_no_more() {
        for (int line = 2; line < 256; line++) {
            ByteBuffer frame = ByteBuffer.allocate(LinkFrame.MAX_BYTES);
            int bytes = LinkFrame.put(
                    frame,
                    0,
                    new LinkAnnouncement(line, 0, LinkFrame.State.ANNOUNCE, 0, false, 1_500, 0, 0, 0, 0, "x"));
            peer.say(0, Arrays.copyOf(frame.array(), bytes));
        }
        assertThat(hub.stats().peers().get(0).links()).hasSize(16);
        assertThat(hub.dropped("too-many-lines")).isEqualTo(240);
        deliversAnother();
    }

    @Test
    void row_44_a_size_that_no_line_has_is_ignored() {
        for (int mtu : new int[] {1, 575, 65_535}) {
            ByteBuffer frame = ByteBuffer.allocate(LinkFrame.MAX_BYTES);
            int bytes = LinkFrame.put(
                    frame,
                    0,
                    new LinkAnnouncement(5, mtu & 1, LinkFrame.State.ANNOUNCE, 0, false, 0, 0, 0, 0, 0, "five"));
            frame.putShort(8, (short) mtu);
            peer.say(0, Arrays.copyOf(frame.array(), bytes));
            BondStats.LinkStats line = hub.stats().peers().get(0).links().stream()
                    .filter(link -> link.id() == 5)
                    .findFirst()
                    .orElseThrow();
            assertThat(line.mtuBytes()).as("told " + mtu).isBetween(0, 1_500);
        }
        deliversAnother();
    }

    @Test
    void row_44_a_peer_that_ends_the_association_a_thousand_times_ends_it_once() {
        ByteBuffer close = ByteBuffer.allocate(CloseFrame.BYTES);
        CloseFrame.put(close, 0, CloseFrame.Reason.SHUTDOWN);
        peer.say(0, close.array());
        int sentBefore = hub.link.sent.size();
        for (int i = 0; i < 1_000; i++) {
            peer.say(0, close.array());
        }
        assertThat(hub.link.sent).hasSize(sentBefore);
        assertThat(hub.stats().peers().get(0).links())
                .noneMatch(link -> link.state().carriesTraffic());
        peer.restart();
        peer.connect(1, 2);
        sequence = 0;
        deliversAnother();
    }

    @Test
    void row_45_sequences_that_jump_stop_nobody_for_long() {
        long[] jumps = {1 << 23, -(1 << 23), (1 << 23) - 1, 0, 131_072, -131_072, 1, 1L << 40};
        for (long jump : jumps) {
            sequence = Math.max(1, sequence + jump);
            for (int i = 0; i < 50; i++) {
                peer.say(
                        0, RemotePeer.frame(Math.max(1, ++sequence), i % 3 == 0 ? 0 : 1 + i * 977L, Packets.good(100)));
                hub.runFor(MILLI);
            }
            hub.runFor(500 * MILLI);
            assertThat(hub.stats().peers().get(0).heldPackets())
                    .as("after " + jump)
                    .isZero();
        }
        // The peer comes to its senses: a hundred packets in order, not one of them late by more than what is held for.
        sequence += 200_000;
        int delivered = hub.tun.written.size();
        for (int i = 0; i < 100; i++) {
            peer.say(0, ++sequence, Packets.good(100));
        }
        hub.runFor(500 * MILLI);
        assertThat(hub.tun.written).hasSize(delivered + 100);
    }

    @Test
    void row_45_one_sequence_for_all_packets_delivers_one() {
        for (int i = 0; i < 1_000; i++) {
            peer.say(0, 5, Packets.good(100));
        }
        assertThat(hub.tun.written).hasSize(1);
        assertThat(hub.dropped("duplicate")).isEqualTo(999);
        sequence = 10;
        deliversAnother();
    }

    @Test
    void row_45_random_distances_hold_little_and_not_for_long() {
        Random random = new Random(45);
        for (int i = 0; i < 5_000; i++) {
            byte[] frame = RemotePeer.frame(random.nextInt(60_000) + 1, random.nextInt(140_000), Packets.good(60));
            if (random.nextBoolean()) {
                frame[0] |= 0x02;
                frame[7] = (byte) random.nextInt(256);
            }
            peer.say(random.nextInt(2), frame);
            if (i % 50 == 0) {
                hub.runFor(MILLI);
            }
        }
        hub.runFor(500 * MILLI);
        assertThat(hub.stats().peers().get(0).heldPackets()).isZero();
    }

    @Test
    void row_46_sequences_at_the_end_of_their_range_wrap_into_nothing() {
        ByteBuffer probe = ByteBuffer.allocate(ProbeFrame.BYTES);
        for (long sent : new long[] {(1L << 47) - 1, 1L << 47, (1L << 48) - 2, (1L << 48) - 1}) {
            ProbeFrame.put(probe, 0, false, 1, 1, 0, -1, sent);
            peer.say(0, probe.array());
            byte[] gone = {0x0A, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1};
            ByteBuffer.wrap(gone).putShort(3, (short) (sent >> 32)).putInt(5, (int) sent);
            peer.say(0, gone);
        }
        hub.runFor(SECOND);
        deliversAnother();
        assertThat(peer.count(FrameType.PROBE)).isPositive();
    }
}
