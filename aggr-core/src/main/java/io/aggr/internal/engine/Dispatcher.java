package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.internal.packet.Ecn;
import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.queue.FlowQueues;
import io.aggr.internal.queue.PacketSlots;

/**
 * Asks the scheduler of one peer which lines its waiting packets take, those that are sent again first, and gives them to the lines' backlogs until
 * the scheduler wants to wait. A new packet gets its number here.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class Dispatcher {

    private static final int MAX_PARKED = 16;
    private static final long ASK_AGAIN_NANOS = 1_000_000;

    private final EgressContext context;
    private final AnsweredLines answered;
    private final PathSet paths;
    private final FlowQueues queues;
    private final Resends resends;
    private final PacketNumbers numbers;
    private final GoneAnnouncements gone;
    private final SchedulerGuard guard;
    private final SpareCopies spare;
    private final IdleReasons idle;
    private final Activity activity;
    private final Tally<Drop> drops;
    private final Tally<Event> events;
    private long copiedPackets;

    Dispatcher(
            EgressContext context,
            AnsweredLines answered,
            PathSet paths,
            FlowQueues queues,
            Resends resends,
            PacketNumbers numbers,
            GoneAnnouncements gone,
            SchedulerGuard guard,
            SpareCopies spare,
            IdleReasons idle,
            Activity activity,
            Tally<Drop> drops,
            Tally<Event> events) {
        this.context = context;
        this.answered = answered;
        this.paths = paths;
        this.queues = queues;
        this.resends = resends;
        this.numbers = numbers;
        this.gone = gone;
        this.guard = guard;
        this.spare = spare;
        this.idle = idle;
        this.activity = activity;
        this.drops = drops;
        this.events = events;
    }

    /** Asks about what waits. Returns how long the scheduler wants to wait, {@link Long#MAX_VALUE} if nothing is left. */
    long dispatch(long nowNanos) {
        if (paths.usable() == 0) {
            return Long.MAX_VALUE;
        }
        long wait = dispatchResends(nowNanos);
        queues.beginRound();
        int parked = 0;
        while (parked < MAX_PARKED) {
            int slot = queues.next(nowNanos);
            if (slot == PacketSlots.NONE) {
                break;
            }
            if (!context.arena().isLive(context.slots().position(slot))) {
                drop(queues.take(), Drop.OVERWRITTEN);
                continue;
            }
            if (numbers.areUsedUp()) {
                drop(queues.take(), Drop.NUMBERS_USED_UP);
                continue;
            }
            context.view().show(slot, nowNanos, answered, paths);
            guard.select(context.view(), nowNanos);
            if (guard.isDropped()) {
                drop(queues.take(), Drop.SCHEDULER);
            } else if (guard.count() > 0) {
                assign(queues.take(), nowNanos);
            } else if (fitsNowhere(context.slots().lengthBytes(slot))) {
                dropTooLarge(queues.take(), nowNanos);
            } else {
                wait = Math.min(wait, Math.min(guard.waitNanos(), nanosUntilALineIsFree(nowNanos)));
                queues.park();
                parked++;
            }
        }
        return wait;
    }

    private long dispatchResends(long nowNanos) {
        while (!resends.isEmpty()) {
            int slot = resends.first();
            boolean stale = resends.isStale(slot, nowNanos);
            if (stale || !context.arena().isLive(context.slots().position(slot))) {
                giveUp();
                drop(slot, stale ? Drop.STALE : Drop.OVERWRITTEN);
                continue;
            }
            context.view().show(slot, nowNanos, answered, paths);
            guard.select(context.view(), nowNanos);
            if (guard.isDropped()) {
                giveUp();
                drop(slot, Drop.SCHEDULER);
            } else if (guard.count() > 0) {
                resends.poll();
                give(slot, guard.pick(0), true);
            } else if (fitsNowhere(context.slots().lengthBytes(slot))) {
                giveUp();
                dropTooLarge(slot, nowNanos);
            } else {
                return Math.min(guard.waitNanos(), nanosUntilALineIsFree(nowNanos));
            }
        }
        return Long.MAX_VALUE;
    }

    /** The first packet that was to be sent again will not be. */
    private void giveUp() {
        gone.announce(context.notes().sequence(resends.poll()));
    }

    /** It was let in while a line might have taken it. */
    private void dropTooLarge(int slot, long nowNanos) {
        int longest = Math.min(context.tunMtuBytes(), paths.longestPacketBytes());
        context.tooBig()
                .send(
                        context.arena().offset(context.slots().position(slot)),
                        context.slots().lengthBytes(slot),
                        longest,
                        events,
                        nowNanos);
        drop(slot, Drop.TOO_LARGE);
    }

    private void drop(int slot, Drop reason) {
        drops.count(reason);
        resends.release(slot);
    }

    private boolean fitsNowhere(int lengthBytes) {
        for (int i = 0; i < paths.size(); i++) {
            SendPath path = paths.get(i);
            if (path.state().carriesTraffic()
                    && !path.isStandingBy()
                    && lengthBytes <= path.sizes().hopedPacketBytes()) {
                return false;
            }
        }
        return true;
    }

    /** Gives a packet its sequence and hands it, or copies of it, to the lines that were picked. */
    private void assign(int slot, long nowNanos) {
        PacketSlots slots = context.slots();
        long sequence = numbers.take();
        boolean free = slots.isUrgent(slot);
        int distance = free ? 0 : numbers.distanceInGroup(slots.flowHash(slot), sequence);
        if (slots.isMarkWanted(slot)) {
            Ecn.mark(context.arena().buffer(), context.arena().offset(slots.position(slot)));
            events.count(Event.MARKED);
            idle.onQueueDrop(nowNanos);
        }
        // Without numbers the peer could not tell a copy from a packet of its own right.
        int copies = context.traits().carriesFrames() ? guard.count() : 1;
        int flags = (free ? SlotNotes.FREE : 0)
                | (copies > 1 ? SlotNotes.UNCHAINED : 0)
                | (context.notes().flags(slot) & SlotNotes.EVEN);
        context.notes().set(slot, sequence, distance, flags);
        for (int i = 1; i < copies; i++) {
            copy(slot, guard.pick(i), free);
        }
        int another = copies > 1 ? SpareCopies.NONE : spare.lineForCopy(context.view(), guard.pick(0), nowNanos);
        if (another != SpareCopies.NONE) {
            context.notes().addFlags(slot, SlotNotes.UNCHAINED | SlotNotes.COPY);
            copy(slot, another, free);
            context.notes().removeFlags(slot, SlotNotes.UNCHAINED | SlotNotes.COPY);
            events.count(Event.SPARE_COPY);
        }
        give(slot, guard.pick(0), free);
        activity.onAssigned(nowNanos);
    }

    /** Gives a line a copy of a packet, with the notes of the packet. */
    private void copy(int slot, int line, boolean urgent) {
        PacketSlots slots = context.slots();
        int copy = slots.allocate(
                slots.position(slot),
                slots.lengthBytes(slot),
                slots.flowHash(slot),
                slots.trafficClass(slot),
                slots.arrivalNanos(slot),
                false);
        if (copy != PacketSlots.NONE) {
            SlotNotes notes = context.notes();
            copiedPackets++;
            notes.set(copy, notes.sequence(slot), notes.flowDistance(slot), notes.flags(slot));
            give(copy, line, urgent);
        }
    }

    private void give(int slot, int line, boolean urgent) {
        SendPath path = paths.get(line);
        path.backlog().add(slot, path.sizes().packetWireBytes(context.slots().lengthBytes(slot)), urgent);
    }

    private long nanosUntilALineIsFree(long nowNanos) {
        long least = Long.MAX_VALUE;
        boolean anyFree = false;
        for (int i = 0; i < paths.size(); i++) {
            SendPath path = paths.get(i);
            if (path.state().carriesTraffic() && !path.isStandingBy()) {
                long distance = path.rate().pacer().nanosUntilFree(nowNanos);
                if (distance > 0) {
                    least = Math.min(least, distance);
                } else {
                    anyFree = true;
                }
            }
        }
        return anyFree ? Math.min(least, ASK_AGAIN_NANOS) : least;
    }

    /** Packets that were given to a second line besides. */
    long copiedPackets() {
        return copiedPackets;
    }
}
