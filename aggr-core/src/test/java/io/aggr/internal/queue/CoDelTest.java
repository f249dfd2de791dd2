package io.aggr.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.packet.SeededRandom;
import io.aggr.packet.TrafficClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoDelTest {
    private static final long MILLIS = 1_000_000;
    private static final long TARGET = 5 * MILLIS;
    private static final long INTERVAL = 100 * MILLIS;

    /**
     * The pseudo code of RFC 8289 section 5, one queue, packets as objects, marks where RFC 8290 puts them, and no interval to wait where the delay has
     * come from half the target to the target with a slope between 0.3 and 0.9 and nothing was dropped for 16 intervals.
     */
    private static final class Reference {
        record Packet(long number, int bytes, long arrival, boolean ecnCapable) {}

        final ArrayDeque<Packet> queue = new ArrayDeque<>();
        final List<Long> dropped = new ArrayList<>();
        boolean marked;
        private final boolean marking;
        private long bytes;
        private long maxPacket = 1514;
        private boolean dropping;
        private boolean okToDrop;
        private long firstAbove = Long.MIN_VALUE;
        private Packet half;
        private long halfTime;
        private long dropNext;
        private int count;
        private int lastCount;

        Reference(boolean marking) {
            this.marking = marking;
        }

        void add(Packet packet) {
            queue.add(packet);
            bytes += packet.bytes();
            maxPacket = Math.max(maxPacket, packet.bytes());
        }

        private Packet remove(long now) {
            Packet packet = queue.poll();
            okToDrop = false;
            if (packet == null) {
                firstAbove = Long.MIN_VALUE;
                half = null;
                return null;
            }
            bytes -= packet.bytes();
            long delay = now - packet.arrival();
            if (delay < TARGET / 2 || bytes <= maxPacket) {
                half = null;
            } else if (half == null) {
                half = packet;
                halfTime = now;
            }
            if (delay < TARGET || bytes <= maxPacket) {
                firstAbove = Long.MIN_VALUE;
            } else if (firstAbove == Long.MIN_VALUE) {
                double slope = now == halfTime ? 0 : (delay - (halfTime - half.arrival())) / (double) (now - halfTime);
                boolean told = count > 0 && now - dropNext < 16 * INTERVAL;
                okToDrop = slope >= 0.3 && slope <= 0.9 && !told;
                firstAbove = okToDrop ? now : now + INTERVAL;
            } else {
                okToDrop = now >= firstAbove;
            }
            return packet;
        }

        private long law(long from) {
            return from + (long) (INTERVAL / Math.sqrt(count));
        }

        Packet dequeue(long now) {
            marked = false;
            Packet packet = remove(now);
            if (packet == null) {
                dropping = false;
                return null;
            }
            if (dropping) {
                if (!okToDrop) {
                    dropping = false;
                }
                while (dropping && now >= dropNext) {
                    count++;
                    if (marking && packet.ecnCapable()) {
                        marked = true;
                        dropNext = law(dropNext);
                        break;
                    }
                    dropped.add(packet.number());
                    packet = remove(now);
                    if (okToDrop) {
                        dropNext = law(dropNext);
                    } else {
                        dropping = false;
                    }
                }
            } else if (okToDrop) {
                if (marking && packet.ecnCapable()) {
                    marked = true;
                } else {
                    dropped.add(packet.number());
                    packet = remove(now);
                }
                dropping = true;
                int delta = count - lastCount;
                count = 1;
                if (delta > 1 && now - dropNext < 16 * INTERVAL) {
                    count = delta;
                }
                dropNext = law(now);
                lastCount = count;
            }
            return packet;
        }
    }

    private static QueueHarness harness(boolean marking) {
        QueueHarness harness = new QueueHarness(new FlowQueueSettings(16, 100_000_000, 90_000, marking));
        harness.queues.codel(TARGET, INTERVAL);
        harness.queues.enableCoDel(true);
        return harness;
    }

    /** Load swings between half and twice the rate of the line; packets that wait or are looked at cost nothing. */
    private static void compareWithReference(boolean marking) {
        SplittableRandom random = SeededRandom.create();
        QueueHarness harness = harness(marking);
        FlowQueues queues = harness.queues;
        Reference reference = new Reference(marking);
        int delivered = 0;
        int marks = 0;
        int load = 10;
        for (int step = 0; step < 300_000; step++) {
            harness.nowNanos += random.nextLong(2 * MILLIS);
            if (step % 500 == 0) {
                load = 5 + random.nextInt(16);
            }
            for (int i = 0; i < 3; i++) {
                if (random.nextInt(30) < load) {
                    int bytes = random.nextInt(4) == 0 ? 40 + random.nextInt(1500) : 1400;
                    boolean ecn = random.nextInt(3) != 0;
                    long number = harness.enqueue(7, bytes, TrafficClass.BULK, ecn);
                    reference.add(new Reference.Packet(number, bytes, harness.nowNanos, ecn));
                }
            }
            while (random.nextInt(3) == 0 && queues.next(harness.nowNanos) != PacketSlots.NONE) {
                queues.park();
                assertThat(queues.next(harness.nowNanos)).isEqualTo(PacketSlots.NONE);
                queues.beginRound();
                harness.nowNanos += random.nextLong(MILLIS);
            }
            Reference.Packet expected = reference.dequeue(harness.nowNanos);
            int slot = queues.next(harness.nowNanos);
            if (expected == null) {
                assertThat(slot).isEqualTo(PacketSlots.NONE);
                continue;
            }
            assertThat(queues.take()).isEqualTo(slot);
            assertThat(harness.slots.position(slot)).as("step %d", step).isEqualTo(expected.number());
            assertThat(harness.slots.isMarkWanted(slot)).isEqualTo(reference.marked);
            marks += reference.marked ? 1 : 0;
            harness.slots.free(slot);
            delivered++;
        }
        assertThat(harness.dropped).isEqualTo(reference.dropped);
        assertThat(delivered).isGreaterThan(200_000);
        assertThat(harness.dropped.size()).isGreaterThan(500);
        assertThat(marks > 500).isEqualTo(marking);
    }

    @Test
    void drops_exactly_what_the_reference_drops() {
        compareWithReference(false);
    }

    @Test
    void marks_exactly_what_the_reference_marks() {
        compareWithReference(true);
    }

    /** Packets come in at a multiple of the rate of the line. Returns when the first was dropped, or how long that went on. */
    private static long nanosToFirstDrop(double load, long mostNanos) {
        QueueHarness harness = harness(false);
        double arrived = 0;
        while (harness.dropped.isEmpty() && harness.nowNanos < mostNanos) {
            for (arrived += load; arrived >= 1; arrived--) {
                harness.bulk(1, 1400);
            }
            harness.takeNumber();
            harness.nowNanos += MILLIS / 10;
        }
        return harness.nowNanos;
    }

    @Test
    void a_sender_in_slow_start_is_told_as_soon_as_the_target_is_reached() {
        // After 2 x target the queue holds as much again as has left, and what leaves has waited for the target.
        assertThat(nanosToFirstDrop(2, INTERVAL)).isBetween(2 * TARGET - MILLIS, 2 * TARGET + MILLIS);
        assertThat(nanosToFirstDrop(4, INTERVAL)).isLessThan(2 * TARGET);
    }

    @Test
    void a_sender_that_has_been_told_lately_has_the_interval() {
        QueueHarness harness = harness(false);
        List<Long> drops = new ArrayList<>();
        while (drops.size() < 2) {
            harness.bulk(1, 1400);
            harness.bulk(1, 1400);
            harness.takeNumber();
            harness.nowNanos += MILLIS / 10;
            if (harness.dropped.size() > drops.size()) {
                drops.add(harness.nowNanos);
                while (harness.takeNumber() >= 0) {
                    // Empty again: the next climb begins below the target.
                }
            }
        }
        assertThat(drops.get(1) - drops.get(0)).isGreaterThan(INTERVAL);
    }

    @Test
    void a_queue_that_grows_because_the_lines_carry_less_has_the_interval() {
        for (long before : new long[] {16_000_000, 8_000_000}) {
            QueueHarness harness = harness(false);
            harness.queues.departureRate(before, harness.nowNanos);
            harness.queues.departureRate(8_000_000, harness.nowNanos);
            while (harness.dropped.isEmpty()) {
                harness.bulk(1, 1400);
                harness.bulk(1, 1400);
                harness.takeNumber();
                harness.nowNanos += MILLIS / 10;
            }
            assertThat(harness.nowNanos > INTERVAL).as("before %d", before).isEqualTo(before > 8_000_000);
        }
    }

    @Test
    void a_queue_that_grows_slowly_has_its_interval() {
        assertThat(nanosToFirstDrop(1.2, 10 * INTERVAL)).isGreaterThan(INTERVAL + 5 * TARGET);
    }

    @Test
    void a_burst_that_ends_by_itself_within_the_interval_loses_nothing() {
        QueueHarness harness = harness(false);
        for (int i = 0; i < 500; i++) {
            harness.bulk(1, 1400);
        }
        for (int i = 0; i < 500; i++) {
            harness.nowNanos += MILLIS / 10;
            assertThat(harness.takeNumber()).isEqualTo(i);
        }
    }

    @Test
    void a_target_that_falls_below_the_delay_is_no_surge() {
        QueueHarness harness = harness(false);
        harness.queues.codel(40 * TARGET, INTERVAL);
        for (int i = 0; i < 2_000; i++) {
            harness.bulk(1, 1400);
            harness.bulk(1, 1400);
            harness.takeNumber();
            harness.nowNanos += MILLIS / 50;
        }
        harness.queues.codel(TARGET, INTERVAL);
        for (int i = 0; i < 100; i++) {
            harness.bulk(1, 1400);
            harness.takeNumber();
            harness.nowNanos += MILLIS / 2;
        }
        assertThat(harness.dropped).isEmpty();
    }

    @Test
    void drops_nothing_while_it_is_off() {
        QueueHarness harness = harness(false);
        harness.queues.enableCoDel(false);
        for (int i = 0; i < 100; i++) {
            harness.bulk(1, 1400);
        }
        harness.nowNanos = 5_000 * MILLIS;
        for (int i = 0; i < 100; i++) {
            harness.nowNanos += 50 * MILLIS;
            assertThat(harness.takeNumber()).isEqualTo(i);
        }
    }

    @Test
    void never_drops_the_last_packet() {
        QueueHarness harness = harness(false);
        harness.bulk(1, 9000);
        for (int i = 1; i < 100; i++) {
            long first = harness.bulk(1, 9000);
            harness.nowNanos += 1_000 * MILLIS;
            assertThat(harness.takeNumber()).isEqualTo(first - 1);
        }
        assertThat(harness.dropped).isEmpty();
    }

    @Test
    void an_outage_that_is_forgotten_causes_no_burst_of_drops() {
        for (boolean forget : new boolean[] {false, true}) {
            QueueHarness harness = harness(false);
            for (int i = 0; i < 2_000; i++) {
                harness.bulk(1, 1400);
            }
            while (harness.dropped.size() < 10) {
                harness.nowNanos += MILLIS;
                harness.takeNumber();
            }
            harness.nowNanos += 5_000 * MILLIS;
            if (forget) {
                harness.queues.resetCoDel();
            }
            harness.takeNumber();
            if (forget) {
                assertThat(harness.dropped).hasSize(10);
            } else {
                assertThat(harness.dropped.size()).isGreaterThan(100);
            }
        }
    }

    @Test
    void what_codel_drops_from_a_run_is_missing_from_the_run_and_nothing_else() {
        QueueHarness harness = harness(false);
        PacketSlots slots = harness.slots;
        FlowQueues queues = harness.queues;
        int total = 4_000;
        for (int i = 0; i < total; i++) {
            harness.bulk(1, 1400);
        }
        List<Long> delivered = new ArrayList<>();
        int[] taken = new int[16];
        while (queues.next(harness.nowNanos) != PacketSlots.NONE) {
            int count = queues.peekRun(16, 100_000);
            int number = queues.takeRun(count, taken);
            assertThat(number).isBetween(1, count);
            for (int i = 0; i < number; i++) {
                delivered.add(slots.position(taken[i]));
                slots.free(taken[i]);
            }
            harness.nowNanos += number * MILLIS;
        }
        assertThat(delivered).isSorted();
        assertThat(harness.dropped.size()).isGreaterThan(20);
        List<Long> all = new ArrayList<>(delivered);
        all.addAll(harness.dropped);
        assertThat(all).hasSize(total).doesNotHaveDuplicates();
    }

    @Test
    void a_flow_with_a_short_queue_is_untouched_beside_one_with_a_long_queue() {
        QueueHarness harness = harness(false);
        List<Long> thin = new ArrayList<>();
        List<Long> thinServed = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            harness.bulk(1, 1400);
            if (i % 5 == 0) {
                thin.add(harness.bulk(2, 200));
            }
            harness.nowNanos += 2 * MILLIS;
            int slot = harness.queues.next(harness.nowNanos);
            if (harness.slots.flowHash(slot) == 2) {
                thinServed.add(harness.slots.position(slot));
            }
            harness.slots.free(harness.queues.take());
        }
        assertThat(harness.dropped).isNotEmpty().doesNotContainAnyElementsOf(thin);
        assertThat(thinServed.size()).isGreaterThanOrEqualTo(thin.size() - 1);
    }
}
