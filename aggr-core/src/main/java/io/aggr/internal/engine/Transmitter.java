package io.aggr.internal.engine;

import io.aggr.CapacityUse;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.IpFrame;
import io.aggr.internal.frame.Ticks;
import io.aggr.internal.packet.Arena;
import io.aggr.internal.packet.IcmpEcho;
import io.aggr.internal.path.Backlog;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.RepairBudget;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.queue.FlowQueues;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.packet.PacketBatch;
import java.nio.ByteBuffer;

/**
 * Turns what waits for the lines of one peer into datagrams and sends them: takes a counter, writes the frames, seals, hands a batch to the link.
 * This is the last moment; before it a packet can still go elsewhere.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class Transmitter {

    private static final long RETRY_NANOS = 2_000_000;
    private static final long MILLI = 1_000_000;

    private final EgressContext context;
    private final int peer;
    private final Tally<Drop> drops;
    private final FlowQueues queues;
    private final Resends resends;
    private final GoneAnnouncements gone;
    private final ControlWriter controls;
    private final Activity activity;
    private final MtuProbes mtuProbes;
    private final RepairBudget budget;
    private long sealedPackets;

    Transmitter(
            EgressContext context,
            int peer,
            FlowQueues queues,
            Resends resends,
            GoneAnnouncements gone,
            ControlWriter controls,
            Activity activity,
            Tally<Drop> drops,
            RepairBudget budget) {
        this.context = context;
        this.peer = peer;
        this.queues = queues;
        this.resends = resends;
        this.gone = gone;
        this.controls = controls;
        this.activity = activity;
        this.drops = drops;
        mtuProbes = new MtuProbes(context, peer);
        this.budget = budget;
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
        if (controls.isDue(control, nowNanos)) {
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
            gone.announce(notes.sequence(slot));
            resends.release(slot);
            return false;
        }
        int length = slots.lengthBytes(slot);
        if (length > path.maxPacketBytes()) {
            // The line takes less than it did when the packet was given to it.
            notes.addFlags(slot, SlotNotes.UNCHAINED);
            resends.reinject(slot);
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
                    && !resends.areMoving()
                    && path.chain().admits(sequence);
            if (chained) {
                control.onPacket();
            }
            if (!MtuProbes.isDoubtful(control, path.sizes().packetWireBytes(length), nowNanos)) {
                controls.append(control, nowNanos);
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
                        notes.flags(slot) | (slots.isUrgent(slot) ? Resends.URGENT : 0),
                        notes.flowDistance(slot),
                        slots.arrivalNanos(slot));
        if (path.counters().noteCarrying(nowNanos)) {
            control.hurry(nowNanos, true);
        }
        if (notes.has(slot, SlotNotes.REPAIR)) {
            path.counters().onResent();
        }
        CapacityUse use = notes.has(slot, SlotNotes.REPAIR) ? CapacityUse.REPAIRS : CapacityUse.PACKETS;
        resends.release(slot);
        if (seal(path, counter, use, nowNanos)) {
            sealedPackets++;
            budget.onSent(nowNanos, path.sizes().packetWireBytes(length));
            return true;
        }
        path.inFlight().acknowledge(counter);
        drops.count(Drop.NOT_SENT);
        gone.announce(sequence);
        return false;
    }

    private int frameFlags(int slot, SendPath path) {
        SlotNotes notes = context.notes();
        boolean last = path.backlog().isEmpty() && queues.queuedPackets() == 0 && resends.isEmpty();
        return (notes.has(slot, SlotNotes.FREE) ? IpFrame.FREE : 0)
                | (notes.has(slot, SlotNotes.EVEN) ? IpFrame.BULK : 0)
                | (notes.has(slot, SlotNotes.REPAIR) ? IpFrame.RETX : 0)
                | (context.slots().isMarkWanted(slot) ? IpFrame.CE : 0)
                | (last ? IpFrame.LAST : 0);
    }

    private void sealControl(PathControl control, long nowNanos) {
        DatagramBuilder builder = context.builder();
        builder.begin();
        controls.append(control, nowNanos);
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
        if (control.asks(activity.isActive(nowNanos), nowNanos)) {
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
        if (!again || !resends.reinject(inFlight, counter, nowNanos)) {
            if (inFlight.hasPacket(counter) && (inFlight.flags(counter) & SlotNotes.COPY) == 0) {
                drops.count(Drop.REFUSED);
                gone.announce(inFlight.sequence(counter));
            }
        }
        inFlight.acknowledge(counter);
    }

    /** Datagrams with an inner packet that were sealed, copies and repairs among them. */
    long sealedPackets() {
        return sealedPackets;
    }
}
