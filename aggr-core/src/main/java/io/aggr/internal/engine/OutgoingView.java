package io.aggr.internal.engine;

import io.aggr.internal.packet.Arena;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.packet.TrafficClass;
import io.aggr.schedule.OutgoingPacket;
import java.nio.ByteBuffer;

/** The packet that a scheduler is asked about: one view, moved from slot to slot. Confined to the thread that sends. */
final class OutgoingView implements OutgoingPacket {

    private final Arena arena;
    private final PacketSlots slots;
    private final SlotNotes notes;
    private int slot;
    private long nowNanos;

    OutgoingView(Arena arena, PacketSlots slots, SlotNotes notes) {
        this.arena = arena;
        this.slots = slots;
        this.notes = notes;
    }

    /** Moves to a packet. */
    void show(int newSlot, long newNowNanos) {
        slot = newSlot;
        nowNanos = newNowNanos;
    }

    @Override
    public ByteBuffer buffer() {
        return arena.buffer();
    }

    @Override
    public int offset() {
        return arena.offset(slots.position(slot));
    }

    @Override
    public int lengthBytes() {
        return slots.lengthBytes(slot);
    }

    @Override
    public int flowHash() {
        return slots.flowHash(slot);
    }

    @Override
    public TrafficClass trafficClass() {
        return slots.trafficClass(slot);
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public int totalBytes() {
        return slots.lengthBytes(slot);
    }

    @Override
    public boolean isRepair() {
        return notes.has(slot, SlotNotes.REPAIR);
    }

    @Override
    public long waitedNanos() {
        return Math.max(0, nowNanos - slots.arrivalNanos(slot));
    }
}
