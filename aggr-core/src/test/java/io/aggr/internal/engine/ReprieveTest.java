package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.packet.Arena;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.packet.TrafficClass;
import org.junit.jupiter.api.Test;

class ReprieveTest {

    private static final long MILLI = 1_000_000;
    private static final long START = -900 * MILLI;

    private final PacketSlots slots = new PacketSlots(64);
    private final Arena arena = new Arena(10_000, 0);
    private final Reprieve reprieve = new Reprieve(slots, arena);

    private long drop(int hash, long nowNanos) {
        long position = arena.reserve(100);
        arena.commit(100);
        int slot = slots.allocate(position, 100, hash, TrafficClass.BULK, nowNanos - MILLI, true);
        reprieve.onDrop(slot, nowNanos);
        slots.free(slot);
        return position;
    }

    @Test
    void brings_back_what_was_dropped_of_late_oldest_first() {
        long first = drop(7, START);
        long second = drop(8, START + 100 * MILLI);
        int slot = reprieve.poll(START + 200 * MILLI);
        assertThat(slots.position(slot)).isEqualTo(first);
        assertThat(slots.lengthBytes(slot)).isEqualTo(100);
        assertThat(slots.flowHash(slot)).isEqualTo(7);
        assertThat(slots.trafficClass(slot)).isEqualTo(TrafficClass.BULK);
        assertThat(slots.arrivalNanos(slot)).isEqualTo(START - MILLI);
        assertThat(slots.position(reprieve.poll(START + 200 * MILLI))).isEqualTo(second);
        assertThat(reprieve.poll(START + 200 * MILLI)).isEqualTo(PacketSlots.NONE);
    }

    @Test
    void forgets_what_has_been_sent_again_by_now() {
        drop(7, START);
        long second = drop(8, START + 100 * MILLI);
        assertThat(slots.position(reprieve.poll(START + 300 * MILLI))).isEqualTo(second);
        assertThat(reprieve.poll(START + 300 * MILLI)).isEqualTo(PacketSlots.NONE);
    }

    @Test
    void forgets_what_has_been_overwritten() {
        drop(7, START);
        for (int i = 0; i < 10; i++) {
            arena.reserve(1_000);
            arena.commit(1_000);
        }
        assertThat(reprieve.poll(START)).isEqualTo(PacketSlots.NONE);
    }

    @Test
    void keeps_the_newest_of_many() {
        long position = 0;
        for (int i = 0; i < 40; i++) {
            position = drop(i, START + i);
        }
        int count = 0;
        long last = 0;
        for (int slot = reprieve.poll(START + 50); slot != PacketSlots.NONE; slot = reprieve.poll(START + 50)) {
            last = slots.position(slot);
            count++;
        }
        assertThat(count).isEqualTo(16);
        assertThat(last).isEqualTo(position);
    }
}
