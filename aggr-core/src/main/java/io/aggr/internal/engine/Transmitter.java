package io.aggr.internal.engine;

import io.aggr.CapacityUse;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.GoneWriter;
import io.aggr.internal.frame.IpFrame;
import io.aggr.internal.frame.Ticks;
import io.aggr.internal.packet.Arena;
import io.aggr.internal.packet.IcmpEcho;
import io.aggr.internal.path.Backlog;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.RepairBudget;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.TrafficClass;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Turns what waits for the lines of one peer into datagrams and sends them: takes a counter, writes the frames, seals, hands a batch to the link.
 * This is the last moment; before it a packet can still go elsewhere.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class Transmitter {

    private static final long RETRY_NANOS = 2_000_000;
    /** A packet that waited longer than this is not worth being sent again: the hosts have done so. */
    static final long MAX_REPAIR_AGE_NANOS = 1_000_000_000L;

    private static final long MILLI = 1_000_000;
    private static final int MAX_GONE = 256;

    /** What only the peer knows. */
    interface Owner {
        /** A packet that was not sent, or whose line failed, and that may go over another. The slot is the owner's from now on. */
        void reinject(int slot);

        /** A packet that the peer misses. The slot is the owner's from now on. */
        void repair(int slot);

        /** A slot is done with: the packet was sent or dropped. The owner frees it. */
        void release(int slot);

        /** How far a line has passed: all sequences up to this that it was given have been sent. */
        long passedSequence(SendPath path);

        /** Whether packets that were moved between lines wait to be sent: nothing sent meanwhile may prove them lost. */
        boolean holdsChains();

        /** Whether the peer has had traffic of late. */
        boolean isActive(long nowNanos);

        /** Nothing more waits for any line. */
        boolean isDrained();
    }

    private final EgressContext context;
    private final int peer;
    private final Tally<Drop> drops;
    private final Owner owner;
    private final MtuProbes mtuProbes;
    private final RepairBudget budget;
    private final GoneWriter goneWriter = new GoneWriter();
    private final long[] gone = new long[MAX_GONE];
    private int goneCount;
    private long sealedPackets;
    private long copiedPackets;

    Transmitter(EgressContext context, int peer, Tally<Drop> drops, Owner owner, RepairBudget budget) {
        this.context = context;
        this.peer = peer;
        this.drops = drops;
        this.owner = owner;
        mtuProbes = new MtuProbes(context, peer);
        this.budget = budget;
    }

    /** A new association begins: what was announced means nothing any more. */
    void reset() {
        goneCount = 0;
    }

    /** A sequence will never be sent. */
    void announceGone(long sequence) {
        if (context.traits().carriesFrames() && sequence > 0 && goneCount < MAX_GONE) {
            gone[goneCount++] = sequence;
        }
    }

    /**
     * Sends what a line's pacer lets through, and its control frames.
     *
     * @return whether a packet has left
     */
    boolean transmit(PathControl control, long nowNanos) {
        SendPath path = control.path();
        Link link = path.link();
        if (link == null || !path.isBound()) {
            return false;
        }
        PacketBatch batch = context.sendBatch();
        batch.open(0, batch.slab().sizeBytes());
        long firstCounter = path.inFlight().nextCounter();
        boolean progress = false;
        Backlog backlog = path.backlog();
        while (!backlog.isEmpty() && path.rate().pacer().nanosUntilFree(nowNanos) <= 0) {
            if (!hasRoom(batch, path)) {
                flush(control, link, firstCounter, nowNanos);
                firstCounter = path.inFlight().nextCounter();
                if (!path.state().carriesTraffic()) {
                    return progress;
                }
            }
            if (sealPacket(control, backlog.poll(), nowNanos)) {
                progress = true;
            } else {
                // A counter may have been used up without a datagram: what is in the batch must end before it.
                flush(control, link, firstCounter, nowNanos);
                firstCounter = path.inFlight().nextCounter();
            }
        }
        if (mtuProbes.sealIfDue(control, nowNanos)) {
            flush(control, link, firstCounter, nowNanos);
            firstCounter = path.inFlight().nextCounter();
        }
        if (control.nanosToDeadline(nowNanos) <= 0
                || (goneCount > 0 && path.state().carriesTraffic())) {
            if (!hasRoom(batch, path)) {
                flush(control, link, firstCounter, nowNanos);
                firstCounter = path.inFlight().nextCounter();
            }
            if (context.traits().carriesFrames()) {
                sealControl(control, nowNanos);
            } else {
                sealEchoes(control, nowNanos);
            }
        }
        flush(control, link, firstCounter, nowNanos);
        return progress;
    }

    private static boolean hasRoom(PacketBatch batch, SendPath path) {
        return batch.nextRoomBytes() >= path.sizes().mtuBytes();
    }

    private boolean sealPacket(PathControl control, int slot, long nowNanos) {
        Arena arena = context.arena();
        PacketSlots slots = context.slots();
        SlotNotes notes = context.notes();
        SendPath path = control.path();
        long position = slots.position(slot);
        if (!arena.isLive(position)) {
            drops.count(Drop.OVERWRITTEN);
            announceGone(notes.sequence(slot));
            owner.release(slot);
            return false;
        }
        int length = slots.lengthBytes(slot);
        if (length > path.maxPacketBytes()) {
            // The line takes less than it did when the packet was given to it.
            notes.addFlags(slot, SlotNotes.UNCHAINED);
            owner.reinject(slot);
            return false;
        }
        long sequence = notes.sequence(slot);
        DatagramBuilder builder = context.builder();
        builder.begin();
        builder.packet(
                arena.buffer(),
                arena.offset(position),
                length,
                !context.traits().carriesFrames());
        int flags = frameFlags(slot, path);
        long leavesNanos = nowNanos;
        if (context.traits().carriesFrames()) {
            boolean chained = (flags & (IpFrame.FREE | IpFrame.RETX)) == 0
                    && !notes.has(slot, SlotNotes.UNCHAINED)
                    && !owner.holdsChains()
                    && path.chain().admits(sequence);
            if (chained) {
                control.onPacket();
            }
            if (!MtuProbes.isDoubtful(control, path.sizes().packetWireBytes(length), nowNanos)) {
                appendControl(control, nowNanos);
            }
            // The stamp is of the moment when the datagram will have left, so that the delay does not depend on its
            // length.
            leavesNanos =
                    path.rate().pacer().leavesAtNanos(nowNanos, path.sizes().wireBytes(builder.lengthBytes()));
            IpFrame.put(
                    builder.header(),
                    0,
                    flags,
                    sequence,
                    Ticks.ofNanos(leavesNanos),
                    (leavesNanos - slots.arrivalNanos(slot)) / MILLI,
                    chained ? path.chain().join(sequence) : -1,
                    notes.flowDistance(slot));
        }
        long counter = path.inFlight()
                .add(
                        leavesNanos,
                        sequence,
                        position,
                        length,
                        slots.flowHash(slot),
                        notes.flags(slot) | (slots.isUrgent(slot) ? URGENT : 0),
                        notes.flowDistance(slot),
                        slots.arrivalNanos(slot));
        if (path.counters().noteCarrying(nowNanos)) {
            control.hurry(nowNanos, true);
        }
        if (notes.has(slot, SlotNotes.REPAIR)) {
            path.counters().onResent();
        }
        CapacityUse use = notes.has(slot, SlotNotes.REPAIR) ? CapacityUse.REPAIRS : CapacityUse.PACKETS;
        owner.release(slot);
        if (seal(path, counter, use, nowNanos)) {
            sealedPackets++;
            budget.onSent(nowNanos, path.sizes().packetWireBytes(length));
            return true;
        }
        path.inFlight().acknowledge(counter);
        drops.count(Drop.NOT_SENT);
        announceGone(sequence);
        return false;
    }

    /** In the ring of what is on its way, beside the flags of {@link SlotNotes}: the packet was urgent. */
    static final int URGENT = 8;

    private int frameFlags(int slot, SendPath path) {
        SlotNotes notes = context.notes();
        boolean last = path.backlog().isEmpty() && owner.isDrained();
        return (notes.has(slot, SlotNotes.FREE) ? IpFrame.FREE : 0)
                | (notes.has(slot, SlotNotes.EVEN) ? IpFrame.BULK : 0)
                | (notes.has(slot, SlotNotes.REPAIR) ? IpFrame.RETX : 0)
                | (context.slots().isMarkWanted(slot) ? IpFrame.CE : 0)
                | (last ? IpFrame.LAST : 0);
    }

    private void sealControl(PathControl control, long nowNanos) {
        DatagramBuilder builder = context.builder();
        builder.begin();
        appendControl(control, nowNanos);
        if (builder.controlBytes() > 0) {
            SendPath path = control.path();
            int flags = control.hasJustProbed() ? InFlight.STAMPED : 0;
            long counter = path.inFlight().add(nowNanos, InFlight.NO_SEQUENCE, 0, 0, 0, flags, 0, nowNanos);
            seal(path, counter, CapacityUse.CONTROL, nowNanos);
        }
    }

    /** Where nothing but packets can be sent, ICMP echo stands for all control frames. */
    private void sealEchoes(PathControl control, long nowNanos) {
        EchoProber echo = control.echo();
        if (echo == null) {
            return;
        }
        while (echo.replies() > 0) {
            int bytes = echo.takeReply();
            sealEcho(control.path(), echo.buffer(), echo.replyOffset(), bytes, nowNanos);
        }
        if (control.asks(owner.isActive(nowNanos), nowNanos)) {
            sealEcho(control.path(), echo.request(), 0, IcmpEcho.PROBE_BYTES, nowNanos);
        }
    }

    private void sealEcho(SendPath path, ByteBuffer packet, int offset, int bytes, long nowNanos) {
        DatagramBuilder builder = context.builder();
        builder.begin();
        builder.packet(packet, offset, bytes, true);
        long counter = path.inFlight().add(nowNanos, InFlight.NO_SEQUENCE, 0, 0, 0, 0, 0, nowNanos);
        path.inFlight().acknowledge(counter);
        seal(path, counter, CapacityUse.CONTROL, nowNanos);
    }

    private void appendControl(PathControl control, long nowNanos) {
        DatagramBuilder builder = context.builder();
        SendPath path = control.path();
        int room = Math.min(
                DatagramBuilder.CONTROL_BYTES - builder.controlBytes(),
                path.sizes().maxPlaintextBytes() - builder.lengthBytes());
        if (control.hasFrames(nowNanos)) {
            int written = control.write(
                    builder.control(),
                    builder.controlBytes(),
                    room,
                    owner.passedSequence(path),
                    owner.isActive(nowNanos),
                    nowNanos);
            builder.addControl(written);
            room -= written;
        }
        if (goneCount > 0 && path.state().carriesTraffic()) {
            appendGone(builder.control(), room);
        }
    }

    private void appendGone(ByteBuffer target, int room) {
        DatagramBuilder builder = context.builder();
        Arrays.sort(gone, 0, goneCount);
        goneWriter.begin(target, builder.controlBytes(), room);
        int told = 0;
        while (told < goneCount) {
            int end = told + 1;
            while (end < goneCount && gone[end] - gone[end - 1] <= 1) {
                end++;
            }
            if (!goneWriter.add(gone[told], gone[end - 1])) {
                break;
            }
            told = end;
        }
        builder.addControl(goneWriter.finish());
        System.arraycopy(gone, told, gone, 0, goneCount - told);
        goneCount -= told;
    }

    private boolean seal(SendPath path, long counter, CapacityUse use, long nowNanos) {
        int wireBytes = path.sizes().wireBytes(context.builder().lengthBytes());
        if (context.sealer().seal(peer, path.id(), counter, context.builder(), context.sendBatch()) == 1) {
            path.rate().pacer().onSent(nowNanos, wireBytes);
            path.account().onSent(use, wireBytes, path.rate().pacer());
            return true;
        }
        return false;
    }

    private void flush(PathControl control, Link link, long firstCounter, long nowNanos) {
        PacketBatch batch = context.sendBatch();
        SendPath path = control.path();
        int size = batch.size();
        int from = 0;
        while (from < size) {
            int sent = link.send(batch, from, size - from, path.remote());
            for (int i = from; i < from + sent; i++) {
                path.counters().onSent(path.sizes().outerBytes() + batch.length(i));
            }
            from += sent;
            if (from < size) {
                LinkFault fault = link.fault();
                path.counters().onFault(fault);
                if (fault == LinkFault.TOO_LARGE) {
                    path.sizes().mtu().onRefused(path.sizes().outerBytes() + batch.length(from), nowNanos);
                }
                onRefused(path, firstCounter + from, fault, nowNanos);
                from++;
                if (fault.isTransient() || fault.meansDown()) {
                    for (; from < size; from++) {
                        onRefused(path, firstCounter + from, fault, nowNanos);
                    }
                }
                if (fault.isTransient()) {
                    path.rate().pacer().pauseUntil(nowNanos + RETRY_NANOS);
                } else if (fault.meansDown()) {
                    control.watch().onLocalFault(nowNanos);
                    if (fault != LinkFault.UNREACHABLE) {
                        context.events().onLinkFailed(path.localLink());
                    }
                }
            }
        }
        batch.open(0, batch.slab().sizeBytes());
    }

    /** A datagram has not left. Its counter is used up; its packet goes over whichever line is next. */
    private void onRefused(SendPath path, long counter, LinkFault fault, long nowNanos) {
        InFlight inFlight = path.inFlight();
        if (!inFlight.isUnacknowledged(counter)) {
            return;
        }
        boolean again = fault != LinkFault.TOO_LARGE || inFlight.length(counter) > path.maxPacketBytes();
        if (!again || !reinject(inFlight, counter, nowNanos)) {
            if (inFlight.hasPacket(counter) && (inFlight.flags(counter) & SlotNotes.COPY) == 0) {
                drops.count(Drop.REFUSED);
                announceGone(inFlight.sequence(counter));
            }
        }
        inFlight.acknowledge(counter);
    }

    /**
     * Gives the inner packet of a datagram back for another line.
     *
     * @return false if there is none, or it is too old, overwritten, or descriptors are short
     */
    boolean reinject(InFlight inFlight, long counter, long nowNanos) {
        int slot = again(inFlight, counter, nowNanos);
        if (slot != PacketSlots.NONE) {
            owner.reinject(slot);
        }
        return slot != PacketSlots.NONE;
    }

    /**
     * Gives the inner packet of a datagram that was lost back, to be sent again.
     *
     * @return false if there is none, or it is too old, overwritten, or descriptors are short
     */
    boolean repair(InFlight inFlight, long counter, long nowNanos) {
        int slot = again(inFlight, counter, nowNanos);
        if (slot != PacketSlots.NONE) {
            owner.repair(slot);
        }
        return slot != PacketSlots.NONE;
    }

    private int again(InFlight inFlight, long counter, long nowNanos) {
        long position = inFlight.arenaPosition(counter);
        if (!inFlight.hasPacket(counter)
                || (inFlight.flags(counter) & SlotNotes.COPY) != 0
                || nowNanos - inFlight.readNanos(counter) > MAX_REPAIR_AGE_NANOS
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

    /** Datagrams with an inner packet that were sealed, copies and repairs among them. */
    long sealedPackets() {
        return sealedPackets;
    }

    /** Packets that were brought back from what was on its way, to be sent again. */
    long copiedPackets() {
        return copiedPackets;
    }
}
