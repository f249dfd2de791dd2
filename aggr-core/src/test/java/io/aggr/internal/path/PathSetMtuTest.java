package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.LinkState;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.testkit.ScriptedPacket;
import org.junit.jupiter.api.Test;

/** Lines of different MTU; 47 bytes are around each inner packet. */
class PathSetMtuTest {

    private final PathSet paths = new PathSet();

    private SendPath add(long bitsPerSecond, int mtuBytes) {
        SendPath path = new SendPath(paths.size(), paths.size(), "line", paths, 10, 16, new Heard());
        paths.add(path);
        path.describe("line", 0, false, mtuBytes, bitsPerSecond, 0);
        path.become(LinkState.PROBING, 0);
        path.become(LinkState.UP, 0);
        return path;
    }

    private static OutgoingPacket packet(int bytes) {
        return ScriptedPacket.ofLength(bytes);
    }

    @Test
    void a_packet_that_one_line_cannot_carry_takes_another() {
        SendPath large = add(8_000_000, 1500);
        SendPath small = add(8_000_000, 1420);
        assertThat(large.accepts(packet(1453))).isTrue();
        assertThat(large.accepts(packet(1454))).isFalse();
        assertThat(small.accepts(packet(1453))).isFalse();
        assertThat(small.accepts(packet(1373))).isTrue();
        assertThat(small.accepts(packet(1374))).isFalse();
    }

    @Test
    void too_big_follows_the_largest_and_segments_follow_the_smallest() {
        add(8_000_000, 1500);
        add(8_000_000, 1420);
        assertThat(paths.longestPacketBytes()).isEqualTo(1453);
        assertThat(paths.commonPacketBytes()).isEqualTo(1373);
    }

    @Test
    void segments_do_not_follow_a_line_that_hardly_adds_anything() {
        add(20_000_000, 1500);
        add(1_000_000, 576);
        assertThat(paths.commonPacketBytes()).isEqualTo(1453);
        add(20_000_000, 1280);
        assertThat(paths.commonPacketBytes()).isEqualTo(1233);
    }

    @Test
    void lines_that_stand_by_or_are_down_do_not_count() {
        add(8_000_000, 1500);
        SendPath backup = add(8_000_000, 1280);
        backup.terms().backup(true);
        assertThat(paths.commonPacketBytes()).isEqualTo(1453);
        assertThat(backup.accepts(packet(100))).isFalse();
        paths.get(0).become(LinkState.DOWN, 0);
        assertThat(backup.accepts(packet(100))).isTrue();
        assertThat(paths.commonPacketBytes()).isEqualTo(1233);
        assertThat(paths.longestPacketBytes()).isEqualTo(1233);
        backup.become(LinkState.DOWN, 0);
        assertThat(paths.commonPacketBytes()).isEqualTo(Integer.MAX_VALUE);
        assertThat(paths.longestPacketBytes()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void lines_of_unknown_rate_count_alike() {
        add(0, 1500);
        add(0, 1420);
        assertThat(paths.commonPacketBytes()).isEqualTo(1373);
    }
}
