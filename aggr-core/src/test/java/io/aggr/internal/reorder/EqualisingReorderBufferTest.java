package io.aggr.internal.reorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.packet.TrafficClass;
import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.ReorderBufferConformance;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EqualisingReorderBufferTest {

    private static final long MILLI = 1_000_000;

    private final List<Integer> delivered = new ArrayList<>();
    private final Release out = delivered::add;
    private long target = 40 * MILLI;
    private final ReorderBuffer buffer = equalised(64);

    private ReorderBuffer equalised(int maxPackets) {
        return new EqualisingReorderBuffer(gap(maxPackets), maxPackets, now -> target);
    }

    private static ReorderBuffer gap(int maxPackets) {
        return new GapReorderBuffer.Provider().create(ProviderConfig.none(), maxPackets);
    }

    /** A packet of a flow, with its predecessor in the flow or -1. */
    private record Packet(
            int id, long sequence, long predecessor, int flowHash, boolean isFree, boolean isBulk, long ageNanos)
            implements ArrivedPacket {
        @Override
        public long predecessorMin() {
            return predecessor;
        }

        @Override
        public long predecessorMax() {
            return predecessor;
        }

        @Override
        public boolean isRepair() {
            return false;
        }

        @Override
        public int link() {
            return 0;
        }

        @Override
        public ByteBuffer buffer() {
            return ByteBuffer.allocate(0);
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int lengthBytes() {
            return 0;
        }

        @Override
        public TrafficClass trafficClass() {
            return TrafficClass.BULK;
        }
    }

    private static Packet even(int id, long sequence, long predecessor, long ageNanos) {
        return new Packet(id, sequence, predecessor, 7, false, true, ageNanos);
    }

    @Test
    void keeps_the_promises_of_a_reorder_buffer() {
        ReorderBufferConformance.check(this::equalised);
        target = Long.MIN_VALUE;
        ReorderBufferConformance.check(this::equalised);
        ReorderBufferConformance.checkOrder(this::equalised);
        target = 1L << 62;
        ReorderBufferConformance.check(this::equalised);
        ReorderBufferConformance.checkOrder(this::equalised);
    }

    @Test
    void keeps_a_packet_until_it_has_its_age_and_not_longer() {
        buffer.offer(even(1, 1, -1, 15 * MILLI), 0, out);
        assertThat(delivered).isEmpty();
        assertThat(buffer.heldPackets()).isEqualTo(1);
        long wait = buffer.nanosToDeadline(0);
        assertThat(wait).isBetween(25 * MILLI, 25 * MILLI + MILLI / 2);
        buffer.poll(25 * MILLI - 1, out);
        assertThat(delivered).isEmpty();
        buffer.poll(wait, out);
        assertThat(delivered).containsExactly(1);
        assertThat(buffer.nanosToDeadline(wait)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void lets_go_at_once_what_is_old_enough_or_does_not_want_to_wait() {
        buffer.offer(even(1, 1, -1, 40 * MILLI), 0, out);
        buffer.offer(new Packet(2, 2, -1, 8, false, false, 0), 0, out);
        buffer.offer(new Packet(3, 3, -1, 7, true, false, 0), 0, out);
        assertThat(delivered).containsExactly(1, 2, 3);
    }

    @Test
    void never_lets_packets_of_a_flow_overtake_each_other() {
        buffer.offer(even(1, 1, -1, 10 * MILLI), 0, out);
        // Old enough, and even unwilling to wait, but behind the first.
        buffer.offer(even(2, 2, 1, 60 * MILLI), MILLI, out);
        buffer.offer(new Packet(3, 3, 2, 7, false, false, 0), MILLI, out);
        assertThat(delivered).isEmpty();
        buffer.poll(31 * MILLI, out);
        assertThat(delivered).containsExactly(1, 2, 3);
    }

    @Test
    void counts_the_time_that_the_inner_buffer_has_held_a_packet() {
        buffer.offer(even(2, 2, 1, 35 * MILLI), 0, out);
        buffer.offer(even(1, 1, -1, 40 * MILLI), 20 * MILLI, out);
        assertThat(delivered).containsExactly(1, 2);
    }

    @Test
    void gives_way_when_memory_is_short() {
        for (int id = 0; id < 64; id++) {
            buffer.offer(even(id, id + 1, id == 0 ? -1 : id, 0), 0, out);
        }
        assertThat(buffer.heldPackets()).isEqualTo(64);
        buffer.offer(even(64, 65, 64, 0), 0, out);
        assertThat(delivered).startsWith(0, 1, 2);
        buffer.reset(0, out);
        assertThat(delivered).isSorted();
        assertThat(delivered).hasSize(65);
    }

    @Test
    void holds_nothing_long_whatever_a_stamp_says() {
        buffer.offer(even(1, 1, -1, -(1L << 50)), 0, out);
        assertThat(buffer.nanosToDeadline(0)).isLessThanOrEqualTo(301 * MILLI);
    }

    @Test
    void delivers_everything_once_in_order_and_never_early() {
        Random random = new Random(11);
        Map<Integer, Long> due = new HashMap<>();
        Map<Integer, Integer> lastOfFlow = new HashMap<>();
        long[] now = {0};
        Release checking = id -> {
            int flow = id % 5;
            assertThat(id).isGreaterThan(lastOfFlow.getOrDefault(flow, -1));
            lastOfFlow.put(flow, id);
            Long wanted = due.remove(id);
            assertThat(wanted).isNotNull();
            assertThat(now[0]).isGreaterThanOrEqualTo(wanted);
        };
        ReorderBuffer large = equalised(4_096);
        for (int id = 0; id < 50_000; id++) {
            now[0] += random.nextInt(100_000);
            target = 30 * MILLI + random.nextInt(10) * MILLI;
            long age = random.nextInt(60) * MILLI;
            due.put(id, now[0] + Math.max(0, 30 * MILLI - age));
            large.offer(new Packet(id, id, -1, id % 5, false, true, age), now[0], checking);
            if (random.nextInt(10) == 0) {
                large.poll(now[0], checking);
            }
        }
        now[0] += 1_000 * MILLI;
        large.poll(now[0], checking);
        assertThat(due).isEmpty();
        assertThat(large.heldPackets()).isZero();
    }
}
