package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.frame.FrameCursor;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.GoneReader;
import io.aggr.internal.frame.NackFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer may ask to have sent again, what it gets for it, and what it is asked for itself. */
class RepairInputTest {

    private final EngineBench bench = new EngineBench();

    /** A datagram that was sent: its line, its counter, its sequence or 0. */
    private record Sent(int line, long counter, long sequence, boolean isRepair) {}

    @BeforeEach
    void bring_both_lines_up() {
        bench.bringUp();
    }

    private List<Sent> sent() {
        List<Sent> result = new ArrayList<>();
        FrameCursor frames = new FrameCursor();
        for (TestLink link : bench.links) {
            for (byte[] bytes : link.sent) {
                ByteBuffer datagram = begin(frames, bytes);
                boolean hasIp = frames.hasIp();
                result.add(new Sent(
                        bytes[1],
                        datagram.getInt(2),
                        hasIp ? frames.ip().sequenceLow() : 0,
                        hasIp && frames.ip().isRepair()));
            }
        }
        return result;
    }

    private static ByteBuffer begin(FrameCursor frames, byte[] bytes) {
        ByteBuffer datagram = ByteBuffer.wrap(bytes);
        frames.begin(datagram, TestEncapsulator.HEADER_BYTES, bytes.length - TestEncapsulator.HEADER_BYTES);
        return datagram;
    }

    private List<Sent> repairs() {
        return sent().stream().filter(Sent::isRepair).toList();
    }

    private List<Long> gone() {
        List<Long> result = new ArrayList<>();
        FrameCursor frames = new FrameCursor();
        GoneReader reader = new GoneReader();
        for (TestLink link : bench.links) {
            for (byte[] bytes : link.sent) {
                ByteBuffer datagram = begin(frames, bytes);
                while (frames.next()) {
                    if (frames.type() == FrameType.GONE) {
                        reader.begin(datagram, frames.offset());
                        while (reader.next()) {
                            for (long at = reader.firstSequence(); at <= reader.lastSequence(); at++) {
                                result.add(at);
                            }
                        }
                    }
                }
            }
        }
        return result;
    }

    private int nacks() {
        int count = 0;
        FrameCursor frames = new FrameCursor();
        for (TestLink link : bench.links) {
            for (byte[] bytes : link.sent) {
                begin(frames, bytes);
                while (frames.next()) {
                    count += frames.type() == FrameType.NACK ? 1 : 0;
                }
            }
        }
        return count;
    }

    private void clear() {
        bench.links.forEach(link -> link.sent.clear());
    }

    private List<Sent> send(int packets, int bytes) {
        clear();
        for (int i = 0; i < packets; i++) {
            bench.tun.incoming.add(EngineBench.packet("10.1.0.1", "10.2.0.9", bytes));
            bench.runFor(EngineBench.MILLI);
        }
        bench.runFor(20 * EngineBench.MILLI);
        List<Sent> result = sent().stream().filter(each -> each.sequence() > 0).toList();
        assertThat(result.size()).isEqualTo(packets);
        clear();
        return result;
    }

    private void ask(int line, long counter, int more) {
        ByteBuffer frame = ByteBuffer.allocate(NackFrame.BYTES);
        NackFrame.put(frame, 0, line, counter, more);
        bench.arrive(1, frame.array());
    }

    @Test
    void sends_again_what_the_peer_misses_with_the_same_sequence_and_a_new_counter() {
        Sent lost = send(1, 700).get(0);
        ask(lost.line(), lost.counter(), 0);
        assertThat(repairs()).hasSize(1);
        assertThat(repairs().get(0).sequence()).isEqualTo(lost.sequence());
        assertThat(repairs().get(0)).isNotEqualTo(lost);
        assertThat(bench.sentPackets()).containsExactly(EngineBench.packet("10.1.0.1", "10.2.0.9", 700));
        assertThat(bench.events()).containsEntry("repair-given", 1L);
    }

    @Test
    void sends_all_again_that_one_question_names() {
        List<Sent> lost = send(3, 100).stream().filter(each -> each.line() == 1).toList();
        long first = lost.get(0).counter();
        ask(1, first, -1);
        assertThat(repairs().stream().map(Sent::sequence))
                .containsExactlyElementsOf(lost.stream().map(Sent::sequence).toList());
    }

    @Test
    void answers_once_however_often_it_is_asked() {
        Sent lost = send(1, 1_000).get(0);
        for (int i = 0; i < 10_000; i++) {
            ask(lost.line(), lost.counter(), 0);
        }
        assertThat(repairs()).hasSize(1);
        assertThat(bench.events()).containsEntry("repair-given", 1L).containsEntry("repair-not-needed", 9_999L);
    }

    @Test
    void sends_nothing_for_what_was_never_sent_or_is_long_forgotten() {
        send(20, 100);
        for (int i = 0; i < 1_000; i++) {
            ask(1, 1_000_000L + i * 7_919L, -1);
            ask(1, -1L - i * 7_919L, -1);
            ask(200, i, -1);
        }
        assertThat(repairs()).isEmpty();
        assertThat(gone()).isEmpty();
        assertThat(bench.events()).containsEntry("repair-unknown", 3_000L * 33);
    }

    @Test
    void sends_no_control_frames_again() {
        ask(1, 0, -1);
        ask(2, 0, -1);
        assertThat(repairs()).isEmpty();
        assertThat(bench.events()).containsKey("repair-not-needed");
    }

    @Test
    void says_that_a_packet_is_gone_when_it_is_too_old_and_says_it_again() {
        Sent lost = send(1, 700).get(0);
        bench.nowNanos += 1_100 * EngineBench.MILLI;
        ask(lost.line(), lost.counter(), 0);
        assertThat(repairs()).isEmpty();
        assertThat(gone()).containsExactly(lost.sequence());
        clear();
        ask(lost.line(), lost.counter(), 0);
        assertThat(gone()).containsExactly(lost.sequence());
        assertThat(bench.events()).containsEntry("repair-too-late", 1L);
    }

    @Test
    void repairs_a_tenth_of_what_the_lines_carry_and_says_that_the_rest_is_gone() {
        List<Sent> lost = send(150, 1_400);
        for (Sent each : lost) {
            ask(each.line(), each.counter(), 0);
        }
        // A tenth of what two lines of 8 Mbit/s carry in a second.
        assertThat(bench.events().get("repair-given")).isBetween(130L, 140L);
        assertThat(bench.events().get("repair-given") + gone().size()).isEqualTo(150);
        assertThat(bench.events()).containsEntry("repair-budget-exhausted", (long) gone().size());
    }

    @Test
    void asks_for_what_is_missing_and_stops_when_it_is_here() {
        bench.arrive(1, 1, EngineBench.packet(100));
        bench.counters[1]++;
        bench.arrive(1, 3, EngineBench.packet(100));
        bench.runFor(5 * EngineBench.MILLI);
        assertThat(nacks()).isEqualTo(1);
        bench.arrive(2, 2, EngineBench.packet(100));
        bench.runFor(600 * EngineBench.MILLI);
        assertThat(nacks()).isEqualTo(1);
    }

    @Test
    void asks_a_few_times_and_no_more() {
        bench.arrive(1, 1, EngineBench.packet(100));
        bench.counters[1]++;
        bench.arrive(1, 3, EngineBench.packet(100));
        bench.runFor(2_000 * EngineBench.MILLI);
        assertThat(nacks()).isBetween(2, 8);
    }

    @Test
    void asks_little_of_a_peer_that_leaves_out_every_other_number() {
        clear();
        for (int i = 1; i <= 2_000; i++) {
            bench.counters[1]++;
            bench.arrive(1, i, EngineBench.packet(100));
            bench.nowNanos += 100_000;
        }
        // Twenty thousand frames would be one for each and each repetition.
        assertThat(nacks()).isLessThan(1_500);
        bench.runFor(600 * EngineBench.MILLI);
        clear();
        bench.runFor(1_000 * EngineBench.MILLI);
        assertThat(nacks()).isZero();
    }
}
