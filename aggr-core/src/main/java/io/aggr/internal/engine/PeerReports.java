package io.aggr.internal.engine;

import io.aggr.internal.frame.FeedbackReader;
import io.aggr.internal.frame.Serial;
import io.aggr.internal.frame.Ticks;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.Pacer;
import io.aggr.internal.path.PathWatch;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.path.Stamps;
import io.aggr.link.LinkState;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reports of one peer, both ways: what the peer says of our packets is applied to the lines, and our own reports are put on a line that takes them
 * home soon. Reports go over the fastest line and the next one in turn, so that the silence of one line does not silence them.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class PeerReports {

    private static final long RIDE_NANOS = 4_000_000;
    private static final int LINES = 256;
    private static final long MILLI = 1_000_000;
    private static final long MIN_INTERVAL_NANOS = 20 * MILLI;
    private static final long MAX_INTERVAL_NANOS = 50 * MILLI;
    private static final long SLOWEST_NANOS = 100 * MILLI;

    /** Share of the way back that reports may take. */
    private static final double REPORT_SHARE = 0.018;

    /** After so long a pause a report is new whatever its time, which may have wrapped. */
    private static final long FORGET_NANOS = 10_000 * MILLI;

    private final PeerEgress peer;
    private final StallGuard stalls;
    private final TrainSender trains;
    private final LifeSigns signs = new LifeSigns();
    private final SilentLines silent = new SilentLines();
    private final FeedbackReader reader = new FeedbackReader();
    private final long[] highest = new long[LINES];
    private final long[] packets = new long[LINES];
    private final long[] bytes = new long[LINES];
    private boolean any;
    private long newestTicks;
    private long receiverTicks;
    private long newestAtNanos;
    private boolean turn;
    private long toldIntervalNanos = MIN_INTERVAL_NANOS;

    PeerReports(PeerEgress peer, StallGuard stalls, TrainSender trains) {
        this.peer = peer;
        this.stalls = stalls;
        this.trains = trains;
        reset();
    }

    /** A new association begins. */
    void reset() {
        any = false;
        signs.reset();
        Arrays.fill(highest, -1);
        Arrays.fill(packets, 0);
        Arrays.fill(bytes, 0);
    }

    /** Sends what measures the lines. Returns how long until the next step, {@link Long#MAX_VALUE} if nothing is pending. */
    long poll(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < peer.paths().size(); i++) {
            least = Math.min(
                    least, trains.poll(peer.settings().index(), peer.paths().get(i), nowNanos));
        }
        return least;
    }

    /** By what else than reports the peer shows that it hears us. */
    LifeSigns signs() {
        return signs;
    }

    /** A FEEDBACK frame of the peer, at the buffer's byte 0, has come. */
    void onFeedback(ByteBuffer frame, long nowNanos) {
        reader.begin(frame, 0);
        long ticks = reader.receiverTicksLow();
        if (any
                && nowNanos - newestAtNanos < FORGET_NANOS
                && Serial.difference(ticks, newestTicks, Ticks.FEEDBACK_BITS) <= 0) {
            onOvertaken(Serial.unwrap(receiverTicks, ticks, Ticks.FEEDBACK_BITS), nowNanos);
            return;
        }
        signs.onSign(nowNanos);
        receiverTicks = Serial.unwrap(receiverTicks, ticks, Ticks.FEEDBACK_BITS);
        any = true;
        newestAtNanos = nowNanos;
        newestTicks = ticks;
        if (reader.fill() > 0) {
            peer.idle().onPeerHolds(nowNanos);
        }
        while (reader.next()) {
            SendPath path = peer.paths().byId(reader.linkId());
            if (path != null) {
                apply(path, nowNanos);
            }
        }
        peer.paths().compareDelays();
        peer.adjustQueues(nowNanos);
        reader.begin(frame, 0);
        while (reader.next()) {
            SendPath path = peer.paths().byId(reader.linkId());
            if (path != null) {
                judge(path, nowNanos);
            }
        }
    }

    private void apply(SendPath path, long nowNanos) {
        InFlight inFlight = path.inFlight();
        int id = path.id();
        long before = highest[id];
        long now = Serial.counter(before + 1, reader.highestCounterLow());
        if (now >= inFlight.nextCounter() || now < before) {
            return;
        }
        long arrived = Serial.unwrap(packets[id], reader.packetsLow(), 24);
        long fresh = Math.max(0, Math.min(arrived - packets[id], inFlight.nextCounter() - packets[id]));
        packets[id] += fresh;
        bytes[id] = Serial.unwrap(bytes[id], reader.bytesLow(), 32);
        if (fresh > 0) {
            if (carriesStamp(inFlight, before, now)) {
                int stale = (int) (path.rate().staleNanos(before + 1) / Stamps.UNIT_NANOS);
                path.delay().sample(nowNanos, reader.minDelayTicks() + stale, reader.lastDelayTicks() + stale);
            }
            if (inFlight.sequence(now) != InFlight.ELSEWHERE) {
                peer.controls().get(path.index()).watch().onProof(inFlight.sentNanos(now), nowNanos);
            }
        }
        long arrivedTicks = receiverTicks - reader.ageTicks();
        tellTrain(path, now, arrivedTicks, nowNanos);
        if (path.state().carriesTraffic()) {
            path.rate().onReport(nowNanos, now, packets[id], bytes[id], Ticks.toNanos(arrivedTicks));
        }
        MtuProbes.onReport(path, before, now, reader.missing(), nowNanos);
        long sent = now - before - path.sizes().mtu().missingProbes(before, now, reader.missing());
        PathWatch watch = peer.controls().get(path.index()).watch();
        boolean counts =
                isSinceUp(path, watch, before + 1) && !path.rate().train().covers(before + 1, now);
        acknowledge(inFlight, before, now, reader.missing());
        highest[id] = now;
        if (counts) {
            // What was overtaken is missing now and comes later: then it is taken off again.
            path.noteLoss(sent, sent - fresh);
            watch.onLosses(sent, sent - fresh, usableBut(path), nowNanos);
        }
    }

    /** A report that a newer one has overtaken says nothing new, except of single packets: those of trains. */
    private void onOvertaken(long ticks, long nowNanos) {
        while (reader.next()) {
            SendPath path = peer.paths().byId(reader.linkId());
            if (path != null) {
                long counter = Serial.counter(highest[path.id()] + 1, reader.highestCounterLow());
                tellTrain(path, counter, ticks - reader.ageTicks(), nowNanos);
            }
        }
    }

    private void tellTrain(SendPath path, long counter, long arrivedTicks, long nowNanos) {
        path.rate()
                .train()
                .onReport(nowNanos, counter, reader.missing(), (int) arrivedTicks & 0xFFFF, reader.minDelayTicks());
    }

    private int usableBut(SendPath path) {
        return peer.paths().usable() - (path.state().carriesTraffic() ? 1 : 0);
    }

    /** Whether a datagram left after the line came up, to where it leads: what a dead line has swallowed says nothing of how the living one loses. */
    private static boolean isSinceUp(SendPath path, PathWatch watch, long counter) {
        return (path.state().carriesTraffic() || watch.isLossy())
                && path.inFlight().isToPresentAddress(counter)
                && path.inFlight().sentNanos(counter) - path.stateSinceNanos() >= 0;
    }

    /** Whether a datagram with a stamp is among those that the report is the first to speak of. */
    private static boolean carriesStamp(InFlight inFlight, long before, long now) {
        for (long counter = Math.max(before + 1, inFlight.oldestCounter()); counter <= now; counter++) {
            if (inFlight.hasStamp(counter)) {
                return true;
            }
        }
        return false;
    }

    private static void acknowledge(InFlight inFlight, long before, long now, long missing) {
        inFlight.acknowledge(now);
        for (int bit = 0; bit < Long.SIZE && now - 1 - bit >= 0; bit++) {
            if ((missing & (1L << bit)) == 0) {
                inFlight.acknowledge(now - 1 - bit);
            }
        }
        // Between two reports that are far apart nothing is said of the counters in the middle; they have most likely
        // arrived, and if not the peer asks for them.
        for (long counter = Math.max(before + 1, inFlight.oldestCounter()); counter < now - Long.SIZE; counter++) {
            inFlight.assume(counter);
        }
    }

    private void judge(SendPath path, long nowNanos) {
        if (!stalls.isBlind() && !signs.isBlind(nowNanos)) {
            int others = usableBut(path);
            peer.controls()
                    .get(path.index())
                    .watch()
                    .onReport(
                            (int) (newestTicks & 0xFFFF),
                            Ticks.toNanos(reader.ageTicks()),
                            highest[path.id()],
                            others,
                            nowNanos);
        }
        peer.guard().onFeedback(path, nowNanos);
    }

    /** When the oldest packet left that no report speaks of, {@link Long#MAX_VALUE} if there is none. Datagrams without a packet cause no report. */
    long unreportedSinceNanos(SendPath path) {
        if (peer.controls().get(path.index()).echo() != null) {
            return Long.MAX_VALUE;
        }
        InFlight inFlight = path.inFlight();
        long counter = Math.max(highest[path.id()] + 1, inFlight.oldestCounter());
        while (counter < inFlight.nextCounter()) {
            if (inFlight.hasPacket(counter) && inFlight.isUnacknowledged(counter)) {
                return inFlight.sentNanos(counter);
            }
            counter++;
        }
        return Long.MAX_VALUE;
    }

    /**
     * Puts a report of ours on a line.
     *
     * @return false if there was no line or no room
     */
    boolean send(ByteBuffer frame, int bytes, long nowNanos) {
        PathControl best = null;
        PathControl second = null;
        boolean suspicion = false;
        for (int i = 0; i < peer.controls().size(); i++) {
            PathControl control = peer.controls().get(i);
            SendPath path = control.path();
            suspicion |= path.state() == LinkState.SUSPECT && !control.watch().isLossy();
            if (!path.state().carriesTraffic()) {
                continue;
            }
            if (best == null || isBetter(path, best.path())) {
                second = best;
                best = control;
            } else if (second == null || isBetter(path, second.path())) {
                second = control;
            }
        }
        if (best == null) {
            return false;
        }
        if (second != null && !suspicion && rank(second.path()) > rank(best.path())) {
            // Reports are many; a dearer line carries them only where its help may be needed.
            second = null;
        }
        tellInterval(best.path().sizes().wireBytes(bytes), suspicion);
        turn = !turn;
        PathControl chosen = turn && second != null ? second : best;
        boolean queued = chosen.queue(frame, 0, bytes, nowNanos + RIDE_NANOS);
        if (suspicion && second != null) {
            queued |= (chosen == best ? second : best).queue(frame, 0, bytes, nowNanos + RIDE_NANOS);
        }
        showWhereWeAre(chosen, frame, bytes, nowNanos);
        return queued;
    }

    /** Lines of ours that have just fallen silent carry the report as well: their modems may translate anew, and the peer learns of that from what we send. */
    private void showWhereWeAre(PathControl chosen, ByteBuffer frame, int bytes, long nowNanos) {
        for (int i = 0; i < peer.controls().size(); i++) {
            PathControl control = peer.controls().get(i);
            boolean own = peer.lines().isConfigured(control.path().id());
            if (own
                    && control.path().state().carriesTraffic()
                    && silent.isJustSilent(control.path(), nowNanos)
                    && control != chosen) {
                control.queue(frame, 0, bytes, nowNanos);
            }
        }
    }

    private static boolean isBetter(SendPath path, SendPath than) {
        int difference = rank(path) - rank(than);
        return difference < 0 || (difference == 0 && path.delayNanos() < than.delayNanos());
    }

    /** Cheaper lines first, then those that are not paid by the byte, backups last. */
    private static int rank(SendPath path) {
        return (path.isStandingBy() ? 1 << 10 : 0)
                + 2 * path.costTier()
                + (path.terms().isMetered() ? 1 : 0);
    }

    /** Reports come often enough to notice a failure soon, but take no more than a small share of what the lines carry in this direction. */
    private void tellInterval(int wireBytes, boolean suspicion) {
        long interval = MIN_INTERVAL_NANOS;
        long rate = peer.paths().sumBitsPerSecond();
        if (!suspicion && rate != Pacer.UNLIMITED && rate > 0) {
            long rtt = Math.max(0, peer.paths().minRttNanos());
            long wanted = Math.max(MIN_INTERVAL_NANOS, Math.min(MAX_INTERVAL_NANOS, rtt / 2));
            long affordable = (long) (wireBytes * 8e9 / (rate * REPORT_SHARE));
            interval = Math.min(SLOWEST_NANOS, Math.max(wanted, affordable));
        }
        if (Math.abs(interval - toldIntervalNanos) > toldIntervalNanos / 8
                && peer.tellInterval(IngressMessage.Kind.REPORT_INTERVAL, interval)) {
            toldIntervalNanos = interval;
        }
    }
}
