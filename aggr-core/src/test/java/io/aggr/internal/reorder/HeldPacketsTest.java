package io.aggr.internal.reorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeldPacketsTest {

    private static final int CAPACITY = 4_096;

    @Test
    void takes_memory_as_packets_come_and_gives_it_back() {
        HeldPackets packets = new HeldPackets(CAPACITY);
        assertThat(packets.places()).isZero();
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(packets.isFull()).isFalse();
            packets.await(packets.add(i, i, 10 + i, 0, 0, i), 5);
        }
        assertThat(packets.isFull()).isTrue();
        assertThat(packets.places()).isEqualTo(CAPACITY);
        packets.clear();
        assertThat(packets.places()).isZero();
        assertThat(packets.size()).isZero();
        assertThat(packets.find(10)).isEqualTo(HeldPackets.NONE);
    }

    /** Packets come and go at random while the arrays grow: whatever is held is found by its sequence, its flow, and what it waits for. */
    @Test
    void finds_what_is_held_whatever_its_size() {
        Random random = new Random(Long.getLong("aggr.seed", 4714));
        HeldPackets packets = new HeldPackets(CAPACITY);
        Map<Long, Long> blockers = new LinkedHashMap<>();
        long sequence = 1_000;
        for (int step = 0; step < 30_000; step++) {
            boolean add = blockers.isEmpty() || random.nextInt(8) > 2;
            if (add && !packets.isFull()) {
                sequence += 1 + random.nextInt(3);
                long blocker = sequence - 1 - random.nextInt(900);
                int entry = packets.add((int) sequence, (int) sequence % 7, sequence, 0, 0, step);
                packets.await(entry, blocker);
                blockers.put(sequence, blocker);
            } else {
                List<Long> held = new ArrayList<>(blockers.values());
                long blocker = held.get(random.nextInt(held.size()));
                int entry = packets.takeWaiting(blocker);
                assertThat(blockers).containsEntry(packets.sequence(entry), blocker);
                blockers.remove(packets.sequence(entry));
                packets.remove(entry);
            }
            assertThat(packets.size()).isEqualTo(blockers.size());
            if (!blockers.isEmpty()) {
                assertThat(packets.sequence(packets.oldest()))
                        .isEqualTo(blockers.keySet().iterator().next());
            }
        }
        blockers.forEach((held, blocker) -> {
            int entry = packets.find(held);
            assertThat(packets.id(entry)).isEqualTo(held.intValue());
            assertThat(packets.blocker(entry)).isEqualTo(blocker);
        });
    }
}
