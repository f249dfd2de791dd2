package io.aggr.internal.tcporder;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.reorder.ReorderBuffer;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.ScriptedPacket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long the buffer waits for what will never come, and what teaches it to wait longer. */
class TcpSequenceLossTest {

    private static final long MILLI = 1_000_000;
    private static final int BYTES = 100;

    private final ReorderBuffer buffer = new TcpSequenceReorderBuffer.Provider().create(ProviderConfig.none(), 4_096);
    private final List<Integer> out = new ArrayList<>();
    private long nowNanos = -5_000 * MILLI;
    private int nextId;

    private int offer(ScriptedPacket packet) {
        buffer.offer(packet.setId(nextId), nowNanos, out::add);
        return nextId++;
    }

    private int segment(int number, int line) {
        return offer(Segments.stamped(7, number * BYTES, (int) (nowNanos / MILLI), line));
    }

    private void pass(long millis) {
        nowNanos += millis * MILLI;
        buffer.poll(nowNanos, out::add);
    }

    /** Two lines in turn that keep their order. */
    private int warmUp() {
        for (int number = 0; number < 200; number++) {
            segment(number, number % 2);
            pass(1);
        }
        assertThat(out).hasSize(200);
        return 200;
    }

    @Test
    void what_every_line_has_brought_something_from_behind_of_is_lost_and_not_waited_for() {
        int next = warmUp();
        int first = segment(next + 1, 1);
        assertThat(out).as("the other line may bring it yet").doesNotContain(first);
        int second = segment(next + 2, 0);
        assertThat(out).endsWith(first, second);
        assertThat(buffer.heldPackets()).isZero();
    }

    @Test
    void a_line_that_has_brought_nothing_yet_may_still_bring_it() {
        int next = warmUp();
        for (int i = 1; i < 10; i++) {
            segment(next + i, 1);
        }
        assertThat(buffer.heldPackets()).isEqualTo(9);
        segment(next, 0);
        assertThat(buffer.heldPackets()).isZero();
        assertThat(out).endsWith(nextId - 3, nextId - 2);
    }

    @Test
    void a_line_that_has_fallen_silent_is_not_asked_for_ever() {
        int next = warmUp();
        for (int i = 0; i < 1_500; i++) {
            segment(next++, 1);
            pass(1);
        }
        int behind = segment(next + 1, 1);
        assertThat(out).endsWith(behind);
    }

    @Test
    void lines_that_let_packets_overtake_each_other_are_not_believed() {
        int next = warmUp();
        for (int round = 0; round < 20; round++) {
            segment(next + 1, 0);
            segment(next, 0);
            next += 2;
            for (int i = 0; i < 20; i++) {
                segment(next++, i % 2);
                pass(1);
            }
        }
        segment(next + 1, 1);
        segment(next + 2, 0);
        assertThat(buffer.heldPackets()).isEqualTo(2);
    }

    @Test
    void what_was_sent_again_does_not_teach_to_wait_longer() {
        offer(Segments.stamped(7, 0, 1_000, 0));
        offer(Segments.stamped(7, 200, 1_001, 1));
        offer(Segments.stamped(7, 100, 1_000, 0));
        for (int i = 0; i < 50; i++) {
            int hole = 300 + 200 * i;
            offer(Segments.stamped(7, hole + 100, 1_010 + i, 1));
            assertThat(buffer.nanosToDeadline(nowNanos)).isEqualTo(15 * MILLI);
            pass(15);
            // A round trip later than the loss was heard of, but within what a longer wait would have been.
            pass(10);
            offer(Segments.stamped(7, hole, 1_030 + i, 0));
        }
    }

    @Test
    void what_was_late_after_all_does() {
        offer(Segments.stamped(7, 0, 1_000, 0));
        offer(Segments.stamped(7, 200, 1_001, 1));
        offer(Segments.stamped(7, 100, 1_000, 0));
        offer(Segments.stamped(7, 400, 1_011, 1));
        pass(15);
        pass(20);
        offer(Segments.stamped(7, 300, 1_010, 0));
        offer(Segments.stamped(7, 600, 1_052, 1));
        assertThat(buffer.nanosToDeadline(nowNanos)).isGreaterThan(40 * MILLI);
    }

    @Test
    void without_timestamps_what_comes_a_round_trip_later_was_sent_again() {
        offer(Segments.of(7, 0, 100, Segments.ACK));
        offer(Segments.of(7, 200, 100, Segments.ACK));
        pass(100);
        pass(41);
        offer(Segments.of(7, 100, 100, Segments.ACK));
        offer(Segments.of(7, 400, 100, Segments.ACK));
        offer(Segments.of(7, 300, 100, Segments.ACK));
        offer(Segments.of(7, 600, 100, Segments.ACK));
        assertThat(buffer.nanosToDeadline(nowNanos)).isEqualTo(15 * MILLI);
    }

    @Test
    void options_that_make_no_sense_are_no_timestamps() {
        for (int kind : new int[] {0, 2, 8, 200}) {
            for (int length : new int[] {0, 1, 9, 11, 255}) {
                byte[] packet = Segments.stamped(7, 0, 1, 0)
                        .buffer()
                        .duplicate()
                        .clear()
                        .array()
                        .clone();
                packet[40] = (byte) kind;
                packet[41] = (byte) length;
                TcpSegment segment = new TcpSegment();
                assertThat(segment.read(ScriptedPacket.of(packet))).isTrue();
                assertThat(segment.stamp()).isEqualTo(TcpSegment.NO_STAMP);
            }
        }
    }
}
