package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.internal.path.Backlog;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.queue.PacketSlots;

/**
 * What becomes of the packets of a line that fails, or takes less than it did: they go over the others.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class Rescue {

    private final EgressContext context;
    private final PathSet paths;
    private final PacketNumbers numbers;
    private final Resends resends;
    private final GoneAnnouncements gone;
    private final Tally<Event> events;
    private final Reprieve reprieve;

    Rescue(
            EgressContext context,
            PathSet paths,
            PacketNumbers numbers,
            Resends resends,
            GoneAnnouncements gone,
            Tally<Event> events) {
        this.context = context;
        this.paths = paths;
        this.numbers = numbers;
        this.resends = resends;
        this.gone = gone;
        this.events = events;
        reprieve = new Reprieve(context.slots(), context.arena());
    }

    /** CoDel drops a packet; its slot is freed afterwards. */
    void onCoDelDrop(int slot, long nowNanos) {
        reprieve.onDrop(slot, nowNanos);
    }

    /** What was dropped just before a line failed goes first, in whatever order: later packets of its flow have gone. */
    void reprieveDropped(long nowNanos) {
        if (paths.usable() == 0 || numbers.areUsedUp()) {
            return;
        }
        for (int slot = reprieve.poll(nowNanos); slot != PacketSlots.NONE; slot = reprieve.poll(nowNanos)) {
            context.notes().set(slot, numbers.take(), 0, SlotNotes.FREE | SlotNotes.UNCHAINED);
            resends.reprieve(slot);
        }
    }

    /** What was on a line that failed goes to the others, oldest first: first what was sent and not acknowledged, then what waited. */
    void takeBack(SendPath path, long nowNanos) {
        takeBackSent(path, nowNanos);
        Backlog backlog = path.backlog();
        for (int slot = backlog.poll(); slot != Backlog.NONE; slot = backlog.poll()) {
            context.notes().addFlags(slot, SlotNotes.UNCHAINED);
            resends.reinject(slot);
        }
    }

    /** What was sent over a line and is not acknowledged is lost: it goes over whichever line is next, oldest first. */
    void takeBackSent(SendPath path, long nowNanos) {
        InFlight inFlight = path.inFlight();
        long next = inFlight.nextCounter();
        for (long counter = inFlight.oldestCounter(); counter < next; counter++) {
            if (inFlight.isUnacknowledged(counter)) {
                if (!resends.reinject(inFlight, counter, nowNanos) && inFlight.hasPacket(counter)) {
                    gone.announce(inFlight.sequence(counter));
                }
                inFlight.acknowledge(counter);
            }
        }
    }

    /** A line takes less than it did: what is longer and was sent over it goes over others, if need be once the line's MTU is known again. */
    void takeBackLong(SendPath path, long nowNanos) {
        InFlight inFlight = path.inFlight();
        long next = inFlight.nextCounter();
        for (long counter = inFlight.oldestCounter(); counter < next; counter++) {
            if (inFlight.isUnacknowledged(counter)
                    && inFlight.hasPacket(counter)
                    && inFlight.length(counter) > path.maxPacketBytes()) {
                resends.reinject(inFlight, counter, nowNanos);
                inFlight.acknowledge(counter);
            }
        }
        events.count(Event.MTU_FELL);
    }
}
