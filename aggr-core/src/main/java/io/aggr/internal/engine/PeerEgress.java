package io.aggr.internal.engine;

import io.aggr.encap.Session;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.CloseFrame;
import io.aggr.internal.frame.Serial;
import io.aggr.internal.packet.Ecn;
import io.aggr.internal.path.Backlog;
import io.aggr.internal.path.Heard;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.Pacer;
import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.PathWatch;
import io.aggr.internal.path.RepairBudget;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.queue.DropReason;
import io.aggr.internal.queue.FlowQueueSettings;
import io.aggr.internal.queue.FlowQueues;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.link.LinkState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way out to one peer: flow queues, the scheduler's decisions, sequences, the lines' backlogs, and what has to be sent again.
 *
 * <p>Confined to the thread that sends. {@link #run} allocates nothing.
 */
final class PeerEgress implements PathWatch.Listener, Transmitter.Owner {

    private static final long MILLI = 1_000_000;
    private static final int MAX_PARKED = 16;
    private static final long ASK_AGAIN_NANOS = MILLI;
    private static final long ACTIVE_NANOS = 2_000 * MILLI;
    private static final long CODEL_FLOOR_NANOS = 5 * MILLI;
    private static final long CODEL_INTERVAL_FLOOR_NANOS = 150 * MILLI;
    private static final long QUEUE_LIMIT_NANOS = 250 * MILLI;
    private static final long QUEUE_FLOOR_BYTES = 131_072;
    private static final long MAX_REPAIR_AGE_NANOS = Transmitter.MAX_REPAIR_AGE_NANOS;
    private static final int MAX_ROUNDS = 64;
    private static final int GROUPS = 256;
    private static final long REST_NANOS = 10_000 * MILLI;
    private static final long RETIRE_AGAIN_NANOS = 60_000 * MILLI;

    /** Beyond this nothing is sent: a receiver could not tell what comes behind it from what came long ago. */
    private static final long LAST_SEQUENCE = Serial.MAX_SEQUENCE - (1L << 24);

    private final EgressContext context;
    private final PeerSettings settings;
    private final PathSet paths = new PathSet();
    private final List<PathControl> controls = new ArrayList<>();
    private final Tally<Drop> drops = new Tally<>("", Drop.class);
    private final Tally<DropReason> queueDrops = new Tally<>("queue", DropReason.class);
    private final Tally<Event> events = new Tally<>("", Event.class);
    private final FlowQueues queues;
    private final SchedulerGuard guard;
    private final IdleReasons idle = new IdleReasons(paths);
    private final Transmitter transmitter;
    private final Repairs repairs;
    private final long queueCeilingBytes;
    private final long[] lastInGroup = new long[GROUPS];
    private final OutageGrace grace = new OutageGrace();
    private final AnsweredLines answered;
    private final SpareCopies spare = new SpareCopies(paths, controls);
    private final WindowFreeze windows;
    private final Reprieve reprieve;
    private final PeerLines lines;
    private final PeerReports reports;
    private final PeerWatch watch;

    private long nextSequence = 1;
    private boolean retiring;
    private long retiredNanos;
    private int repairHead = PacketSlots.NONE;
    private int repairTail = PacketSlots.NONE;
    private int repairCount;
    private long queueLimitBytes;
    private int movedCount;
    private long copiedPackets;
    private boolean established;
    private long association;
    private @Nullable Session session;
    private boolean trafficSeen;
    private boolean resting = true;
    private long lastTrafficNanos;
    private long lastRunNanos;
    private long tunPackets;
    private long tunBytes;

    PeerEgress(
            EgressContext context,
            PeerSettings settings,
            AnsweredLines answered,
            StallGuard stalls,
            TrainSender trains) {
        this.answered = answered;
        this.context = context;
        this.settings = settings;
        queueCeilingBytes = context.arena().capacityBytes() / 3;
        reprieve = new Reprieve(context.slots(), context.arena());
        queues = new FlowQueues(
                context.slots(),
                FlowQueueSettings.defaults()
                        .withLimits(QUEUE_FLOOR_BYTES, context.slots().capacity() / 2),
                this::onQueueDrop);
        guard = new SchedulerGuard(
                settings.scheduler().get(),
                settings.fallback().get(),
                paths,
                events,
                () -> context.events()
                        .onWarning("scheduler " + settings.schedulerName() + " of peer " + settings.name()
                                + " failed and is not asked any more; a built-in one has taken over"));
        RepairBudget budget = new RepairBudget();
        if (guard.followsAnswers()) {
            answered.want();
        }
        transmitter = new Transmitter(context, settings.index(), drops, this, budget);
        repairs = new Repairs(this, budget);
        windows = new WindowFreeze(context, settings.index(), events);
        lines = new PeerLines(context, this);
        reports = new PeerReports(this, stalls, trains);
        watch = new PeerWatch(this, stalls);
    }

    /** Adds a line, down and without a far end. */
    PathControl addLine(int id, String name, int inFlightCapacity) {
        SendPath path = new SendPath(
                paths.size(), id, name, paths, context.traits().overheadBytes(), inFlightCapacity, new Heard());
        if (!context.traits().carriesFrames()) {
            path.rate().withoutReports();
            path.sizes().withoutFrames();
        }
        paths.add(path);
        path.rate().pacer().toleratesLateness(context.timerLatenessNanos());
        path.sizes().searchMtu(context.tunMtuBytes());
        PathControl control = new PathControl(path, new PathWatch(path, this), context.random());
        controls.add(control);
        return control;
    }

    PeerSettings settings() {
        return settings;
    }

    PathSet paths() {
        return paths;
    }

    List<PathControl> controls() {
        return controls;
    }

    Transmitter transmitter() {
        return transmitter;
    }

    IdleReasons idle() {
        return idle;
    }

    SchedulerGuard guard() {
        return guard;
    }

    PeerLines lines() {
        return lines;
    }

    PeerReports reports() {
        return reports;
    }

    PeerWatch watch() {
        return watch;
    }

    Repairs repairs() {
        return repairs;
    }

    FlowQueues queues() {
        return queues;
    }

    Tally<Drop> drops() {
        return drops;
    }

    Tally<DropReason> queueDrops() {
        return queueDrops;
    }

    Tally<Event> events() {
        return events;
    }

    private void onQueueDrop(int slot, DropReason reason) {
        queueDrops.count(reason);
        if (reason == DropReason.CODEL) {
            reprieve.onDrop(slot, lastRunNanos);
            windows.onDrop(slot);
        }
        idle.onQueueDrop(lastRunNanos);
    }

    boolean isEstablished() {
        return established;
    }

    long tunPackets() {
        return tunPackets;
    }

    long tunBytes() {
        return tunBytes;
    }

    /** A packet has come from the TUN; the slot is this peer's now. */
    void enqueue(int slot, long nowNanos) {
        tunPackets++;
        tunBytes += context.slots().lengthBytes(slot);
        noteTraffic(nowNanos);
        queues.enqueue(slot);
    }

    /** Packets travel, in either direction: probes are sent often. */
    void noteTraffic(long nowNanos) {
        if (!isActive(nowNanos)) {
            for (int i = 0; i < controls.size(); i++) {
                controls.get(i).hurry(nowNanos, true);
            }
        }
        trafficSeen = true;
        resting = false;
        lastTrafficNanos = nowNanos;
    }

    /**
     * When nothing has travelled for a while, gives back what only traffic needs.
     *
     * @return whether the peer is idle and owes no answer, so that it need not be looked at often
     */
    boolean rest(long nowNanos) {
        if (isActive(nowNanos)) {
            return false;
        }
        boolean awaited = false;
        for (int i = 0; i < controls.size(); i++) {
            awaited |= controls.get(i).unansweredSinceNanos() != Long.MAX_VALUE;
        }
        if (!resting && nowNanos - lastTrafficNanos > REST_NANOS) {
            resting = true;
            queues.rest();
            for (int i = 0; i < controls.size(); i++) {
                controls.get(i).path().inFlight().rest();
            }
        }
        return !awaited;
    }

    @Override
    public boolean isActive(long nowNanos) {
        return (trafficSeen && nowNanos - lastTrafficNanos < ACTIVE_NANOS) || queues.queuedPackets() > 0;
    }

    /** There are keys to seal with, and the other half knows of them. The handshake hands a session over again until it is in use. */
    void onSession(Session newSession, long nowNanos) {
        boolean isNew = !established || association != newSession.association();
        context.sealer().install(newSession);
        if (session != newSession) {
            session = newSession;
            events.count(Event.NEW_KEYS);
        }
        if (isNew) {
            association = newSession.association();
            reports.reset();
            lines.onNewAssociation(nowNanos);
            onNewAssociation(nowNanos);
            context.events().onSession(settings.name());
        }
        watch.onGreeted(nowNanos);
    }

    /** A new association: sequences and counters begin again, what was on its way is given up. */
    private void onNewAssociation(long nowNanos) {
        established = true;
        nextSequence = 1;
        retiring = false;
        Arrays.fill(lastInGroup, 0);
        transmitter.reset();
        while (repairHead != PacketSlots.NONE) {
            drop(pollRepair(), Drop.NOT_SENT);
        }
        for (int i = 0; i < controls.size(); i++) {
            PathControl control = controls.get(i);
            SendPath path = control.path();
            for (int slot = path.backlog().poll();
                    slot != Backlog.NONE;
                    slot = path.backlog().poll()) {
                drop(slot, Drop.NOT_SENT);
            }
            path.resetNumbers();
            control.watch().onNewAssociation(nowNanos);
            control.stop();
            if (path.isBound()) {
                control.startProbing(nowNanos);
            }
        }
        queues.resetCoDel();
        events.count(Event.ASSOCIATION);
    }

    /** Tells the peer over all lines that there is nothing more to come. */
    void sayGoodbye(CloseFrame.Reason reason, long nowNanos) {
        if (!context.sealer().isReady(settings.index()) || !context.traits().carriesFrames()) {
            return;
        }
        ByteBuffer frame = ByteBuffer.allocate(CloseFrame.BYTES);
        CloseFrame.put(frame, 0, reason);
        for (PathControl control : controls) {
            if (control.path().isBound()) {
                control.queue(frame, 0, CloseFrame.BYTES, nowNanos);
                transmitter.transmit(control, nowNanos);
            }
        }
    }

    /** The peer is removed: nothing of it is in any slot any more. Returns how many packets waited. */
    int abandon() {
        int waited = queues.queuedPackets();
        queues.clear(DropReason.CLEARED);
        while (repairHead != PacketSlots.NONE) {
            release(pollRepair());
            waited++;
        }
        for (int i = 0; i < controls.size(); i++) {
            Backlog backlog = controls.get(i).path().backlog();
            for (int slot = backlog.poll(); slot != Backlog.NONE; slot = backlog.poll()) {
                release(slot);
                waited++;
            }
        }
        return waited;
    }

    /** Whether it is time to ask for a new association because sequences are nearly used up: once a minute until there is one. */
    boolean takeRetirement(long nowNanos) {
        if (nextSequence < Serial.RETIRE_SEQUENCE || (retiring && nowNanos - retiredNanos < RETIRE_AGAIN_NANOS)) {
            return false;
        }
        retiring = true;
        retiredNanos = nowNanos;
        return true;
    }

    /** For tests: the sequence of the next packet. */
    void nextSequence(long sequence) {
        nextSequence = sequence;
    }

    /** Dispatches and sends. Returns how long until there is something to do again, {@link Long#MAX_VALUE} if only events matter. */
    long run(long nowNanos) {
        if (!context.sealer().isReady(settings.index())) {
            return Long.MAX_VALUE;
        }
        lastRunNanos = nowNanos;
        idle.pass(nowNanos);
        long wait = Long.MAX_VALUE;
        boolean progress = true;
        for (int round = 0; progress && round < MAX_ROUNDS; round++) {
            wait = dispatch(nowNanos);
            progress = false;
            for (int i = 0; i < controls.size(); i++) {
                progress |= transmit(controls.get(i), nowNanos);
            }
        }
        idle.note(repairCount > 0 || queues.queuedPackets() > 0, nowNanos);
        return progress ? 0 : Math.min(wait, nanosToDeadline(nowNanos));
    }

    private boolean transmit(PathControl control, long nowNanos) {
        SendPath path = control.path();
        long before = path.chain().lastSequence();
        boolean progress = transmitter.transmit(control, nowNanos);
        if (path.chain().lastSequence() != before && path.backlog().isEmpty() && paths.usable() > 1) {
            control.onBacklogEmpty(nowNanos + Math.max(0, path.rate().pacer().nanosUntilFree(nowNanos)));
        }
        return progress;
    }

    /** Asks the scheduler about waiting packets until it wants to wait. */
    private long dispatch(long nowNanos) {
        if (paths.usable() == 0) {
            return Long.MAX_VALUE;
        }
        long wait = dispatchRepairs(nowNanos);
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
            if (nextSequence > LAST_SEQUENCE) {
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

    private long dispatchRepairs(long nowNanos) {
        while (repairHead != PacketSlots.NONE) {
            int slot = repairHead;
            boolean stale = nowNanos - context.slots().arrivalNanos(slot) > MAX_REPAIR_AGE_NANOS;
            if (stale || !context.arena().isLive(context.slots().position(slot))) {
                pollRepair();
                transmitter.announceGone(context.notes().sequence(slot));
                drop(slot, stale ? Drop.STALE : Drop.OVERWRITTEN);
                continue;
            }
            context.view().show(slot, nowNanos, answered, paths);
            guard.select(context.view(), nowNanos);
            if (guard.isDropped()) {
                pollRepair();
                transmitter.announceGone(context.notes().sequence(slot));
                drop(slot, Drop.SCHEDULER);
            } else if (guard.count() > 0) {
                pollRepair();
                give(slot, guard.pick(0), true);
            } else if (fitsNowhere(context.slots().lengthBytes(slot))) {
                pollRepair();
                transmitter.announceGone(context.notes().sequence(slot));
                dropTooLarge(slot, nowNanos);
            } else {
                return Math.min(guard.waitNanos(), nanosUntilALineIsFree(nowNanos));
            }
        }
        return Long.MAX_VALUE;
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
        long sequence = nextSequence++;
        int group = slots.flowHash(slot) >>> 24;
        boolean free = slots.isUrgent(slot);
        int distance = 0;
        if (!free) {
            distance = lastInGroup[group] == 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, sequence - lastInGroup[group]);
            lastInGroup[group] = sequence;
        }
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
        lastTrafficNanos = nowNanos;
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

    private void drop(int slot, Drop reason) {
        drops.count(reason);
        release(slot);
    }

    @Override
    public void release(int slot) {
        if (context.notes().has(slot, SlotNotes.MOVED)) {
            context.notes().removeFlags(slot, SlotNotes.MOVED);
            movedCount--;
        }
        context.slots().free(slot);
    }

    @Override
    public void repair(int slot) {
        append(slot);
    }

    @Override
    public void reinject(int slot) {
        append(slot);
        if (!context.notes().has(slot, SlotNotes.MOVED)) {
            context.notes().addFlags(slot, SlotNotes.MOVED);
            movedCount++;
        }
        events.count(Event.REINJECTED);
    }

    private void append(int slot) {
        idle.onResend(lastRunNanos);
        context.slots().link(slot, PacketSlots.NONE);
        if (repairTail == PacketSlots.NONE) {
            repairHead = slot;
        } else {
            context.slots().link(repairTail, slot);
        }
        repairTail = slot;
        repairCount++;
    }

    private int pollRepair() {
        int slot = repairHead;
        repairHead = context.slots().next(slot);
        if (repairHead == PacketSlots.NONE) {
            repairTail = PacketSlots.NONE;
        }
        repairCount--;
        return slot;
    }

    @Override
    public long passedSequence(SendPath path) {
        if (movedCount > 0 || path.backlog().isUrgentNext()) {
            return 0;
        }
        int first = path.backlog().firstOrdinary();
        return first == Backlog.NONE ? nextSequence - 1 : context.notes().sequence(first) - 1;
    }

    @Override
    public boolean holdsChains() {
        return movedCount > 0;
    }

    @Override
    public boolean isDrained() {
        return queues.queuedPackets() == 0 && repairCount == 0;
    }

    @Override
    public void onState(SendPath path, LinkState previous, long nowNanos) {
        if (previous.carriesTraffic() && !path.state().carriesTraffic()) {
            grace.onLineLost(path.rate().pacer().bitsPerSecond(), paths.sumBitsPerSecond(), nowNanos);
            MtuProbes.onSilence(path, nowNanos);
            reprieveDropped(nowNanos);
            takeBack(path, nowNanos);
        }
        if (path.state().carriesTraffic()) {
            grace.onLineBack(paths.sumBitsPerSecond() - path.rate().pacer().bitsPerSecond(), nowNanos);
            path.rate().pacer().restart(nowNanos);
            path.sizes().mtu().onUp(nowNanos);
            if (paths.usable() == 1) {
                queues.resetCoDel();
            }
        }
        paths.compareDelays();
        adjustQueues(nowNanos);
        controls.get(path.index()).hurry(nowNanos, isActive(nowNanos));
        guard.onLinkState(path, previous, nowNanos);
        context.events().onLinkState(settings.name(), path.name(), previous, path.state());
    }

    /** What was dropped just now goes first, in whatever order: later packets of its flow have gone. */
    private void reprieveDropped(long nowNanos) {
        if (paths.usable() == 0 || nextSequence > LAST_SEQUENCE) {
            return;
        }
        for (int slot = reprieve.poll(nowNanos); slot != PacketSlots.NONE; slot = reprieve.poll(nowNanos)) {
            context.notes().set(slot, nextSequence++, 0, SlotNotes.FREE | SlotNotes.UNCHAINED);
            copiedPackets++;
            reinject(slot);
            events.count(Event.REPRIEVED);
        }
    }

    /** What was on a line that failed goes to the others, oldest first: first what was sent and not acknowledged, then what waited. */
    private void takeBack(SendPath path, long nowNanos) {
        InFlight inFlight = path.inFlight();
        long next = inFlight.nextCounter();
        for (long counter = inFlight.oldestCounter(); counter < next; counter++) {
            if (inFlight.isUnacknowledged(counter)) {
                if (!transmitter.reinject(inFlight, counter, nowNanos) && inFlight.hasPacket(counter)) {
                    transmitter.announceGone(inFlight.sequence(counter));
                }
                inFlight.acknowledge(counter);
            }
        }
        Backlog backlog = path.backlog();
        for (int slot = backlog.poll(); slot != Backlog.NONE; slot = backlog.poll()) {
            context.notes().addFlags(slot, SlotNotes.UNCHAINED);
            reinject(slot);
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
                transmitter.reinject(inFlight, counter, nowNanos);
                inFlight.acknowledge(counter);
            }
        }
        events.count(Event.MTU_FELL);
    }

    /** The rates, the round-trip time or the lines have changed: queues are bounded and CoDel acts accordingly. */
    void adjustQueues(long nowNanos) {
        long rate = paths.sumBitsPerSecond();
        queues.departureRate(rate, nowNanos);
        double room = grace.factor(rate, nowNanos);
        long bytes = rate > Long.MAX_VALUE / QUEUE_LIMIT_NANOS
                ? queueCeilingBytes
                : (long) (rate / 8e9 * QUEUE_LIMIT_NANOS * OutageGrace.limitFactor(room));
        long limitBytes = Math.max(QUEUE_FLOOR_BYTES, Math.min(queueCeilingBytes, bytes));
        // Rates that are found are never quite the same.
        if (Math.abs(limitBytes - queueLimitBytes) > queueLimitBytes / 8) {
            queueLimitBytes = limitBytes;
            queues.limits(limitBytes, context.slots().capacity() / 2);
        }
        long rtt = paths.maxMinRttNanos();
        if (rtt > 0) {
            // A repair holds what follows for a round trip. The queue has to keep the lines busy meanwhile.
            long wanted = (rtt + repairs.expectedHoldNanos()) * 3 / 4;
            long bearable = Math.max(CODEL_FLOOR_NANOS, longestTargetNanos(rate));
            if (room > 1) {
                windows.freeze(queues, wanted, (long) (rate / 8e9 * rtt) + queues.queuedBytes(), nowNanos);
            } else {
                windows.thaw();
            }
            long target = Math.min(bearable, OutageGrace.targetNanos(Math.max(CODEL_FLOOR_NANOS, wanted), rtt, room));
            // A flow feels a drop or a mark once it has gone through tunnel and queue and the acknowledgement has come
            // back. One more meanwhile would cost its window twice.
            queues.codel(target, Math.max(CODEL_INTERVAL_FLOOR_NANOS, 3 * target) + rtt);
            if (paths.areRatesKnown()) {
                // Before, what looks like too long a queue may be too low a guess of the rates.
                queues.enableCoDel(true);
            }
        }
        repairs.adjust();
    }

    /**
     * CoDel has to act well before the queue is full. A full queue is one that the TUN is not read into, and there is nothing in front of the TUN
     * that lets a ping pass or asks a flow to slow down.
     */
    private long longestTargetNanos(long rate) {
        return rate <= 0 || rate == Pacer.UNLIMITED ? Long.MAX_VALUE : (long) (queueLimitBytes * 8e9 / rate / 2);
    }

    /**
     * Tells the other half how often to report to the peer.
     *
     * @return false if that has to be tried again
     */
    boolean tellReportInterval(long nanos) {
        return tellInterval(IngressMessage.Kind.REPORT_INTERVAL, nanos);
    }

    /**
     * Tells the other half of an interval.
     *
     * @return false if that has to be tried again
     */
    boolean tellInterval(IngressMessage.Kind kind, long nanos) {
        IngressMessage message = context.toIngress().claim();
        if (message == null) {
            return false;
        }
        message.kind = kind;
        message.peer = settings.index();
        message.nanos = nanos;
        context.toIngress().post(message);
        return true;
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

    private long nanosToDeadline(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < controls.size(); i++) {
            PathControl control = controls.get(i);
            SendPath path = control.path();
            if (!path.isBound()) {
                continue;
            }
            if (!path.backlog().isEmpty()) {
                least = Math.min(least, path.rate().pacer().nanosUntilFree(nowNanos));
            }
            least = Math.min(least, control.nanosToDeadline(nowNanos));
            least = Math.min(least, MtuProbes.nanosToDeadline(path, nowNanos));
            if (isActive(nowNanos)) {
                least = Math.min(least, control.watch().pollIntervalNanos());
            }
        }
        return least;
    }

    /** Packets that wait to be sent again. */
    int waitingRepairs() {
        return repairCount;
    }

    /** Packets that were sent, or are to be, beyond the one time that each came from the TUN. */
    long copiedPackets() {
        return copiedPackets + transmitter.copiedPackets();
    }
}
