package io.aggr.internal.engine;

import io.aggr.internal.packet.Arena;
import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.packet.TrafficClass;
import io.aggr.schedule.OutgoingPacket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The packet that a scheduler is asked about: one view, moved from slot to slot. Confined to the thread that sends. */
final class OutgoingView implements OutgoingPacket {

    private final Arena arena;
    private final PacketSlots slots;
    private final SlotNotes notes;
    private int slot;
    private long nowNanos;
    private @Nullable AnsweredLines answered;
    private @Nullable PathSet paths;

    OutgoingView(Arena arena, PacketSlots slots, SlotNotes notes) {
        this.arena = arena;
        this.slots = slots;
        this.notes = notes;
    }

    /** Moves to a packet. */
    void show(int newSlot, long newNowNanos, AnsweredLines newAnswered, PathSet newPaths) {
        answered = newAnswered;
        paths = newPaths;
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
    public int answeredLink() {
        AnsweredLines lines = answered;
        PathSet set = paths;
        if (lines == null || set == null) {
            return UNKNOWN_LINK;
        }
        int line = lines.line(slots.flowHash(slot));
        SendPath path = line == AnsweredLines.UNKNOWN ? null : set.byId(line);
        return path == null ? UNKNOWN_LINK : path.index();
    }

    @Override
    public long waitedNanos() {
        return Math.max(0, nowNanos - slots.arrivalNanos(slot));
    }
}
