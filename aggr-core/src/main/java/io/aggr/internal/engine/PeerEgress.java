package io.aggr.internal.engine;

import io.aggr.encap.Session;
import io.aggr.internal.count.Tally;
import io.aggr.internal.path.Backlog;
import io.aggr.internal.path.Heard;
import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.PathWatch;
import io.aggr.internal.path.RepairBudget;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.queue.DropReason;
import io.aggr.internal.queue.FlowQueues;
import io.aggr.link.LinkState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way out to one peer: puts those together that work for it, and says what they do in turn, and what they do when an association begins, when a
 * line comes or fails, and when the peer is gone.
 *
 * <p>Confined to the thread that sends. {@link #run} allocates nothing.
 */
final class PeerEgress implements PathWatch.Listener {

    private static final int MAX_ROUNDS = 64;

    private final EgressContext context;
    private final PeerSettings settings;
    private final Tally<Drop> drops = new Tally<>("", Drop.class);
    private final Tally<DropReason> queueDrops = new Tally<>("queue", DropReason.class);
    private final Tally<Event> events = new Tally<>("", Event.class);
    private final PathSet paths = new PathSet();
    private final List<PathControl> controls = new ArrayList<>();
    private final IdleReasons idle = new IdleReasons(paths);
    private final PacketNumbers numbers = new PacketNumbers();
    private final FlowQueues queues;
    private final QueueBounds bounds;
    private final Activity activity;
    private final BooleanSupplier isHub;
    private final SchedulerGuard guard;
    private final Resends resends;
    private final GoneAnnouncements gone;
    private final Rescue rescue;
    private final Dispatcher dispatcher;
    private final Transmitter transmitter;
    private final Repairs repairs;
    private final PeerLines lines;
    private final PeerReports reports;
    private final PeerWatch watch;

    private boolean established;
    private long association;
    private @Nullable Session session;
    private long lastRunNanos;
    private long tunPackets;
    private long tunBytes;

    PeerEgress(
            EgressContext context,
            PeerSettings settings,
            AnsweredLines answered,
            StallGuard stalls,
            TrainSender trains,
            BooleanSupplier isHub) {
        this.context = context;
        this.isHub = isHub;
        this.settings = settings;
        int index = settings.index();
        queues = new FlowQueues(context.slots(), QueueBounds.initial(context), this::onQueueDrop);
        bounds = new QueueBounds(context, index, paths, queues, events);
        activity = new Activity(queues);
        guard = new SchedulerGuard(
                settings.scheduler().get(),
                settings.fallback().get(),
                paths,
                events,
                () -> context.events()
                        .onWarning("scheduler " + settings.schedulerName() + " of peer " + settings.name()
                                + " failed and is not asked any more; a built-in one has taken over"));
        if (guard.followsAnswers()) {
            answered.want();
        }
        resends = new Resends(context, idle, events);
        gone = new GoneAnnouncements(context.traits().carriesFrames());
        rescue = new Rescue(context, paths, numbers, resends, gone, events);
        SpareCopies spare = new SpareCopies(paths, controls);
        dispatcher = new Dispatcher(
                context, answered, paths, queues, resends, numbers, gone, guard, spare, idle, activity, drops, events);
        RepairBudget budget = new RepairBudget();
        ControlWriter writer = new ControlWriter(context, numbers, resends, gone, activity);
        transmitter = new Transmitter(context, index, queues, resends, gone, writer, activity, drops, budget);
        repairs = new Repairs(this, budget);
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
        PathControl control = new PathControl(path, new PathWatch(path, this), context.random(), isHub);
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

    PacketNumbers numbers() {
        return numbers;
    }

    Activity activity() {
        return activity;
    }

    Resends resends() {
        return resends;
    }

    GoneAnnouncements gone() {
        return gone;
    }

    Rescue rescue() {
        return rescue;
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

    boolean pressBack(boolean sendersWait) {
        return bounds.pressBack(sendersWait);
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
            rescue.onCoDelDrop(slot, lastRunNanos);
            bounds.onCoDelDrop(slot);
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
        if (!activity.isActive(nowNanos)) {
            for (int i = 0; i < controls.size(); i++) {
                controls.get(i).hurry(nowNanos, true);
            }
        }
        activity.onTraffic(nowNanos);
    }

    /**
     * When nothing has travelled for a while, gives back what only traffic needs.
     *
     * @return whether the peer is idle and owes no answer, so that it need not be looked at often
     */
    boolean rest(long nowNanos) {
        if (activity.isActive(nowNanos)) {
            return false;
        }
        boolean awaited = false;
        for (int i = 0; i < controls.size(); i++) {
            awaited |= controls.get(i).unansweredSinceNanos() != Long.MAX_VALUE;
        }
        if (activity.takeRest(nowNanos)) {
            queues.rest();
            for (int i = 0; i < controls.size(); i++) {
                controls.get(i).path().inFlight().rest();
            }
        }
        return !awaited;
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
        numbers.reset();
        gone.reset();
        drops.count(Drop.NOT_SENT, releaseNumbered());
        for (int i = 0; i < controls.size(); i++) {
            PathControl control = controls.get(i);
            SendPath path = control.path();
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

    /** The peer is removed: nothing of it is in any slot any more. Returns how many packets waited. */
    int abandon() {
        int waited = queues.queuedPackets();
        queues.clear(DropReason.CLEARED);
        return waited + releaseNumbered();
    }

    /** Frees the slots of packets that have numbers and have not left. Returns how many there were. */
    private int releaseNumbered() {
        int released = 0;
        while (!resends.isEmpty()) {
            resends.release(resends.poll());
            released++;
        }
        for (int i = 0; i < controls.size(); i++) {
            Backlog backlog = controls.get(i).path().backlog();
            for (int slot = backlog.poll(); slot != Backlog.NONE; slot = backlog.poll()) {
                resends.release(slot);
                released++;
            }
        }
        return released;
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
            wait = dispatcher.dispatch(nowNanos);
            progress = false;
            for (int i = 0; i < controls.size(); i++) {
                progress |= transmit(controls.get(i), nowNanos);
            }
        }
        idle.note(!resends.isEmpty() || queues.queuedPackets() > 0, nowNanos);
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

    @Override
    public void onState(SendPath path, LinkState previous, long nowNanos) {
        if (previous.carriesTraffic() && !path.state().carriesTraffic()) {
            bounds.onLineLost(path, nowNanos);
            MtuProbes.onSilence(path, nowNanos);
            rescue.reprieveDropped(nowNanos);
            rescue.takeBack(path, nowNanos);
        }
        if (path.state().carriesTraffic()) {
            bounds.onLineBack(path, nowNanos);
            path.rate().pacer().restart(nowNanos);
            path.sizes().mtu().onUp(nowNanos);
            if (paths.usable() == 1) {
                queues.resetCoDel();
            }
        }
        paths.compareDelays();
        adjustQueues(nowNanos);
        controls.get(path.index()).hurry(nowNanos, activity.isActive(nowNanos));
        guard.onLinkState(path, previous, nowNanos);
        context.events().onLinkState(settings.name(), path.name(), previous, path.state());
    }

    /** The rates, the round-trip time or the lines have changed: queues are bounded, CoDel acts and repairs are asked for accordingly. */
    void adjustQueues(long nowNanos) {
        bounds.adjust(repairs.expectedHoldNanos(), nowNanos);
        repairs.adjust();
    }

    /**
     * Tells the other half of an interval.
     *
     * @return false if that has to be tried again
     */
    boolean tellInterval(IngressMessage.Kind kind, long nanos) {
        return context.outbox().interval(kind, settings.index(), nanos);
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
            if (activity.isActive(nowNanos)) {
                least = Math.min(least, control.watch().pollIntervalNanos());
            }
        }
        return least;
    }

    /** Packets that were sent, or are to be, beyond the one time that each came from the TUN. */
    long copiedPackets() {
        return dispatcher.copiedPackets() + resends.copiedPackets();
    }
}
