package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.packet.TrafficClass;

/**
 * Packets that wait to be sent again, first found first: brought back from what is on its way because the peer misses them, or because their line has
 * failed, or never sent over it. While any that were moved between lines have not left, nothing that is sent may prove them lost.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class Resends {

    /** In the ring of what is on its way, beside the flags of {@link SlotNotes}: the packet was urgent. */
    static final int URGENT = 8;

    /** A packet that waited longer than this is not worth being sent again: the hosts have done so. */
    private static final long MAX_AGE_NANOS = 1_000_000_000L;

    private final EgressContext context;
    private final IdleReasons idle;
    private final Tally<Event> events;
    private int head = PacketSlots.NONE;
    private int tail = PacketSlots.NONE;
    private int waiting;
    private int moving;
    private long copiedPackets;

    Resends(EgressContext context, IdleReasons idle, Tally<Event> events) {
        this.context = context;
        this.idle = idle;
        this.events = events;
    }

    /** The packet whose turn it is, or {@link PacketSlots#NONE}. */
    int first() {
        return head;
    }

    /** Takes the first packet, which must be there. The slot is the caller's. */
    int poll() {
        int slot = head;
        head = context.slots().next(slot);
        if (head == PacketSlots.NONE) {
            tail = PacketSlots.NONE;
        }
        waiting--;
        return slot;
    }

    private void append(int slot) {
        idle.onResend();
        context.slots().link(slot, PacketSlots.NONE);
        if (tail == PacketSlots.NONE) {
            head = slot;
        } else {
            context.slots().link(tail, slot);
        }
        tail = slot;
        waiting++;
    }

    boolean isEmpty() {
        return head == PacketSlots.NONE;
    }

    /** How many wait. */
    int waiting() {
        return waiting;
    }

    /** Whether packets that were moved between lines have not left yet. */
    boolean areMoving() {
        return moving > 0;
    }

    /** Whether a packet is too old to be sent again. */
    boolean isStale(int slot, long nowNanos) {
        return nowNanos - context.slots().arrivalNanos(slot) > MAX_AGE_NANOS;
    }

    /** A packet was not sent, or its line has failed, and it may go over another. The slot belongs to this from now on. */
    void reinject(int slot) {
        append(slot);
        if (!context.notes().has(slot, SlotNotes.MOVED)) {
            context.notes().addFlags(slot, SlotNotes.MOVED);
            moving++;
        }
        events.count(Event.REINJECTED);
    }

    /** A packet that was dropped and has got a slot of its own is sent after all. */
    void reprieve(int slot) {
        copiedPackets++;
        reinject(slot);
        events.count(Event.REPRIEVED);
    }

    /**
     * Brings back the inner packet of a datagram, for another line.
     *
     * @return false if there is none, or it is too old, overwritten, or descriptors are short
     */
    boolean reinject(InFlight inFlight, long counter, long nowNanos) {
        int slot = bringBack(inFlight, counter, nowNanos);
        if (slot != PacketSlots.NONE) {
            reinject(slot);
        }
        return slot != PacketSlots.NONE;
    }

    /**
     * Brings back the inner packet of a datagram that was lost.
     *
     * @return false if there is none, or it is too old, overwritten, or descriptors are short
     */
    boolean repair(InFlight inFlight, long counter, long nowNanos) {
        int slot = bringBack(inFlight, counter, nowNanos);
        if (slot != PacketSlots.NONE) {
            append(slot);
        }
        return slot != PacketSlots.NONE;
    }

    private int bringBack(InFlight inFlight, long counter, long nowNanos) {
        long position = inFlight.arenaPosition(counter);
        if (!inFlight.hasPacket(counter)
                || (inFlight.flags(counter) & SlotNotes.COPY) != 0
                || nowNanos - inFlight.readNanos(counter) > MAX_AGE_NANOS
                || !context.arena().isLive(position)) {
            return PacketSlots.NONE;
        }
        int flags = inFlight.flags(counter);
        int slot = context.slots()
                .allocate(
                        position,
                        inFlight.length(counter),
                        inFlight.flowHash(counter),
                        (flags & URGENT) != 0 ? TrafficClass.URGENT : TrafficClass.BULK,
                        inFlight.readNanos(counter),
                        false);
        if (slot != PacketSlots.NONE) {
            copiedPackets++;
            int kept = flags & (SlotNotes.FREE | SlotNotes.EVEN);
            context.notes()
                    .set(slot, inFlight.sequence(counter), inFlight.flowDistance(counter), kept | SlotNotes.REPAIR);
        }
        return slot;
    }

    /** A packet with a number was sent or dropped: frees its slot. */
    void release(int slot) {
        if (context.notes().has(slot, SlotNotes.MOVED)) {
            context.notes().removeFlags(slot, SlotNotes.MOVED);
            moving--;
        }
        context.slots().free(slot);
    }

    /** Packets that were brought back, or reprieved. */
    long copiedPackets() {
        return copiedPackets;
    }
}
