package io.aggr.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.packet.SeededRandom;
import io.aggr.packet.TrafficClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random operation against a model that has one plain list per flow. */
class FlowQueuesModelTest {
    private static final int FLOWS = 40;
    private static final long MILLIS = 1_000_000;

    private final PacketSlots slots = new PacketSlots(600);
    private final List<ArrayDeque<Long>> model = new ArrayList<>();
    private final long[] flowBytes = new long[FLOWS * 2];
    private final Map<DropReason, Integer> droppedBy = new EnumMap<>(DropReason.class);
    private final FlowQueues queues =
            new FlowQueues(slots, new FlowQueueSettings(1024, 1_000_000, 2_500, true), this::onDrop);
    private long dropped;
    private long modelBytes;

    private int listOf(int slot) {
        return slots.flowHash(slot) * 2 + (slots.isUrgent(slot) ? 1 : 0);
    }

    private void onDrop(int slot, DropReason reason) {
        dropped++;
        droppedBy.merge(reason, 1, Integer::sum);
        if (reason == DropReason.CODEL) {
            // In a run, packets taken before this one are still in the model.
            assertThat(model.get(listOf(slot)).remove(slots.position(slot))).isTrue();
        } else {
            assertThat(model.get(listOf(slot)).removeFirst()).isEqualTo(slots.position(slot));
        }
        if (reason != DropReason.CODEL) {
            long most = Arrays.stream(flowBytes).max().orElseThrow();
            assertThat(flowBytes[listOf(slot)]).isGreaterThanOrEqualTo(most - 8 * 1514);
        }
        remove(slot);
    }

    private void remove(int slot) {
        modelBytes -= slots.lengthBytes(slot);
        flowBytes[listOf(slot)] -= slots.lengthBytes(slot);
    }

    @Test
    void a_million_packets_in_are_packets_out_and_counted_drops_in_the_order_of_each_flow() {
        SplittableRandom random = SeededRandom.create();
        for (int i = 0; i < FLOWS * 2; i++) {
            model.add(new ArrayDeque<>());
        }
        queues.codel(5 * MILLIS, 100 * MILLIS);
        long in = 0;
        long out = 0;
        long now = -10_000 * MILLIS;
        int[] run = new int[16];
        while (in < 1_000_000) {
            int burst = random.nextInt(40);
            for (int i = 0; i < burst; i++) {
                int flow = random.nextInt(3) == 0 ? 0 : random.nextInt(FLOWS);
                TrafficClass trafficClass = random.nextInt(10) == 0 ? TrafficClass.URGENT : TrafficClass.BULK;
                int bytes = trafficClass == TrafficClass.URGENT
                        ? 60
                        : random.nextInt(3) == 0 ? 50 + random.nextInt(1450) : 1400;
                int slot = slots.allocate(in, bytes, flow, trafficClass, now, random.nextBoolean());
                if (slot == PacketSlots.NONE) {
                    assertThat(queues.dropLongest(DropReason.NO_SLOT)).isTrue();
                    continue;
                }
                modelBytes += bytes;
                flowBytes[listOf(slot)] += bytes;
                model.get(listOf(slot)).addLast(in++);
                int list = listOf(slot);
                if (!queues.enqueue(slot)) {
                    assertThat(model.get(list)).isEmpty();
                }
            }
            now += random.nextLong(3 * MILLIS);
            if (random.nextInt(500) == 0) {
                queues.enableCoDel(random.nextInt(4) != 0);
                queues.codel((5 + random.nextInt(30)) * MILLIS, 100 * MILLIS);
                queues.limits(50_000 + random.nextInt(1_000_000), 100 + random.nextInt(1_000));
                queues.quantumBytes(300 + random.nextInt(20_000));
            }
            int budget = random.nextInt(40);
            queues.beginRound();
            int slot;
            while (budget > 0 && (slot = queues.next(now)) != PacketSlots.NONE) {
                if (random.nextInt(4) == 0) {
                    queues.park();
                    continue;
                }
                int number = 1;
                if (random.nextInt(3) == 0) {
                    number = queues.takeRun(queues.peekRun(1 + random.nextInt(16), 20_000), run);
                } else {
                    run[0] = queues.take();
                }
                assertThat(run[0]).isEqualTo(slot);
                for (int i = 0; i < number; i++) {
                    assertThat(model.get(listOf(run[i])).removeFirst()).isEqualTo(slots.position(run[i]));
                    assertThat(slots.lengthBytes(run[i])).isLessThanOrEqualTo(slots.lengthBytes(run[0]));
                    remove(run[i]);
                    slots.free(run[i]);
                }
                out += number;
                budget -= number;
            }
            assertThat(queues.queuedBytes()).isEqualTo(modelBytes);
            assertThat(in).isEqualTo(out + dropped + queues.queuedPackets());
            assertThat(slots.used()).isEqualTo(queues.queuedPackets());
        }
        queues.beginRound();
        for (int slot; (slot = queues.next(now)) != PacketSlots.NONE; ) {
            assertThat(queues.take()).isEqualTo(slot);
            assertThat(model.get(listOf(slot)).removeFirst()).isEqualTo(slots.position(slot));
            slots.free(slot);
            out++;
        }
        assertThat(in).isEqualTo(out + dropped);
        assertThat(slots.used()).isZero();
        assertThat(model).allMatch(ArrayDeque::isEmpty);
        assertThat(droppedBy.keySet())
                .contains(DropReason.CODEL, DropReason.QUEUE_BYTES, DropReason.QUEUE_PACKETS, DropReason.NO_SLOT);
        assertThat(droppedBy.values()).allMatch(count -> count > 300);
    }

    /** Backlogged flows of any packet size, some parked at times: nobody gets more than a turn ahead. */
    @Test
    void backlogged_flows_stay_within_one_turn_of_each_other() {
        SplittableRandom random = SeededRandom.create();
        int flows = 12;
        int[] sizes = new int[flows];
        long[] served = new long[flows];
        for (int flow = 0; flow < flows; flow++) {
            sizes[flow] = 40 + random.nextInt(1460);
            for (int i = 0; i < 20; i++) {
                queues.enqueue(slots.allocate(0, sizes[flow], flow, TrafficClass.BULK, 0, false));
            }
        }
        queues.limits(100_000_000, 100_000);
        for (int step = 0; step < 200_000; step++) {
            queues.beginRound();
            // Who is parked at the head of the round keeps its place, so parking the first costs it nothing for long.
            int slot = queues.next(0);
            if (random.nextInt(8) == 0) {
                queues.park();
                queues.beginRound();
                assertThat(queues.next(0)).isEqualTo(slot);
            }
            int flow = slots.flowHash(slot);
            slots.free(queues.take());
            served[flow] += sizes[flow];
            queues.enqueue(slots.allocate(0, sizes[flow], flow, TrafficClass.BULK, 0, false));
            if (step > 100) {
                long most = Arrays.stream(served).limit(flows).max().orElseThrow();
                long least = Arrays.stream(served).limit(flows).min().orElseThrow();
                assertThat(most - least).isLessThanOrEqualTo(1514 + 1500);
            }
        }
    }
}
