package io.aggr.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.packet.TrafficClass;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PacketSlotsTest {
    private final PacketSlots slots = new PacketSlots(4);

    private int allocate() {
        return slots.allocate(100, 1400, 7, TrafficClass.BULK, 5, true);
    }

    @Test
    void gives_out_each_slot_once_and_then_none() {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            given.add(allocate());
        }
        assertThat(given).hasSize(4).doesNotContain(PacketSlots.NONE);
        assertThat(slots.used()).isEqualTo(4);
        assertThat(allocate()).isEqualTo(PacketSlots.NONE);
        slots.free(2);
        assertThat(allocate()).isEqualTo(2);
    }

    @Test
    void a_slot_comes_back_clean() {
        int slot = slots.allocate(1, 1, 1, TrafficClass.URGENT, 1, true);
        slots.wantMark(slot);
        slots.describeSegment(slot, 50, 40, 3);
        assertThat(slots.isSegment(slot)).isTrue();
        assertThat(slots.isMarkWanted(slot)).isTrue();
        slots.free(slot);

        int again = slots.allocate(100, 1400, 7, TrafficClass.BULK, 5, false);
        assertThat(again).isEqualTo(slot);
        assertThat(slots.position(again)).isEqualTo(100);
        assertThat(slots.lengthBytes(again)).isEqualTo(1400);
        assertThat(slots.flowHash(again)).isEqualTo(7);
        assertThat(slots.trafficClass(again)).isEqualTo(TrafficClass.BULK);
        assertThat(slots.arrivalNanos(again)).isEqualTo(5);
        assertThat(slots.isEcnCapable(again)).isFalse();
        assertThat(slots.isMarkWanted(again)).isFalse();
        assertThat(slots.isSegment(again)).isFalse();
        assertThat(slots.headerBytes(again)).isZero();
        assertThat(slots.segment(again)).isZero();
        assertThat(slots.next(again)).isEqualTo(PacketSlots.NONE);
    }

    @Test
    void a_slot_freed_twice_is_found_out() {
        int slot = allocate();
        slots.free(slot);
        assertThatThrownBy(() -> slots.free(slot)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keeps_the_place_of_a_segments_header() {
        int slot = allocate();
        slots.describeSegment(slot, 640, 52, 9);
        slots.movePosition(slot, 700);
        assertThat(slots.headerPosition(slot)).isEqualTo(640);
        assertThat(slots.headerBytes(slot)).isEqualTo(52);
        assertThat(slots.segment(slot)).isEqualTo(9);
        assertThat(slots.position(slot)).isEqualTo(700);
        assertThat(slots.lengthBytes(slot)).isEqualTo(1400);
    }
}
