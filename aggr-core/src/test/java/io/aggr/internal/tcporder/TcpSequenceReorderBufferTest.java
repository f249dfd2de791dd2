package io.aggr.internal.tcporder;

import static io.aggr.internal.tcporder.Segments.ACK;
import static io.aggr.internal.tcporder.Segments.FIN;
import static io.aggr.internal.tcporder.Segments.RST;
import static io.aggr.internal.tcporder.Segments.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.ReorderBufferConformance;
import io.aggr.testkit.ScriptedPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpSequenceReorderBufferTest {

    private static final long MILLI = 1_000_000;
    private static final ReorderBufferProvider PROVIDER = new TcpSequenceReorderBuffer.Provider();

    private final ReorderBuffer buffer = PROVIDER.create(ProviderConfig.none(), 4_096);
    private final List<Integer> out = new ArrayList<>();
    private long nowNanos = -50 * MILLI;
    private int nextId;

    private int offer(ScriptedPacket packet) {
        int id = nextId++;
        buffer.offer(packet.setId(id), nowNanos, out::add);
        return id;
    }

    private void pass(long millis) {
        nowNanos += millis * MILLI;
        if (buffer.nanosToDeadline(nowNanos) <= 0) {
            buffer.poll(nowNanos, out::add);
        }
    }

    @Test
    void keeps_the_promises_of_a_reorder_buffer() {
        ReorderBufferConformance.check(PROVIDER);
        ReorderBufferConformance.check(PROVIDER, Map.of("hold", "20 ms", "flow-bytes", "16384"));
        assertThat(PROVIDER.needsSequence()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_segment_that_comes_too_early_waits_for_those_before_it(boolean ipv6) {
        offer(Segments.of(ipv6, 7, 1_000, 100, ACK));
        offer(Segments.of(ipv6, 7, 1_300, 100, ACK));
        offer(Segments.of(ipv6, 7, 1_200, 100, ACK));
        assertThat(out).containsExactly(0);
        assertThat(buffer.heldPackets()).isEqualTo(2);
        offer(Segments.of(ipv6, 7, 1_100, 100, ACK));
        assertThat(out).containsExactly(0, 3, 2, 1);
        assertThat(buffer.nanosToDeadline(nowNanos)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void numbers_may_wrap() {
        offer(Segments.of(7, -100, 100, ACK));
        offer(Segments.of(7, 100, 100, ACK));
        offer(Segments.of(7, 0, 100, ACK));
        assertThat(out).containsExactly(0, 2, 1);
    }

    @Test
    void a_hole_holds_no_other_connection_and_nothing_but_tcp() {
        offer(Segments.of(7, 1_000, 100, ACK));
        offer(Segments.of(7, 1_200, 100, ACK));
        offer(Segments.of(8, 5_000, 100, ACK));
        offer(ScriptedPacket.ofLength(60));
        assertThat(out).containsExactly(0, 2, 3);
    }

    @Test
    void what_is_lost_is_waited_for_so_long_and_no_longer() {
        offer(Segments.of(7, 1_000, 100, ACK));
        offer(Segments.of(7, 1_200, 100, ACK));
        offer(Segments.of(7, 1_300, 100, ACK));
        pass(99);
        assertThat(out).containsExactly(0);
        pass(1);
        assertThat(out).containsExactly(0, 1, 2);
        offer(Segments.of(7, 1_100, 100, ACK));
        assertThat(out).containsExactly(0, 1, 2, 3);
    }

    @Test
    void the_wait_becomes_as_short_as_the_lines_allow() {
        offer(Segments.of(7, 0, 100, ACK));
        offer(Segments.of(7, 200, 100, ACK));
        pass(20);
        offer(Segments.of(7, 100, 100, ACK));
        offer(Segments.of(7, 400, 100, ACK));
        assertThat(buffer.nanosToDeadline(nowNanos)).isEqualTo(35 * MILLI);
    }

    @Test
    void each_hole_has_a_deadline_of_its_own() {
        offer(Segments.of(7, 0, 100, ACK));
        offer(Segments.of(7, 200, 100, ACK));
        pass(50);
        offer(Segments.of(7, 400, 100, ACK));
        pass(50);
        assertThat(out).containsExactly(0, 1);
        pass(50);
        assertThat(out).containsExactly(0, 1, 2);
    }

    @Test
    void acknowledgements_without_data_and_what_was_sent_again_never_wait() {
        offer(Segments.of(7, 1_000, 100, ACK));
        offer(Segments.of(7, 1_500, 0, ACK));
        offer(Segments.of(7, 1_000, 100, ACK));
        offer(Segments.of(7, 1_099, 1, ACK));
        offer(Segments.of(7, 1_099, 0, ACK));
        assertThat(out).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void what_was_sent_again_with_more_behind_it_counts() {
        offer(Segments.of(7, 1_000, 100, ACK));
        offer(Segments.of(7, 1_050, 100, ACK));
        offer(Segments.of(7, 1_150, 100, ACK));
        assertThat(out).containsExactly(0, 1, 2);
    }

    @Test
    void the_end_of_a_connection_waits_for_its_data() {
        offer(Segments.of(7, 0, 100, ACK));
        offer(Segments.of(7, 200, 0, FIN | ACK));
        offer(Segments.of(7, 100, 100, ACK));
        assertThat(out).containsExactly(0, 2, 1);
        offer(Segments.of(8, 0, 100, ACK));
        offer(Segments.of(8, 200, 0, RST));
        offer(Segments.of(8, 100, 100, ACK));
        assertThat(out).containsExactly(0, 2, 1, 3, 5, 4);
    }

    @Test
    void a_syn_begins_a_connection_anew() {
        offer(Segments.of(7, 1_000, 100, ACK));
        offer(Segments.of(7, 1_300, 100, ACK));
        offer(Segments.of(7, -5, 0, SYN));
        assertThat(out).containsExactly(0, 1, 2);
        offer(Segments.of(7, 96, 100, ACK));
        offer(Segments.of(7, -4, 100, ACK));
        assertThat(out).containsExactly(0, 1, 2, 4, 3);
    }

    @Test
    void a_connection_with_quite_other_numbers_is_another_one() {
        offer(Segments.of(7, 0, 100, ACK));
        offer(Segments.of(7, 1 << 30, 100, ACK));
        offer(Segments.of(7, (1 << 30) + 100, 100, ACK));
        assertThat(out).containsExactly(0, 1, 2);
    }

    @Test
    void a_connection_holds_a_bounded_number_of_bytes() {
        ReorderBuffer small = PROVIDER.create(ProviderConfig.of(Map.of("flow-bytes", "16384")), 4_096);
        // Another line is in use, so nothing proves that the holes are losses.
        small.offer(Segments.of(8, 0, 1_000, ACK).setLink(1).setId(1_000), 0, out::add);
        out.clear();
        small.offer(Segments.of(7, 0, 1_000, ACK).setId(0), 0, out::add);
        for (int i = 1; i <= 100; i++) {
            small.offer(Segments.of(7, 1_000 + 2_000 * i, 1_000, ACK).setId(i), 0, out::add);
            assertThat(small.heldPackets()).isLessThanOrEqualTo(15);
        }
        assertThat(out).startsWith(0, 1, 2).hasSize(86);
    }

    @Test
    void more_connections_than_there_are_places_push_out_silent_ones_only() {
        offer(Segments.of(7, 0, 100, ACK));
        offer(Segments.of(7, 200, 100, ACK));
        for (int port = 1_000; port < 60_000; port++) {
            offer(Segments.of(port, 0, 100, ACK));
        }
        assertThat(out).hasSize(59_001);
        offer(Segments.of(7, 100, 100, ACK));
        assertThat(out.subList(59_001, 59_003)).containsExactly(nextId - 1, 1);
    }

    @Test
    void a_truncated_or_nonsensical_segment_goes_at_once() {
        offer(Segments.of(7, 0, 100, ACK));
        for (int length = 0; length < 60; length++) {
            offer(ScriptedPacket.of(java.util.Arrays.copyOf(new byte[] {0x45}, Math.max(1, length))));
        }
        byte[] wide = new byte[60];
        wide[0] = 0x45;
        wide[9] = 6;
        wide[32] = (byte) 0xF0;
        offer(ScriptedPacket.of(wide));
        assertThat(buffer.heldPackets()).isZero();
    }
}
