package io.aggr.internal.engine;

import io.aggr.PeerConfig;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.IpFrame;
import io.aggr.internal.frame.Serial;
import io.aggr.internal.packet.WindowScales;
import io.aggr.internal.path.DuplicateFilter;
import io.aggr.internal.path.EvenDelay;
import io.aggr.internal.path.LossProof;
import io.aggr.internal.path.ReceivePath;
import io.aggr.reorder.Release;
import java.nio.ByteBuffer;

/**
 * The way in from one peer: rebuilds the numbers of its packets, knows which have come, finds out which will not, and tells the reorder buffer.
 * What lines it has, what waits for its order, and what is reported to it is each looked after by a class of its own.
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

    /** No frame says of more packets at once that they are gone. */
    private static final int MOST_GONE = 256;

    private final PeerSettings settings;
    private final Tally<Drop> drops = new Tally<>("", Drop.class);
    private final Tally<Event> events = new Tally<>("", Event.class);
    private final ArrivalLines lines = new ArrivalLines();
    private final ArrivalReports reports;
    private final DuplicateFilter arrived = new DuplicateFilter();
    private final LossProof proof = new LossProof();
    private final RepairRequests requests = new RepairRequests(lines.inUse(), arrived);
    private final EvenDelay even;
    private final StallGuard stalls;
    private final FrozenWindows windows;
    private final DeliveredPackets delivered = new DeliveredPackets(events);
    private final ReorderStage reorder;
    private boolean renumbering;
    private boolean touched;
    private boolean resting = true;
    private long lastNewsNanos;
    private long nowNanos;
    private long association;
    private boolean associated;

    PeerIngress(
            PeerSettings settings,
            int holdCapacity,
            StallGuard stalls,
            WindowScales scales,
            EngineEvents tell,
            Release release) {
        this.settings = settings;
        this.stalls = stalls;
        windows = new FrozenWindows(scales);
        reports = new ArrivalReports(settings.index(), lines);
        even = new EvenDelay(settings.equalise() == PeerConfig.Equalise.ON ? WIDEST_NANOS : WIDEST_AUTO_NANOS);
        reorder = new ReorderStage(settings, holdCapacity, even, release, events, tell);
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

    ArrivalLines lines() {
        return lines;
    }

    ArrivalReports reports() {
        return reports;
    }

    RepairRequests requests() {
        return requests;
    }

    FrozenWindows windows() {
        return windows;
    }

    ReorderStage reorder() {
        return reorder;
    }

    DeliveredPackets delivered() {
        return delivered;
    }

    /** Whether something of this peer is in the batch that is worked through. */
    boolean isTouched() {
        return touched;
    }

    void touch(boolean isIt) {
        touched = isIt;
    }

    /** A session is installed; with a new association everything begins again. */
    void onSession(long newAssociation, long now) {
        if (associated && newAssociation == association) {
            return;
        }
        associated = true;
        association = newAssociation;
        renumbering = true;
        reorder.reset(now);
        renumber();
    }

    private void renumber() {
        renumbering = false;
        arrived.reset();
        proof.reset();
        reports.reset();
        requests.reset();
        delivered.reset();
        even.reset();
        lines.reset();
    }

    /** A datagram was opened and its frames are good. Returns whether its counter is the newest of the line. */
    boolean onDatagram(ReceivePath path, long counter, int datagramBytes, long now) {
        nowNanos = now;
        return lines.onDatagram(path, counter, datagramBytes, now);
    }

    /** Rebuilds the sequence of an IP frame and says whether it is new. Fills in the view. */
    DuplicateFilter.Verdict number(ReceivePath path, IpFrame frame, ArrivedView view) {
        noteNews();
        long sequence = Serial.sequence(arrived.highest() + 1, frame.sequenceLow());
        boolean waited = stalls.isBlind();
        if (!waited) {
            path.onStamp(nowNanos, frame.stamp());
        }
        long delayNanos = waited
                ? even.delayNanos(frame.stamp(), nowNanos)
                : even.onStamp(path.link(), frame.stamp(), frame.packetBytes(), nowNanos);
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
        reorder.offer(packet, now);
    }

    /** A packet that has arrived will not be offered, because it is bad: nobody shall wait for it. */
    void skip(long sequence, long now) {
        nowNanos = now;
        tellLost(sequence);
    }

    /** A packet will not be offered, because its line is not to be used: nobody shall wait for it either. */
    void refuse(IpFrame frame, long now) {
        skip(Serial.sequence(arrived.highest() + 1, frame.sequenceLow()), now);
    }

    /** A probe carries a stamp. */
    void onProbeStamp(ReceivePath path, int stamp, long now) {
        if (!stalls.isBlind()) {
            path.onStamp(now, stamp);
            even.onStamp(path.link(), stamp, 0, now);
        }
    }

    /** A probe says how far its line has passed. */
    void onPassed(ReceivePath path, long sequence, long now) {
        nowNanos = now;
        if (sequence <= Serial.RETIRE_SEQUENCE + (1L << 24) && sequence > path.passedSequence()) {
            path.pass(sequence);
        }
    }

    /** The sender will not send these again. */
    void onGone(long first, long last, long now) {
        nowNanos = now;
        long from = Math.max(first, arrived.highest() - DuplicateFilter.REACH);
        long to = Math.min(last, from + MOST_GONE - 1);
        for (long sequence = from; sequence <= to; sequence++) {
            if (!arrived.contains(sequence)) {
                events.count(Event.TOLD_GONE);
                tellLost(sequence);
            }
        }
    }

    @Override
    public void onLost(long sequence) {
        events.count(Event.LOSS_PROVED);
        if (!settings.repair()) {
            tellLost(sequence);
        }
    }

    @Override
    public void onPassed(long sequence) {
        if (!settings.repair()) {
            reorder.onPassed(sequence, nowNanos);
        }
    }

    private void tellLost(long sequence) {
        noteNews();
        reorder.onLost(sequence, nowNanos);
    }

    private void noteNews() {
        resting = false;
        lastNewsNanos = nowNanos;
    }

    /** Compares the lines after a batch, and does what time demands. */
    void poll(long now) {
        nowNanos = now;
        if (reorder.isPlugin()) {
            replaceIfDistrusted();
        }
        requests.poll(now);
        proof.compare(lines.inUse(), arrived, now, this);
        proof.poll(arrived, now, this);
        reorder.poll(now);
    }

    long nanosToDeadline(long now) {
        long least = Math.min(
                proof.nanosToDeadline(now), settings.repair() ? requests.nanosToDeadline(now) : Long.MAX_VALUE);
        least = Math.min(least, reorder.nanosToDeadline(now));
        return Math.min(least, reports.nanosToDeadline(now));
    }

    /** When nothing has come for a while and nothing is held, gives back what only traffic needs. Returns whether the peer is idle. */
    boolean rest(long now) {
        if (!resting && now - lastNewsNanos > REST_NANOS && reorder.held() == 0) {
            resting = true;
            arrived.rest();
            proof.rest();
            delivered.rest();
            lines.rest();
            reorder.onIdle(now);
        }
        return resting;
    }

    /** Whether no packet has come for a while, and none is held. */
    boolean isResting() {
        return resting;
    }

    /** A reorder buffer that hangs, or takes all the time, is not called any more; what it has kept from being done is done. */
    void replaceIfDistrusted() {
        reorder.replaceIfDistrusted();
        if (renumbering) {
            renumber();
        }
    }
}
