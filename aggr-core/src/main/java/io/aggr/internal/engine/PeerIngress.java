package io.aggr.internal.engine;

import io.aggr.PeerConfig;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.FeedbackWriter;
import io.aggr.internal.frame.IpFrame;
import io.aggr.internal.frame.Serial;
import io.aggr.internal.frame.Ticks;
import io.aggr.internal.packet.WindowScales;
import io.aggr.internal.path.DuplicateFilter;
import io.aggr.internal.path.EvenDelay;
import io.aggr.internal.path.Heard;
import io.aggr.internal.path.LossProof;
import io.aggr.internal.path.ReceivePath;
import io.aggr.internal.reorder.BuiltIn;
import io.aggr.internal.reorder.EqualisingReorderBuffer;
import io.aggr.link.Link;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The way in from one peer: numbers, duplicates, proof of loss, the reorder buffer, and the reports that go back.
 *
 * <p>Confined to the thread that receives.
 */
final class PeerIngress implements LossProof.Sink {

    private static final long MILLI = 1_000_000;
    /** Where the delays of lines are farther apart, only those who ask for it get an even delay. */
    private static final long WIDEST_AUTO_NANOS = 60 * MILLI;

    /** Farther apart, lines are not used side by side. */
    private static final long WIDEST_NANOS = 250 * MILLI;

    private static final long REST_NANOS = 10_000 * MILLI;
    static final int LINES = 256;
    private static final int MAX_LINES = 16;

    private final PeerSettings settings;
    private final Release release;
    private final @Nullable ReceivePath[] byId = new ReceivePath[LINES];
    private final @Nullable ReceivePath[] inUse = new ReceivePath[MAX_LINES];
    private final @Nullable Heard[] heard = new Heard[LINES];
    private final boolean[] announced = new boolean[LINES];
    private final int[] boundLink = new int[LINES];
    private final int[] boundRemote = new int[LINES];

    /** No line with a higher number was ever bound. */
    private int highestBound = -1;

    private final DuplicateFilter arrived = new DuplicateFilter();
    private final LossProof proof = new LossProof();
    private final RepairRequests requests = new RepairRequests(inUse, arrived);
    private final EvenDelay even;
    private final FrozenWindows windows;
    private final DeliveryOrder order = new DeliveryOrder();
    private final FeedbackWriter writer = new FeedbackWriter();
    private final Tally<Drop> drops = new Tally<>("", Drop.class);
    private final Tally<Event> events = new Tally<>("", Event.class);
    private final PluginWatch watch = new PluginWatch();
    private final EngineEvents tell;
    private final int holdCapacity;
    private ReorderBuffer reorder;
    private boolean reorderIsPlugin;
    private boolean reorderReplaced;
    private boolean renumbering;
    private boolean orphans;
    private boolean touched;
    private boolean resting = true;
    private long lastNewsNanos;
    private long nowNanos;
    private long association;
    private boolean associated;
    private final ReportClock reports = new ReportClock();
    private long packets;
    private long bytes;
    private long heldNanos;

    PeerIngress(PeerSettings settings, int holdCapacity, WindowScales scales, EngineEvents tell, Release release) {
        windows = new FrozenWindows(scales);
        this.settings = settings;
        this.holdCapacity = holdCapacity;
        this.tell = tell;
        this.release = release;
        even = new EvenDelay(settings.equalise() == PeerConfig.Equalise.ON ? WIDEST_NANOS : WIDEST_AUTO_NANOS);
        reorder = equalised(this::watched);
        Arrays.fill(boundRemote, Link.NO_REMOTE);
    }

    private ReorderBuffer watched(int capacity) {
        ReorderBuffer made = settings.reorder().apply(capacity);
        reorderIsPlugin = !(made instanceof BuiltIn);
        return reorderIsPlugin ? new ReorderGuard(made, watch, events) : made;
    }

    private ReorderBuffer equalised(IntFunction<ReorderBuffer> maker) {
        ReorderBuffer made = maker.apply(holdCapacity);
        return settings.equalise() == PeerConfig.Equalise.OFF
                ? made
                : new EqualisingReorderBuffer(made, holdCapacity, even::ageNanos);
    }

    PeerSettings settings() {
        return settings;
    }

    Tally<Drop> drops() {
        return drops;
    }

    Tally<Event> events() {
        return events;
    }

    DuplicateFilter arrived() {
        return arrived;
    }

    int held() {
        return reorder.heldPackets();
    }

    /** Packets that are held because one in front of them is missing. */
    private int waitingForOrder() {
        return reorder instanceof EqualisingReorderBuffer equaliser
                ? equaliser.waitingForOrder()
                : reorder.heldPackets();
    }

    long packets() {
        return packets;
    }

    long bytes() {
        return bytes;
    }

    boolean isReorderReplaced() {
        return reorderReplaced;
    }

    @Nullable
    ReceivePath path(int line) {
        return byId[line];
    }

    /** Whether something of this peer is in the batch that is worked through. */
    boolean isTouched() {
        return touched;
    }

    void touch(boolean isIt) {
        touched = isIt;
    }

    /** A packet goes to the TUN. */
    void onDelivered(HoldRing holds, int id, long now) {
        packets++;
        bytes += holds.length(id);
        heldNanos += now - holds.arrivalNanos(id);
        boolean behind = !holds.isFree(id) && order.isBehind(holds.flow(id), holds.sequence(id));
        if (behind) {
            events.count(Event.DELIVERED_BEHIND);
        }
        if (holds.isRepair(id)) {
            events.count(behind ? Event.REPAIRED_LATE : Event.REPAIRED);
        }
    }

    /** How long all packets together were held. */
    long heldNanos() {
        return heldNanos;
    }

    /** A session is installed; with a new association everything begins again. */
    void onSession(long newAssociation, long now) {
        if (associated && newAssociation == association) {
            return;
        }
        associated = true;
        association = newAssociation;
        nowNanos = now;
        renumbering = true;
        try {
            reorder.reset(now, release);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
        renumber();
    }

    private void renumber() {
        renumbering = false;
        arrived.reset();
        proof.reset();
        reports.reset();
        requests.reset();
        order.reset();
        even.reset();
        for (ReceivePath path : byId) {
            if (path != null) {
                path.reset();
            }
        }
    }

    /** IP frames on a line are welcome from now on. */
    void onLine(int line, Heard newHeard) {
        announced[line] = true;
        heard[line] = newHeard;
    }

    /** A line is withdrawn. */
    void onLineGone(int line) {
        announced[line] = false;
        boundRemote[line] = Link.NO_REMOTE;
    }

    /** A line's far end is settled. */
    void onBound(int line, int localLink, int remote) {
        boundLink[line] = localLink;
        boundRemote[line] = remote;
        highestBound = Math.max(highestBound, line);
    }

    int boundLink(int line) {
        return boundLink[line];
    }

    /** The far end of a line, or {@link Link#NO_REMOTE}. */
    int boundRemote(int line) {
        return boundRemote[line];
    }

    boolean isBound(int line, int localLink, int remote) {
        return boundRemote[line] == remote && boundLink[line] == localLink;
    }

    boolean usesRemote(int localLink, int remote) {
        for (int line = 0; line <= highestBound; line++) {
            if (boundRemote[line] == remote && boundLink[line] == localLink) {
                return true;
            }
        }
        return false;
    }

    boolean isAnnounced(int line) {
        return announced[line];
    }

    RepairRequests requests() {
        return requests;
    }

    void reportInterval(long nanos) {
        reports.interval(nanos);
    }

    /** The line's accounting, made with its first datagram; null if the peer has too many lines. */
    @Nullable
    ReceivePath open(int line) {
        ReceivePath path = byId[line];
        if (path != null) {
            return path;
        }
        for (int i = 0; i < MAX_LINES; i++) {
            if (inUse[i] == null) {
                path = new ReceivePath(line);
                inUse[i] = path;
                byId[line] = path;
                return path;
            }
        }
        return null;
    }

    /** A datagram was opened and its frames are good. Returns whether its counter is the newest of the line. */
    boolean onDatagram(ReceivePath path, long counter, int datagramBytes, long now) {
        nowNanos = now;
        Heard line = heard[path.link()];
        if (line != null) {
            line.touch(now);
            line.count(datagramBytes);
        }
        return path.onDatagram(now, counter, datagramBytes);
    }

    /** A datagram that is worth a report has come: one with a packet. Reports about reports would never end. */
    void wantReport(long now) {
        reports.want(now);
    }

    /** A padded datagram has come, of a train that measures the line: its first and its last, which carry a probe, are reported at once. */
    void onPadding(boolean probed, long now) {
        if (probed) {
            reports.hurry(now);
        } else {
            reports.want(now);
        }
    }

    /** When nothing has come for a while and nothing is held, gives back what only traffic needs. Returns whether the peer is idle. */
    boolean rest(long now) {
        if (resting) {
            return true;
        }
        if (now - lastNewsNanos > REST_NANOS && held() == 0) {
            resting = true;
            arrived.rest();
            proof.rest();
            order.rest();
            for (ReceivePath path : inUse) {
                if (path != null) {
                    path.gaps().rest();
                }
            }
            try {
                reorder.onIdle(now);
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
                replaceThrowing(e);
            }
        }
        return resting;
    }

    private void noteNews() {
        resting = false;
        lastNewsNanos = nowNanos;
    }

    /** Rebuilds the sequence of an IP frame and says whether it is new. Fills in the view. */
    DuplicateFilter.Verdict number(ReceivePath path, IpFrame frame, ArrivedView view) {
        noteNews();
        long sequence = Serial.sequence(arrived.highest() + 1, frame.sequenceLow());
        path.onStamp(nowNanos, frame.stamp());
        long delayNanos = even.onStamp(path.link(), frame.stamp(), frame.packetBytes(), nowNanos);
        DuplicateFilter.Verdict verdict =
                sequence < Serial.FIRST_SEQUENCE ? DuplicateFilter.Verdict.TOO_OLD : arrived.add(sequence);
        if (frame.isInChain()) {
            long previous = frame.previousOnLink(sequence);
            int distance = previous == IpFrame.NO_SEQUENCE ? 0 : (int) (sequence - previous);
            proof.onChainMember(path, sequence, distance, arrived, nowNanos, this);
        }
        if (verdict == DuplicateFilter.Verdict.DUPLICATE && frame.isRepair()) {
            events.count(Event.REPAIRED_NEEDLESSLY);
        }
        if (verdict == DuplicateFilter.Verdict.NEW) {
            view.number(sequence, frame, delayNanos + frame.waitMillis() * MILLI);
        }
        return verdict;
    }

    FrozenWindows windows() {
        return windows;
    }

    /** A connection that may not grow hears of it in its acknowledgements. */
    void lowerWindow(ByteBuffer buffer, int offset, int length, int located, long now) {
        if (!windows.isEmpty() && windows.apply(buffer, offset, length, located, now)) {
            events.count(Event.WINDOW_LOWERED);
        }
    }

    /** A packet takes its place in the order. */
    void offer(ArrivedView packet, long now) {
        nowNanos = now;
        noteNews();
        try {
            reorder.offer(packet, now, release);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
    }

    /** A packet that has arrived will not be offered, because it is bad: nobody shall wait for it. */
    void skip(long sequence, long now) {
        nowNanos = now;
        tellLost(sequence);
    }

    /** A probe carries a stamp. */
    void onProbeStamp(ReceivePath path, int stamp, long now) {
        path.onStamp(now, stamp);
        even.onStamp(path.link(), stamp, 0, now);
    }

    /** A probe says how far its line has passed. */
    void onPassed(ReceivePath path, long sequence, long now) {
        nowNanos = now;
        if (sequence <= Serial.RETIRE_SEQUENCE + (1L << 24) && sequence > path.passedSequence()) {
            path.pass(sequence);
        }
    }

    /** A packet will not be offered, because its line is not to be used: nobody shall wait for it either. */
    void refuse(IpFrame frame, long now) {
        skip(Serial.sequence(arrived.highest() + 1, frame.sequenceLow()), now);
    }

    @Override
    public void onLost(long sequence) {
        events.count(Event.LOSS_PROVED);
        if (!settings.repair()) {
            tellLost(sequence);
        }
    }

    /** The sender will not send these again. */
    void onGone(long first, long last, long now) {
        nowNanos = now;
        long from = Math.max(first, arrived.highest() - DuplicateFilter.REACH);
        long to = Math.min(last, from + 255);
        for (long sequence = from; sequence <= to; sequence++) {
            if (!arrived.contains(sequence)) {
                events.count(Event.TOLD_GONE);
                tellLost(sequence);
            }
        }
    }

    private void tellLost(long sequence) {
        noteNews();
        try {
            reorder.onLost(sequence, nowNanos, release);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
    }

    @Override
    public void onPassed(long sequence) {
        if (settings.repair()) {
            return;
        }
        try {
            reorder.onPassed(sequence, nowNanos, release);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
    }

    /** Compares the lines after a batch, and does what time demands. */
    void poll(long now) {
        nowNanos = now;
        if (reorderIsPlugin) {
            replaceIfDistrusted();
        }
        requests.poll(now);
        proof.compare(inUse, arrived, now, this);
        proof.poll(arrived, now, this);
        try {
            if (reorder.nanosToDeadline(now) <= 0) {
                reorder.poll(now, release);
            }
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
    }

    /** Memory is short: the longest held packet of this peer has to go. Returns whether the buffer let anything go. */
    boolean releaseOldest(long now) {
        nowNanos = now;
        events.count(Event.HOLD_OVERFLOW);
        int before = reorder.heldPackets();
        try {
            reorder.releaseOldest(now, release);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
            return false;
        }
        return reorder.heldPackets() < before;
    }

    private void replaceThrowing(Throwable thrown) {
        events.count(Event.REORDER_THREW);
        replaceReorder("failed (" + thrown.getClass().getSimpleName() + ")");
    }

    /** Memory is short and the buffer lets nothing go. */
    void replaceUnyielding() {
        replaceReorder("lets no packet go when memory is short");
    }

    /** A packet has been held for longer than any may be. */
    void replaceStarving() {
        events.count(Event.REORDER_STARVED);
        replaceReorder("holds packets for ever");
    }

    /** Whoever watches over plugins has found that this one hangs, or takes all the time; then it is not called any more. */
    void replaceIfDistrusted() {
        if (reorderIsPlugin && watch.isDistrusted()) {
            events.count(Event.REORDER_HUNG);
            replaceReorder("does not come back in time");
        }
        if (renumbering) {
            renumber();
        }
    }

    /** The plugin has failed: a built-in buffer takes over. What the plugin held is delivered by {@link Ingress} in order of arrival. */
    private void replaceReorder(String why) {
        events.count(Event.REORDER_REPLACED);
        if (!reorderReplaced) {
            tell.onWarning("reorder buffer " + settings.reorderName() + " of peer " + settings.name() + " " + why
                    + "; a built-in one has taken over");
        }
        reorderReplaced = true;
        reorderIsPlugin = false;
        reorder = equalised(settings.fallbackReorder());
        orphans = true;
    }

    /** Whether somebody else's reorder buffer is in use. */
    boolean usesPlugin() {
        return reorderIsPlugin;
    }

    /** Whoever looks after the thread sees here what the reorder buffer is doing. */
    PluginWatch watch() {
        return watch;
    }

    /** Nothing more comes. */
    void close() {
        try {
            reorder.close();
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            events.count(Event.REORDER_THREW);
        }
    }

    /** Whether packets were left behind by a plugin that failed; asking clears it. */
    boolean takeOrphans() {
        boolean result = orphans;
        orphans = false;
        return result;
    }

    long nanosToDeadline(long now) {
        long least = Math.min(
                proof.nanosToDeadline(now), settings.repair() ? requests.nanosToDeadline(now) : Long.MAX_VALUE);
        try {
            least = Math.min(least, reorder.nanosToDeadline(now));
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
        return Math.min(least, reports.nanosToDeadline(now));
    }

    boolean isReportDue(long now) {
        return reports.isDue(now);
    }

    /** The report could not be handed over: it is tried again an interval later. */
    void postponeReport(long now) {
        reports.postpone(now);
    }

    /** Writes the report into a message for the other half. */
    void writeReport(EgressMessage message, long now) {
        message.kind = EgressMessage.Kind.REPORT;
        message.peer = settings.index();
        int fill = (int) Math.min(0xFFFF, 0xFFFFL * waitingForOrder() / holdCapacity);
        long ticks = Ticks.ofNanos(now);
        writer.begin(message.data, 0, message.data.capacity(), ticks, fill);
        for (ReceivePath path : inUse) {
            if (path != null && path.hasArrivals() && announced[path.link()]) {
                writer.addLink(
                        path.link(),
                        path.highestCounter(),
                        path.bytes(),
                        path.packets(),
                        ticks - Ticks.ofNanos(path.highestAtNanos()),
                        path.minDelayUnits(),
                        path.lastDelayUnits(),
                        0,
                        path.missingBits());
                path.onReported();
            }
        }
        message.length = writer.finish();
        reports.onReported(now);
    }
}
