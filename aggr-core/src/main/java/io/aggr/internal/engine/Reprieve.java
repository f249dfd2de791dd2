package io.aggr.internal.engine;

import io.aggr.internal.packet.Arena;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.packet.TrafficClass;
import java.util.Arrays;

/**
 * Sends after all what CoDel has dropped just before a line fails. The sender's second copy of such a packet would wait behind everything that was under way for
 * the lines as they were, on the lines that are left, and nothing would reach the receiving application meanwhile. The first copy still lies in
 * the arena. Fresh and first it makes the hole good; that the drop told the sender to go slower is not needed any more.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class Reprieve {

    private static final int PACKETS = 16;

    /** What was dropped before has been sent again and is under way. */
    private static final long NANOS = 250_000_000L;

    private final PacketSlots slots;
    private final Arena arena;
    private final long[] positions = new long[PACKETS];
    private final int[] lengths = new int[PACKETS];
    private final int[] hashes = new int[PACKETS];
    private final TrafficClass[] classes = new TrafficClass[PACKETS];
    private final long[] arrivals = new long[PACKETS];
    private final long[] droppedNanos = new long[PACKETS];
    private int next;
    private int count;

    Reprieve(PacketSlots slots, Arena arena) {
        this.slots = slots;
        this.arena = arena;
        Arrays.fill(classes, TrafficClass.BULK);
    }

    /** CoDel drops a packet; its slot is freed afterwards. */
    void onDrop(int slot, long nowNanos) {
        positions[next] = slots.position(slot);
        lengths[next] = slots.lengthBytes(slot);
        hashes[next] = slots.flowHash(slot);
        classes[next] = slots.trafficClass(slot);
        arrivals[next] = slots.arrivalNanos(slot);
        droppedNanos[next] = nowNanos;
        next = (next + 1) % PACKETS;
        count = Math.min(PACKETS, count + 1);
    }

    /**
     * The oldest packet that was dropped of late, in a slot of its own.
     *
     * @return the slot, now the caller's, or {@link PacketSlots#NONE} if there is none
     */
    int poll(long nowNanos) {
        while (count > 0) {
            int place = Math.floorMod(next - count, PACKETS);
            count--;
            if (nowNanos - droppedNanos[place] <= NANOS && arena.isLive(positions[place])) {
                return slots.allocate(
                        positions[place], lengths[place], hashes[place], classes[place], arrivals[place], false);
            }
        }
        return PacketSlots.NONE;
    }
}
