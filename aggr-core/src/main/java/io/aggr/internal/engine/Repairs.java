package io.aggr.internal.engine;

import io.aggr.internal.frame.NackFrame;
import io.aggr.internal.frame.Serial;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.RepairBudget;
import io.aggr.internal.path.SendPath;
import java.nio.ByteBuffer;

/**
 * Repairs of one peer, both ways: what the peer misses is sent again, over whichever line is first there, or announced as gone, so that the peer
 * does not wait for it; and our own questions are put on the line that takes them home first.
 *
 * <p>Each datagram is answered once, whatever is asked and how often, and all repairs together take no more than a share of what is sent. So a
 * peer that asks for nonsense gets nothing for it.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class Repairs {

    private static final long MILLI = 1_000_000;

    /** A question waits so long for a packet to ride behind. */
    private static final long RIDE_NANOS = MILLI;

    /** On top of the round trip: the wait for the pacer at either end, and for the thread. */
    private static final long MARGIN_NANOS = 30 * MILLI;

    /** What a repair takes beyond the smallest round trip: until the next datagram of the line shows the gap, and waits for pacers. */
    private static final long HOLD_MARGIN_NANOS = 25 * MILLI;

    /** A line that loses so much is reckoned with. */
    private static final double LOSSY = 0.002;

    private static final long MIN_REPEAT_NANOS = 50 * MILLI;
    private static final long MAX_REPEAT_NANOS = 200 * MILLI;

    private final PeerEgress peer;
    private final RepairBudget budget;
    private long toldRepeatNanos;

    Repairs(PeerEgress peer, RepairBudget budget) {
        this.peer = peer;
        this.budget = budget;
    }

    /** A NACK frame of the peer, at the buffer's byte 0, has come. */
    void onNack(ByteBuffer frame, long nowNanos) {
        SendPath path = peer.paths().byId(NackFrame.linkId(frame, 0));
        int more = NackFrame.more(frame, 0);
        if (path == null) {
            peer.events().count(Event.REPAIR_UNKNOWN, 1 + Integer.bitCount(more));
            return;
        }
        long first = Serial.counter(path.inFlight().nextCounter(), NackFrame.firstCounterLow(frame, 0));
        answer(path, first, nowNanos);
        for (int bits = more; bits != 0; bits &= bits - 1) {
            answer(path, first + 1 + Integer.numberOfTrailingZeros(bits), nowNanos);
        }
    }

    private void answer(SendPath path, long counter, long nowNanos) {
        InFlight inFlight = path.inFlight();
        switch (inFlight.recall(counter)) {
            case UNKNOWN -> peer.events().count(Event.REPAIR_UNKNOWN);
            case NO_PACKET -> {
                inFlight.acknowledge(counter);
                peer.events().count(Event.REPAIR_NOT_NEEDED);
            }
            case SETTLED, REPAIRED -> peer.events().count(Event.REPAIR_NOT_NEEDED);
            // It was told before, and the peer has not heard.
            case GONE -> peer.gone().announce(inFlight.sequence(counter));
            case REPAIRABLE -> {
                if ((inFlight.flags(counter) & SlotNotes.COPY) != 0) {
                    inFlight.acknowledge(counter);
                    peer.events().count(Event.REPAIR_NOT_NEEDED);
                } else {
                    repair(path, counter, nowNanos);
                }
            }
        }
    }

    private void repair(SendPath path, long counter, long nowNanos) {
        InFlight inFlight = path.inFlight();
        Event outcome = Event.REPAIR_TOO_LATE;
        int wireBytes = path.sizes().packetWireBytes(inFlight.length(counter));
        if (!budget.allows(nowNanos, wireBytes)) {
            outcome = Event.REPAIR_BUDGET_EXHAUSTED;
        } else if (peer.resends().repair(inFlight, counter, nowNanos)) {
            outcome = Event.REPAIR_GIVEN;
            budget.onRepair(nowNanos, wireBytes);
        }
        if (outcome == Event.REPAIR_GIVEN) {
            inFlight.sendAgain(counter);
        } else {
            inFlight.giveUp(counter);
            peer.gone().announce(inFlight.sequence(counter));
        }
        peer.events().count(outcome);
    }

    /** Puts our own questions on the line with the smallest delay, and on the next one too when the first may not be trusted. */
    void send(ByteBuffer frames, int bytes, long nowNanos) {
        PathControl best = null;
        PathControl second = null;
        for (int i = 0; bytes > 0 && i < peer.controls().size(); i++) {
            PathControl control = peer.controls().get(i);
            if (!control.path().state().carriesTraffic()) {
                continue;
            }
            if (best == null || control.path().delayNanos() < best.path().delayNanos()) {
                second = best;
                best = control;
            } else if (second == null
                    || control.path().delayNanos() < second.path().delayNanos()) {
                second = control;
            }
        }
        if (best != null && !best.queue(frames, 0, bytes, nowNanos + RIDE_NANOS) && second != null) {
            second.queue(frames, 0, bytes, nowNanos + RIDE_NANOS);
        }
    }

    /**
     * How long what follows a lost packet is held, where packets are lost at all.
     *
     * @return nanoseconds, 0 while the lines lose next to nothing
     */
    long expectedHoldNanos() {
        double loss = 0;
        for (int i = 0; i < peer.paths().size(); i++) {
            SendPath path = peer.paths().get(i);
            if (path.state().carriesTraffic()) {
                loss = Math.max(loss, path.lossRatio());
            }
        }
        return (long) (Math.min(1, loss / LOSSY) * Math.max(0, peer.paths().minRttNanos() + HOLD_MARGIN_NANOS));
    }

    /** Rates or round-trip times have changed: tells the other half how long an answer may take. */
    void adjust() {
        budget.rate(peer.paths().sumBitsPerSecond());
        long least = Long.MAX_VALUE;
        for (int i = 0; i < peer.paths().size(); i++) {
            SendPath path = peer.paths().get(i);
            if (path.state().carriesTraffic() && path.rtt().isMeasured()) {
                least = Math.min(least, path.rtt().smoothedNanos() + path.rtt().variationNanos());
            }
        }
        if (least == Long.MAX_VALUE) {
            return;
        }
        long repeat = Math.max(MIN_REPEAT_NANOS, Math.min(MAX_REPEAT_NANOS, least + MARGIN_NANOS));
        if (Math.abs(repeat - toldRepeatNanos) > toldRepeatNanos / 8
                && peer.tellInterval(IngressMessage.Kind.REPEAT_INTERVAL, repeat)) {
            toldRepeatNanos = repeat;
        }
    }
}
