package io.aggr.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class PacketBatchTest {

    private final Slab slab = new Slab(10_000);
    private final PacketBatch batch = new PacketBatch(slab, 3);

    @Test
    void is_closed_at_first() {
        assertThat(batch.nextRoomBytes()).isNotPositive();
        assertThat(batch.size()).isZero();
    }

    @Test
    void keeps_head_room_and_tail_room_around_each_packet() {
        batch.open(1000, 3000);
        assertThat(batch.nextOffset()).isEqualTo(1064);
        assertThat(batch.nextRoomBytes()).isEqualTo(3000 - 32 - 1064);
        assertThat(batch.add(batch.nextOffset(), 100)).isZero();
        assertThat(batch.nextOffset()).isEqualTo(1064 + 100 + 32 + 64);
        assertThat(batch.add(batch.nextOffset(), batch.nextRoomBytes(), 7)).isEqualTo(1);
        assertThat(batch.remote(0)).isZero();
        assertThat(batch.remote(1)).isEqualTo(7);
        assertThat(batch.nextRoomBytes()).isNotPositive();
    }

    @Test
    void refuses_what_does_not_fit() {
        batch.open(1000, 3000);
        int offset = batch.nextOffset();
        int room = batch.nextRoomBytes();
        for (int[] wrong : new int[][] {{offset - 1, 10}, {offset, room + 1}, {offset, -1}, {offset + 10, room}}) {
            assertThatThrownBy(() -> batch.add(wrong[0], wrong[1])).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(batch.size()).isZero();
    }

    @Test
    void is_full_when_its_entries_are_used_up() {
        batch.open(0, 10_000);
        for (int i = 0; i < 3; i++) {
            batch.add(batch.nextOffset(), 0);
        }
        assertThat(batch.nextRoomBytes()).isZero();
        assertThatThrownBy(() -> batch.add(batch.nextOffset(), 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> batch.refer(0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void forgets_everything_when_it_is_opened_again() {
        batch.open(0, 10_000);
        batch.add(batch.nextOffset(), 100, 5);
        batch.markSegments(0, 1400, 20, 16);
        batch.open(0, 10_000);
        assertThat(batch.size()).isZero();
        batch.add(batch.nextOffset(), 100);
        assertThat(batch.remote(0)).isZero();
        assertThat(batch.segmentBytes(0)).isZero();
        assertThat(batch.checksumStart(0)).isEqualTo(PacketBatch.CHECKSUM_COMPLETE);
    }

    @Test
    void marks_super_packets() {
        batch.open(0, 10_000);
        batch.add(batch.nextOffset(), 5000);
        batch.markSegments(0, 1360, 20, 16);
        assertThat(batch.segmentBytes(0)).isEqualTo(1360);
        assertThat(batch.checksumStart(0)).isEqualTo(20);
        assertThat(batch.checksumOffset(0)).isEqualTo(16);
        assertThatThrownBy(() -> batch.markSegments(1, 1, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void trims_an_entry_within_the_slab() {
        batch.open(0, 10_000);
        batch.add(batch.nextOffset(), 100);
        batch.trim(0, 80, 50);
        assertThat(batch.offset(0)).isEqualTo(80);
        assertThat(batch.length(0)).isEqualTo(50);
        assertThatThrownBy(() -> batch.trim(0, 9_990, 20)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refers_to_packets_outside_its_region() {
        batch.open(0, 100);
        assertThat(batch.refer(5000, 1400)).isZero();
        assertThatThrownBy(() -> batch.refer(9_999, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void a_slab_is_in_network_order_and_asks_for_its_address_once() {
        assertThat(slab.buffer().order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        assertThat(slab.buffer().isDirect()).isTrue();
        assertThat(slab.address(buffer -> 4711)).isEqualTo(4711);
        assertThat(slab.address(buffer -> 4712)).isEqualTo(4711);
        assertThatThrownBy(() -> new Slab(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
