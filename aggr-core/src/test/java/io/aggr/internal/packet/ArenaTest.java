package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.packet.PacketBatch;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ArenaTest {
    private static final int ROOMS = Arena.HEADROOM_BYTES + Arena.TAILROOM_BYTES;

    private static long store(Arena arena, int length) {
        long position = arena.reserve(length);
        arena.commit(length);
        return position;
    }

    @Test
    void a_committed_packet_is_live_until_it_is_overwritten() {
        Arena arena = new Arena(4 * (100 + ROOMS), 0);
        long first = store(arena, 100);
        long second = store(arena, 100);
        store(arena, 100);
        store(arena, 100);
        assertThat(arena.isLive(first)).isTrue();
        store(arena, 100);
        assertThat(arena.isLive(first)).isFalse();
        assertThat(arena.isLive(second)).isTrue();
    }

    @Test
    void a_reservation_already_overwrites() {
        Arena arena = new Arena(2 * (100 + ROOMS), 0);
        long first = store(arena, 100);
        store(arena, 100);
        assertThat(arena.wouldOverwrite(first, 100)).isTrue();
        arena.reserve(100);
        assertThat(arena.isLive(first)).isFalse();
    }

    @Test
    void nothing_is_live_that_has_not_been_committed() {
        Arena arena = new Arena(10_000, 0);
        long reserved = arena.reserve(100);
        assertThat(arena.isLive(reserved)).isFalse();
        arena.commit(0);
        assertThat(arena.isLive(reserved)).isFalse();
        assertThat(arena.liveBytes()).isZero();
        assertThat(arena.reserve(100)).isEqualTo(reserved);
    }

    @Test
    void skips_the_end_of_the_slab_when_a_region_does_not_fit() {
        Arena arena = new Arena(1000, 0);
        store(arena, 500);
        long second = store(arena, 400);
        assertThat(arena.offset(second)).isEqualTo(Arena.HEADROOM_BYTES);
    }

    @Test
    void refuses_what_can_never_fit() {
        Arena arena = new Arena(1000, 0);
        assertThatThrownBy(() -> arena.reserve(1000 - ROOMS + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> arena.reserve(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> arena.commit(0)).isInstanceOf(IllegalStateException.class);
        arena.reserve(10);
        assertThatThrownBy(() -> arena.commit(11)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Arena(ROOMS, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Arena(1000, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> arena.rewind(arena.head() + 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rewinding_gives_the_same_memory_again() {
        Arena arena = new Arena(1000, 0);
        store(arena, 300);
        long mark = arena.head();
        long second = store(arena, 300);
        arena.rewind(mark);
        assertThat(arena.isLive(second)).isFalse();
        assertThat(store(arena, 200)).isEqualTo(second);
    }

    @Test
    void a_batch_fills_a_region_and_its_entries_have_positions() {
        Arena arena = new Arena(10_000, 0);
        store(arena, 77);
        PacketBatch batch = new PacketBatch(arena.slab(), 8);
        arena.open(batch, 3000);
        assertThat(batch.nextRoomBytes()).isEqualTo(3000);
        int first = batch.add(batch.nextOffset(), 1000);
        int second = batch.add(batch.nextOffset(), 500);
        arena.commit(batch);

        long firstPosition = arena.position(batch.offset(first));
        long secondPosition = arena.position(batch.offset(second));
        assertThat(arena.isLive(firstPosition)).isTrue();
        assertThat(arena.isLive(secondPosition)).isTrue();
        assertThat(arena.offset(secondPosition)).isEqualTo(batch.offset(second));
        assertThat(arena.head()).isEqualTo(secondPosition + 500 + Arena.TAILROOM_BYTES);

        long before = arena.head();
        arena.open(batch, 3000);
        arena.commit(batch);
        assertThat(arena.head()).isEqualTo(before);
    }

    @Test
    void a_larger_arena_takes_over_where_the_old_one_ends() {
        Arena old = new Arena(1000, 0);
        long last = store(old, 100);
        Arena larger = new Arena(5000, old.head());
        long next = store(larger, 100);
        assertThat(next).isGreaterThan(last);
        assertThat(larger.isLive(last)).isFalse();
        assertThat(old.isLive(next)).isFalse();
        assertThat(larger.offset(next)).isEqualTo(Arena.HEADROOM_BYTES);
    }

    /** The model: every byte remembers which packet wrote it last. Live packets own all their bytes and rooms. */
    @Test
    void no_live_packet_is_ever_overlapped() {
        SplittableRandom random = SeededRandom.create();
        for (int capacity : new int[] {997, 4096, 10_007}) {
            Arena arena = new Arena(capacity, random.nextInt(10_000));
            int[] owner = new int[capacity];
            ArrayDeque<long[]> packets = new ArrayDeque<>();
            int largest = capacity - ROOMS;
            int live = 0;
            for (int id = 1; id <= 350_000; id++) {
                int max = 1 + random.nextInt(random.nextInt(8) == 0 ? largest : 120);
                long oldest = packets.isEmpty() ? -1 : packets.peekFirst()[0];
                boolean doomed = oldest >= 0 && arena.isLive(oldest) && arena.wouldOverwrite(oldest, max);
                boolean safe = oldest >= 0 && arena.isLive(oldest) && !doomed;
                long position = arena.reserve(max);
                int offset = arena.offset(position);
                assertThat(offset).isBetween(Arena.HEADROOM_BYTES, capacity - max - Arena.TAILROOM_BYTES);
                if (doomed || safe) {
                    assertThat(arena.isLive(oldest)).isEqualTo(safe);
                }
                // A device may write anywhere in the region, whatever is committed of it.
                for (int i = offset; i < offset + max; i++) {
                    owner[i] = -id;
                }
                int used = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(max);
                arena.commit(used);
                for (int i = offset; i < offset + used; i++) {
                    owner[i] = id;
                }
                if (used > 0) {
                    for (int i = offset - Arena.HEADROOM_BYTES; i < offset; i++) {
                        owner[i] = id;
                    }
                    for (int i = offset + used; i < offset + used + Arena.TAILROOM_BYTES; i++) {
                        owner[i] = id;
                    }
                    packets.addLast(new long[] {position, used, id});
                    assertThat(arena.isLive(position)).isTrue();
                }
                if (random.nextInt(50) == 0 && !packets.isEmpty()) {
                    long[] last = packets.peekLast();
                    if (arena.isLive(last[0])) {
                        arena.rewind(last[0] - Arena.HEADROOM_BYTES);
                        packets.removeLast();
                    }
                }
                while (!packets.isEmpty() && !arena.isLive(packets.peekFirst()[0])) {
                    packets.removeFirst();
                }
                assertThat(arena.liveBytes()).isBetween(0L, (long) capacity);
                if (id % 16 == 0) {
                    for (long[] packet : packets) {
                        int at = arena.offset(packet[0]);
                        for (int i = at - Arena.HEADROOM_BYTES; i < at + packet[1] + Arena.TAILROOM_BYTES; i++) {
                            if (owner[i] != packet[2]) {
                                assertThat(owner[i])
                                        .as("byte %d of packet %d", i - at, packet[2])
                                        .isEqualTo((int) packet[2]);
                            }
                        }
                        live++;
                    }
                }
            }
            assertThat(live).isGreaterThan(10_000);
        }
    }
}
