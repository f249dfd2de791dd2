package io.aggr.badinput;

import static io.aggr.badinput.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rows 1 to 15 of docs/bad-inputs.md at a whole end with keys: each drop has the counter that the page names, nobody is answered, and goods pass. */
class OuterPacketsTest {

    private static final int STRANGER = 99;

    /** Where the counter of a datagram stands. */
    private static final int COUNTER = 6;

    private final Hub hub = new Hub();
    private final RemotePeer peer = new RemotePeer(hub, 1).connect(1, 2);
    private final Map<String, Long> before = hub.drops();
    private long sequence;

    private void deliversAnother() {
        int delivered = hub.tun.written.size();
        peer.say(0, ++sequence, Packets.good(100));
        assertThat(hub.tun.written).hasSize(delivered + 1);
    }

    private long dropped(String counter) {
        return hub.dropped(counter) - before.getOrDefault(counter, 0L);
    }

    private void arrive(byte[] datagram) {
        hub.arrive(STRANGER, datagram);
        hub.run();
    }

    private void nobodyWasAnswered() {
        assertThat(hub.link.takeSentTo(STRANGER)).isEmpty();
    }

    @Test
    void row_01_short_datagrams_are_dropped() {
        byte[] packet = peer.seal(0, new byte[] {0});
        for (int length : new int[] {0, 1, 9, 10, 25, 26}) {
            arrive(Arrays.copyOf(packet, length));
        }
        assertThat(dropped("outer.short")).isEqualTo(6);
        nobodyWasAnswered();
        deliversAnother();
    }

    @Test
    void row_02_handshakes_of_another_size_are_dropped() {
        for (int[] wrong : new int[][] {{1, 183}, {1, 185}, {2, 139}, {2, 141}, {3, 63}, {3, 65}}) {
            byte[] datagram = {(byte) wrong[0], 1, (byte) (wrong[0] == 3 ? 0 : 1), 0};
            arrive(Arrays.copyOf(datagram, wrong[1]));
        }
        assertThat(dropped("outer.malformed")).isEqualTo(6);
        nobodyWasAnswered();
        deliversAnother();
    }

    @Test
    void row_03_datagrams_beyond_any_size_are_dropped() {
        hub.arrive(STRANGER, Arrays.copyOf(peer.seal(0, new byte[1_000]), 2_048));
        hub.run();
        assertThat(dropped("over-mtu")).isEqualTo(1);
        nobodyWasAnswered();
        deliversAnother();
    }

    /** What a datagram that nobody has sealed is dropped as. */
    private static String counterOf(byte[] garbage) {
        int type = garbage.length == 0 ? 0 : garbage[0] & 0xFF;
        if (garbage.length == 0 || (type == 4 && garbage.length < 27)) {
            return "outer.short";
        }
        return type == 4 ? "outer.unknown-peer" : type >= 1 && type <= 3 ? "outer.malformed" : "outer.unknown-type";
    }

    @Test
    void row_04_a_hundred_thousand_datagrams_of_garbage_cost_no_packet() {
        Random random = new Random(4);
        Map<String, Long> expected = new TreeMap<>();
        int delivered = hub.tun.written.size();
        int sent = peer.packets().size();
        for (int i = 0; i < 100_000; i++) {
            byte[] garbage = new byte[random.nextInt(60)];
            random.nextBytes(garbage);
            if (garbage.length > 0 && i % 50 == 0) {
                // By chance a type that there is comes once in 64 times.
                garbage[0] = (byte) (1 + random.nextInt(4));
            }
            expected.merge(counterOf(garbage), 1L, Long::sum);
            hub.arrive(STRANGER + random.nextInt(20_000), garbage);
            if (i % 1_000 == 999) {
                hub.arrive(1, peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(100))));
                hub.tun.incoming.add(Packets.udp("10.1.0.1", "10.2.0.9", 6_000, 100));
                hub.nowNanos += 10 * Hub.MILLI;
                hub.run();
            }
        }
        hub.runFor(100 * Hub.MILLI);
        assertThat(hub.tun.written).hasSize(delivered + 100);
        assertThat(peer.packets()).as("the other way").hasSize(sent + 100);
        assertThat(expected).hasSize(4);
        expected.forEach(
                (counter, count) -> assertThat(dropped(counter)).as(counter).isEqualTo(count));
        assertThat(hub.warnings).isEmpty();
        assertThat(hub.link.keptRemotes()).isLessThanOrEqualTo(64 + 2);
        nobodyWasAnswered();
    }

    @Test
    void row_05_unknown_types_versions_and_reserved_bits_are_dropped() {
        byte[] packet = peer.seal(0, new byte[] {0});
        for (int type : new int[] {0, 5, 127, 128, 255}) {
            arrive(with(packet, 0, type));
        }
        assertThat(dropped("outer.unknown-type")).isEqualTo(5);
        byte[] init = peer.sent.get(0);
        arrive(with(init, 1, 2));
        arrive(with(init, 2, 3));
        arrive(with(init, 3, 1));
        assertThat(dropped("outer.malformed")).isEqualTo(3);
        nobodyWasAnswered();
        deliversAnother();
    }

    @Test
    void row_06_no_bit_of_a_packet_can_be_changed() {
        byte[] packet = peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(60)));
        int delivered = hub.tun.written.size();
        for (int bit = 0; bit < 8 * packet.length; bit++) {
            arrive(with(packet, bit >> 3, packet[bit >> 3] ^ (1 << (bit & 7))));
        }
        assertThat(hub.tun.written).hasSize(delivered);
        assertThat(dropped("outer.unauthentic")).isGreaterThan(8L * (packet.length - 10));
        hub.arrive(1, packet);
        hub.run();
        assertThat(hub.tun.written).hasSize(delivered + 1);
        nobodyWasAnswered();
    }

    @Test
    void row_07_a_forgery_before_each_packet_costs_none() {
        int delivered = hub.tun.written.size();
        for (int i = 0; i < 64; i++) {
            byte[] packet = peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(100)));
            arrive(with(packet, 20, packet[20] ^ 1));
            hub.arrive(1, packet);
            hub.run();
        }
        assertThat(hub.tun.written).hasSize(delivered + 64);
        assertThat(dropped("outer.unauthentic")).isEqualTo(64);
        nobodyWasAnswered();
    }

    @Test
    void row_09_a_packet_is_worth_nothing_a_second_time_whatever_happens() {
        byte[] packet = peer.say(0, ++sequence, Packets.good(100));
        int delivered = hub.tun.written.size();
        arrive(packet);
        hub.runFor(Hub.SECOND);
        arrive(packet);
        assertThat(dropped("outer.replayed")).as("at once, and a second later").isEqualTo(2);
        hub.runFor(130 * Hub.SECOND, 20 * Hub.MILLI);
        assertThat(hub.stats().peers().get(0).established()).isTrue();
        arrive(packet);
        assertThat(dropped("outer.replayed")).as("after the keys have changed").isEqualTo(3);
        peer.restart();
        peer.shakeHands();
        peer.announce(0);
        hub.runFor(Hub.SECOND);
        sequence = 0;
        deliversAnother();
        arrive(packet);
        assertThat(dropped("outer.no-session") + dropped("outer.unknown-peer"))
                .as("after the peer has started anew")
                .isEqualTo(1);
        hub.restart();
        arrive(packet);
        assertThat(hub.dropped("outer.unknown-peer"))
                .as("after the hub has started anew")
                .isEqualTo(1);
        assertThat(hub.tun.written).hasSize(delivered + 1);
        nobodyWasAnswered();
    }

    @Test
    void row_24_packets_of_an_association_that_has_ended_are_counted() {
        byte[] packet = peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(100)));
        peer.restart();
        peer.shakeHands();
        peer.announce(0);
        sequence = 0;
        deliversAnother();
        arrive(packet);
        assertThat(dropped("outer.no-session")).isEqualTo(1);
        deliversAnother();
    }

    @Test
    void row_10_a_packet_of_one_line_is_worth_nothing_on_another() {
        byte[] packet = peer.say(0, ++sequence, Packets.good(100));
        int delivered = hub.tun.written.size();
        hub.arrive(2, packet);
        hub.run();
        assertThat(dropped("outer.replayed")).isEqualTo(1);
        byte[] fresh = peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(100)));
        hub.arrive(2, with(fresh, 1, 1));
        hub.run();
        assertThat(dropped("outer.unauthentic")).isEqualTo(1);
        assertThat(hub.tun.written).hasSize(delivered);
        hub.arrive(1, fresh);
        hub.run();
        assertThat(hub.tun.written).hasSize(delivered + 1);
    }

    @Test
    void row_08_forged_counters_are_counted_and_cost_no_packet() {
        for (int i = 0; i < 10; i++) {
            deliversAnother();
        }
        byte[] next = peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(100)));
        long own = ByteBuffer.wrap(next).getInt(COUNTER) & 0xFFFF_FFFFL;
        for (long distance : new long[] {1, 100, Integer.MAX_VALUE}) {
            byte[] forged = next.clone();
            ByteBuffer.wrap(forged).putInt(COUNTER, (int) (own + distance));
            arrive(forged);
        }
        assertThat(dropped("outer.unauthentic")).as("ahead").isEqualTo(3);
        byte[] behind = next.clone();
        ByteBuffer.wrap(behind).putInt(COUNTER, (int) (own - 1));
        arrive(behind);
        assertThat(dropped("outer.replayed")).as("behind").isEqualTo(1);
        int delivered = hub.tun.written.size();
        hub.arrive(1, next);
        hub.run();
        assertThat(hub.tun.written).as("the genuine one").hasSize(delivered + 1);
        nobodyWasAnswered();
        deliversAnother();
    }

    @Test
    void row_11_a_packet_that_is_8129_behind_on_its_line_is_too_old() {
        // Nothing but what the test sends counts on this line.
        peer.leave(1);
        peer.leave(2);
        byte[] early = peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(60)));
        byte[] late = peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(60)));
        int delivered = hub.tun.written.size();
        for (int i = 0; i < 8_128; i++) {
            hub.arrive(1, peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(60))));
            if (i % 100 == 99) {
                hub.run();
            }
        }
        hub.arrive(1, late);
        hub.arrive(1, early);
        hub.run();
        assertThat(dropped("outer.too-old")).isEqualTo(1);
        assertThat(hub.tun.written).as("all but one").hasSize(delivered + 8_129);
    }

    @Test
    void row_12_a_line_that_is_800_ms_behind_a_gigabit_loses_nothing_to_any_window() {
        // So many packets of 1,400 bytes travel on the fast line while one is under way on the slow one: eight times
        // what a line's window holds.
        int ahead = 70_000;
        List<byte[]> slow = new ArrayList<>();
        int delivered = hub.tun.written.size();
        for (int i = 0; i < ahead; i++) {
            if (i % 1_000 == 0) {
                slow.add(peer.seal(1, RemotePeer.frame(++sequence, 0, Packets.good(60))));
            }
            hub.arrive(1, peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(60))));
            if (i % 100 == 99) {
                hub.nowNanos += 1_120_000;
                hub.run();
            }
        }
        assertThat(hub.tun.written).hasSize(delivered + ahead);
        slow.forEach(packet -> hub.arrive(2, packet));
        hub.run();
        assertThat(hub.tun.written).as("late, and delivered").hasSize(delivered + ahead + slow.size());
        for (String counter :
                List.of("outer.too-old", "outer.replayed", "outer.unauthentic", "too-late", "duplicate")) {
            assertThat(dropped(counter)).as(counter).isZero();
        }
    }

    @Test
    void row_13_copies_over_three_lines_are_delivered_once() {
        peer.remoteOfLine.put(2, 3);
        peer.attend(3);
        peer.announce(2);
        hub.runFor(Hub.SECOND);
        int delivered = hub.tun.written.size();
        sequence++;
        for (int line = 0; line < 3; line++) {
            peer.say(line, sequence, Packets.good(100));
        }
        assertThat(hub.tun.written).hasSize(delivered + 1);
        assertThat(dropped("duplicate")).isEqualTo(2);
    }

    @Test
    void row_14_indices_that_are_unknown_or_of_somebody_else_are_dropped() {
        RemotePeer other = new RemotePeer(hub, 2).connect(11);
        byte[] packet = peer.seal(0, RemotePeer.frame(++sequence, 0, Packets.good(100)));
        byte[] ofOther = other.seal(0, RemotePeer.frame(1, 0, Packets.good(100)));
        int unknown =
                ByteBuffer.wrap(packet).getInt(2) ^ ByteBuffer.wrap(ofOther).getInt(2) ^ 0x5A5A_5A5A;
        arrive(ByteBuffer.wrap(packet.clone()).putInt(2, unknown).array());
        assertThat(dropped("outer.unknown-peer")).isEqualTo(1);
        int index = ByteBuffer.wrap(ofOther).getInt(2);
        // The other peer's line has come further, so that its window is not what refuses.
        long forged = dropped("outer.unauthentic") + dropped("outer.replayed");
        arrive(ByteBuffer.wrap(packet.clone()).putInt(2, index).putInt(6, 500).array());
        assertThat(dropped("outer.unauthentic") + dropped("outer.replayed")).isEqualTo(forged + 1);
        nobodyWasAnswered();
        hub.arrive(1, packet);
        hub.run();
        assertThat(hub.tun.written).hasSize(1);
    }

    @Test
    void row_15_packets_on_a_line_that_was_not_announced_are_dropped() {
        peer.remoteOfLine.put(7, STRANGER);
        int lines = hub.stats().peers().get(0).links().size();
        for (int i = 1; i <= 100; i++) {
            peer.say(7, ++sequence, Packets.good(100));
        }
        assertThat(dropped("unknown-line")).isEqualTo(100);
        assertThat(hub.stats().peers().get(0).links()).hasSize(lines);
        deliversAnother();
    }
}
