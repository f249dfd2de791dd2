package io.aggr.internal.reorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.testkit.ScriptedPacket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimeoutReorderBufferTest {

    private static final long MILLI = 1_000_000;
    private static final long HOLD = 100 * MILLI;
    private static final long SEED = Long.getLong("aggr.seed", 4712);

    private TimeoutReorderBuffer buffer = new TimeoutReorderBuffer(HOLD, false, 64);
    private final ScriptedPacket packet = ScriptedPacket.ofLength(100);
    private final List<Integer> out = new ArrayList<>();
    private long now;

    private void offer(long sequence) {
        packet.setId((int) sequence).setSequence(sequence);
        buffer.offer(packet, now, out::add);
    }

    private List<Integer> delivered() {
        List<Integer> result = List.copyOf(out);
        out.clear();
        return result;
    }

    @Test
    void puts_everything_into_one_order() {
        offer(1);
        offer(0);
        offer(3);
        offer(2);
        assertThat(delivered()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void gives_a_hole_up_when_the_first_packet_behind_it_has_waited_long_enough() {
        offer(0);
        offer(2);
        now += HOLD - 1;
        offer(3);
        buffer.poll(now, out::add);
        assertThat(delivered()).containsExactly(0);
        assertThat(buffer.nanosToDeadline(now)).isEqualTo(1);
        now++;
        buffer.poll(now, out::add);
        assertThat(delivered()).containsExactly(2, 3);
        offer(1);
        assertThat(delivered()).as("late is better than lost").containsExactly(1);
    }

    @Test
    void a_second_hole_has_a_clock_of_its_own() {
        offer(0);
        offer(2);
        now += 50 * MILLI;
        offer(4);
        now += 50 * MILLI;
        buffer.poll(now, out::add);
        assertThat(delivered()).containsExactly(0, 2);
        assertThat(buffer.nanosToDeadline(now)).isEqualTo(50 * MILLI);
    }

    @Test
    void skips_what_is_proved_lost_and_what_went_urgently() {
        offer(0);
        offer(4);
        packet.setFree(true);
        offer(2);
        packet.setFree(false);
        buffer.onLost(3, now, out::add);
        assertThat(delivered()).containsExactly(0, 2);
        buffer.onPassed(1, now, out::add);
        assertThat(delivered()).containsExactly(4);
    }

    @Test
    void a_full_buffer_lets_the_oldest_go() {
        buffer = new TimeoutReorderBuffer(HOLD, false, 2);
        offer(0);
        offer(9);
        offer(5);
        offer(12);
        assertThat(delivered()).containsExactly(0, 5, 9);
    }

    @Test
    void an_adaptive_wait_follows_how_late_packets_come() {
        buffer = new TimeoutReorderBuffer(400 * MILLI, true, 64);
        for (int i = 0; i < 100; i += 2) {
            offer(i + 1);
            now += 20 * MILLI;
            offer(i);
        }
        delivered();
        offer(101);
        assertThat(buffer.nanosToDeadline(now)).isBetween(25 * MILLI, 40 * MILLI);
        now += buffer.nanosToDeadline(now);
        buffer.poll(now, out::add);
        offer(100);
        offer(103);
        assertThat(buffer.nanosToDeadline(now)).as("100 came too late").isGreaterThan(50 * MILLI);
    }

    @Test
    void a_fixed_wait_stays() {
        for (int i = 0; i < 40; i += 2) {
            offer(i + 1);
            now += MILLI;
            offer(i);
        }
        offer(41);
        assertThat(buffer.nanosToDeadline(now)).isEqualTo(HOLD);
    }

    /** Global order is simple enough for a model: a sorted map, and the time of each arrival. */
    @Test
    void agrees_with_a_model_over_a_million_packets() {
        SplittableRandom random = new SplittableRandom(SEED);
        buffer = new TimeoutReorderBuffer(10 * MILLI, false, 4096);
        TreeMap<Long, Long> held = new TreeMap<>();
        List<Long> expected = new ArrayList<>();
        List<Deque<long[]>> lines = List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
        long[] sequenceOf = new long[1 << 16];
        List<Long> seen = new ArrayList<>();
        long next = 0;
        int id = 0;
        for (long sent = 0; sent < 1_000_000 || !held.isEmpty(); sent++) {
            now += 50_000 + random.nextInt(100_000);
            if (sent < 1_000_000 && random.nextInt(500) > 0) {
                int line = random.nextInt(3);
                lines.get(line).add(new long[] {now + line * 2L * MILLI, sent});
            }
            for (Deque<long[]> line : lines) {
                while (!line.isEmpty() && line.getFirst()[0] <= now) {
                    long sequence = line.removeFirst()[1];
                    id = (id + 1) & 0xFFFF;
                    sequenceOf[id] = sequence;
                    packet.setId(id).setSequence(sequence).setPredecessor(ArrivedPacket.NO_SEQUENCE, 0);
                    buffer.offer(packet, now, i -> seen.add(sequenceOf[i]));
                    if (sequence < next) {
                        expected.add(sequence);
                    } else {
                        held.put(sequence, now);
                    }
                    next = drain(held, next, expected);
                }
            }
            buffer.poll(now, i -> seen.add(sequenceOf[i]));
            while (!held.isEmpty()) {
                long latest = -1;
                for (var entry : held.entrySet()) {
                    latest = now - entry.getValue() >= 10 * MILLI ? entry.getKey() : latest;
                }
                if (latest < 0) {
                    break;
                }
                while (!held.isEmpty() && held.firstKey() <= latest) {
                    next = held.firstKey() + 1;
                    expected.add(held.pollFirstEntry().getKey());
                }
                next = drain(held, next, expected);
            }
            // A million descriptions of assertions would take longer than the test.
            if (!seen.equals(expected) || buffer.heldPackets() != held.size()) {
                throw new AssertionError("seed " + SEED + ": delivered " + seen + " instead of " + expected + ", held "
                        + buffer.heldPackets() + " instead of " + held.size());
            }
            seen.clear();
            expected.clear();
        }
    }

    private static long drain(NavigableMap<Long, Long> held, long next, List<Long> expected) {
        long end = next;
        while (!held.isEmpty() && held.firstKey() == end) {
            held.pollFirstEntry();
            expected.add(end++);
        }
        return end;
    }
}
