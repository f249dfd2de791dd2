package io.aggr.sim;

import java.nio.ByteBuffer;

/**
 * The sending end of a TCP connection, modelled on Linux: SACK, RACK-TLP (RFC 8985), PRR (RFC 6937), RTO (RFC 6298),
 * undo by DSACK (RFC 3708) and timestamps (RFC 3522), ECN (RFC 3168), path MTU discovery (RFC 1191).
 *
 * <p>Bytes of the stream are numbered from 0 in 64 bits; only the wire has 32-bit numbers with a random start.
 */
final class TcpSender implements ModelHost.TcpEnd {
    private static final long MILLI = 1_000_000L;
    private static final long TIMER_SLACK_NANOS = 2 * MILLI;
    private static final long PEER_DELAYED_ACK_NANOS = 200 * MILLI;
    private static final int NO_ID = -1;

    /** Where the sender stands: {@code REDUCING} is the reduction after an ECN mark or a repaired tail loss. */
    private enum State {
        HANDSHAKE,
        OPEN,
        REDUCING,
        RECOVERY,
        TIMED_OUT
    }

    private final ModelHost host;
    private final VirtualTime time;
    private final TcpOptions options;
    private final FlowLog log;
    private final int localPort;
    private final int remotePort;
    private final int remoteAddress;
    private final int initialSequence;

    private final Scoreboard board = new Scoreboard();
    private final RttEstimator rtt = new RttEstimator();
    private final Rack rack;
    private final WindowReduction reduction = new WindowReduction();
    private final DeliveryRate rate = new DeliveryRate();
    private final Undo undo = new Undo();
    private final AckReader acks;
    private final TcpSegment out = new TcpSegment();
    private final VirtualTime.Timer retransmissionTimer;
    private final VirtualTime.Timer reorderingTimer;
    private final VirtualTime.Timer paceTimer;
    private CongestionControl congestion;

    private State state = State.HANDSHAKE;
    private int segmentBytes;
    private boolean ecn;
    private long next;
    private long windowEnd;
    private int peerWindowScale;
    private int peerTimestamp;
    private int peerSequence;

    private double window = CongestionControl.INITIAL_WINDOW;
    private double threshold = CongestionControl.INFINITE;
    private boolean windowLimited;
    private boolean announceReduction;
    private long recoveryPoint;
    private int backoff;

    // Tail loss probe: the sequence at which its episode ends, or -1.
    private boolean probeArmed;
    private long probeEnd = -1;
    private boolean probeRetransmitted;

    private long nextPaceNanos;
    private long handshakeSentNanos;

    TcpSender(ModelHost host, ModelHost peer, int localPort, int remotePort, TcpOptions options, FlowLog log) {
        this.host = host;
        this.time = host.time();
        this.options = options;
        this.log = log;
        this.localPort = localPort;
        this.remotePort = remotePort;
        this.remoteAddress = peer.addressBits();
        this.segmentBytes = host.mtuBytes() - TcpSegment.DATA_HEADER_BYTES;
        // Depends on the ports, so that runs wrap at different places but always the same.
        this.initialSequence = (int) new SeededRandom(localPort).nextLong();
        this.rack = new Rack(board, rtt, options.adaptsToReordering());
        this.acks = new AckReader(time, board, rtt, rack, rate, initialSequence + 1);
        this.congestion = CongestionControl.of(options.congestion(), segmentBytes);
        this.retransmissionTimer = time.timer(this::onRetransmissionTimer);
        this.reorderingTimer = time.timer(this::onReorderingTimer);
        this.paceTimer = time.timer(this::transmit);
    }

    /** Sends the SYN. */
    void connect() {
        handshakeSentNanos = time.nowNanos();
        header(TcpSegment.SYN | (options.ecn() ? TcpSegment.ECE | TcpSegment.CWR : 0), 0);
        out.sequence = initialSequence;
        out.maxSegmentBytes = host.mtuBytes() - 40;
        out.windowScale = TcpReceiver.windowScale(options);
        host.send(out, 0);
        retransmissionTimer.at(time.nowNanos() + (rtt.timeoutNanos() << backoff));
    }

    double windowSegments() {
        return window;
    }

    long smoothedRttNanos() {
        return rtt.smoothedNanos();
    }

    int segmentBytes() {
        return segmentBytes;
    }

    @Override
    public boolean matches(int local, int remote, int address) {
        return local == localPort && remote == remotePort && address == remoteAddress;
    }

    @Override
    public void onPacketTooBig(int mtuBytes) {
        int allowed = mtuBytes - TcpSegment.DATA_HEADER_BYTES;
        // Anything below the IPv4 minimum of 576 is a forgery (RFC 1191, 3, and common practice).
        if (state != State.HANDSHAKE && mtuBytes >= 576 && allowed < segmentBytes) {
            segmentBytes = allowed;
            board.cutTo(allowed);
            transmit();
        }
    }

    @Override
    public void onSegment(TcpSegment segment, ByteBuffer packet) {
        if (!segment.has(TcpSegment.ACK)) {
            return;
        }
        peerTimestamp = segment.timestamp;
        if (segment.has(TcpSegment.SYN)) {
            onSynAck(segment);
        } else if (state != State.HANDSHAKE) {
            onAck(segment);
        }
    }

    private void onSynAck(TcpSegment segment) {
        if (segment.acknowledgement != initialSequence + 1) {
            return;
        }
        if (state == State.HANDSHAKE) {
            state = State.OPEN;
            backoff = 0;
            peerSequence = segment.sequence + 1;
            peerWindowScale = segment.windowScale;
            segmentBytes = Math.min(segmentBytes, segment.maxSegmentBytes - 12);
            congestion = CongestionControl.of(options.congestion(), segmentBytes);
            ecn = options.ecn() && segment.has(TcpSegment.ECE);
            windowEnd = segment.window;
            rtt.onSample(time.nowNanos() - handshakeSentNanos);
            rate.restart(time.nowNanos());
            retransmissionTimer.cancel();
        }
        header(TcpSegment.ACK, 0);
        out.sequence = acks.wire(next);
        host.send(out, 0);
        transmit();
    }

    private void onAck(TcpSegment segment) {
        long ack = acks.position(segment.acknowledgement);
        if (ack > next || ack < 0) {
            return;
        }
        long nowNanos = time.nowNanos();
        long lossMarksBefore = board.lossMarks();
        boolean advanced = ack > acks.unacknowledged();
        boolean original = undo.isBeforeRetransmission(segment.timestampEcho);
        // A newer acknowledgement may also take back what an older one has granted (RFC 9293, 3.8.6).
        long granted = ack + ((long) segment.window << peerWindowScale);
        if (advanced || (ack == acks.unacknowledged() && granted > windowEnd)) {
            windowEnd = granted;
        }
        AckSample sample = acks.take(segment, ack, next, windowLimited);
        if (acks.reportsDuplicate()) {
            takeDuplicateReport();
        }
        if (advanced) {
            backoff = 0;
        }
        finishProbe(ack, advanced, acks.reportsDuplicate() || original);
        updateState(advanced, ecn && segment.has(TcpSegment.ECE), original, nowNanos);
        sample.lostSegments = (int) (board.lossMarks() - lossMarksBefore);
        sample.inFlight = board.inFlight();
        sample.inRecovery = state == State.RECOVERY || state == State.TIMED_OUT;
        updateWindow(sample, advanced);
        log.onSenderState(nowNanos, window, rtt.smoothedNanos());
        transmit();
        // A selective acknowledgement moves the timer only if it is of something sent before the first hole was sent
        // last, else the time-out would be put off for as long as recovery goes on.
        boolean beforeHole = board.count() > 0 && acks.sackRttNanos() > nowNanos - board.sentNanos(board.first());
        if (advanced || beforeHole) {
            armRetransmissionTimer();
        }
    }

    private void takeDuplicateReport() {
        log.onDuplicateReport();
        // A duplicate of a probe says that the probe was needless, nothing about reordering.
        if (probeEnd < 0 || !probeRetransmitted || acks.duplicateRight() != probeEnd) {
            rack.onDuplicate();
            undo.onDuplicates(acks.duplicateRight(), (int) Math.max(1, acks.duplicateBytes() / segmentBytes));
        }
    }

    // ---- loss, recovery and undo
    // -------------------------------------------------------------------------------------

    private void updateState(boolean advanced, boolean marked, boolean original, long nowNanos) {
        if (state != State.OPEN && acks.unacknowledged() >= recoveryPoint) {
            if (state != State.REDUCING && mayUndo(original)) {
                takeBack(false);
            } else {
                endReduction();
            }
            rack.onRecoveryEnd();
        } else if (state == State.RECOVERY || state == State.TIMED_OUT) {
            if (mayUndo(advanced && original)) {
                takeBack(true);
            }
        } else if (state == State.OPEN && mayUndo(false)) {
            takeBack(false);
        }
        detectLosses(nowNanos);
        if (board.lostCount() > 0 && (state == State.OPEN || state == State.REDUCING)) {
            enterRecovery(nowNanos);
        } else if (marked && state == State.OPEN) {
            enterReduction(nowNanos);
        }
    }

    private void detectLosses(long nowNanos) {
        if (board.sackedCount() == 0 && state != State.RECOVERY && state != State.TIMED_OUT) {
            reorderingTimer.cancel();
            return;
        }
        long waitNanos = rack.markLosses(nowNanos, state == State.RECOVERY || state == State.TIMED_OUT);
        if (waitNanos > 0) {
            reorderingTimer.at(nowNanos + waitNanos);
        } else {
            reorderingTimer.cancel();
        }
    }

    private void enterRecovery(long nowNanos) {
        undo.begin(acks.unacknowledged(), board.retransmittedCount());
        if (state != State.REDUCING) {
            reduce(nowNanos);
        }
        recoveryPoint = next;
        probeEnd = -1;
        state = State.RECOVERY;
    }

    private void enterReduction(long nowNanos) {
        undo.ruleOut();
        reduce(nowNanos);
        recoveryPoint = next;
        announceReduction = ecn;
        state = State.REDUCING;
    }

    private void reduce(long nowNanos) {
        double before = threshold;
        threshold = congestion.thresholdAfterLoss(window, nowNanos);
        reduction.begin(window, before, threshold);
        log.onReduction();
    }

    private void endReduction() {
        if (state != State.TIMED_OUT && !congestion.ownsRecovery()) {
            window = threshold;
        }
        state = State.OPEN;
    }

    private boolean mayUndo(boolean original) {
        return options.adaptsToReordering() && undo.isDue(original);
    }

    private void takeBack(boolean forgiveLosses) {
        if (forgiveLosses) {
            board.forgiveLosses();
        }
        window = Math.max(window, reduction.windowBefore());
        threshold = Math.max(threshold, reduction.thresholdBefore());
        congestion.onUndo();
        undo.clear();
        state = State.OPEN;
        log.onUndo();
    }

    private void updateWindow(AckSample sample, boolean advanced) {
        boolean reducing = state == State.REDUCING || state == State.RECOVERY;
        if (reducing && !congestion.ownsRecovery()) {
            if (sample.deliveredSegments > 0) {
                window = reduction.windowAfterAck(
                        sample.deliveredSegments, advanced && sample.lostSegments == 0, sample.inFlight);
            }
        } else {
            window = congestion.windowAfterAck(sample, window, threshold);
            threshold = congestion.thresholdAfterAck(threshold);
        }
    }

    // ---- timers
    // ------------------------------------------------------------------------------------------------------

    private void armRetransmissionTimer() {
        if (board.count() == 0) {
            retransmissionTimer.cancel();
            return;
        }
        long nowNanos = time.nowNanos();
        long timeoutNanos = Math.min(rtt.timeoutNanos() << Math.min(backoff, 10), 120_000 * MILLI);
        probeArmed = (state == State.OPEN || state == State.REDUCING)
                && board.sackedCount() == 0
                && probeEnd < 0
                && rtt.smoothedNanos() >= 0;
        if (probeArmed) {
            long probeNanos =
                    2 * rtt.smoothedNanos() + (board.count() == 1 ? PEER_DELAYED_ACK_NANOS : TIMER_SLACK_NANOS);
            timeoutNanos = Math.min(timeoutNanos, probeNanos);
        }
        retransmissionTimer.at(nowNanos + timeoutNanos);
    }

    private void onRetransmissionTimer() {
        if (state == State.HANDSHAKE) {
            backoff++;
            connect();
        } else if (probeArmed) {
            sendProbe();
        } else {
            onTimeout();
        }
    }

    private void sendProbe() {
        if (canSendNew()) {
            sendNew();
            probeRetransmitted = false;
        } else {
            retransmit(board.end() - 1);
            probeRetransmitted = true;
        }
        probeEnd = next;
        log.onProbe();
        armRetransmissionTimer();
    }

    private void finishProbe(long ack, boolean advanced, boolean needless) {
        if (probeEnd < 0 || ack < probeEnd) {
            return;
        }
        boolean repaired = probeRetransmitted && !needless && advanced;
        probeEnd = -1;
        // Only a retransmission can have repaired a loss, and without a sign of a duplicate it did (RFC 8985, 7.4).
        if (repaired && state == State.OPEN) {
            enterReduction(time.nowNanos());
        }
    }

    private void onTimeout() {
        long nowNanos = time.nowNanos();
        log.onTimeout();
        boolean first = state != State.TIMED_OUT || backoff == 0;
        if (first) {
            undo.begin(acks.unacknowledged(), board.retransmittedCount());
            if (state != State.RECOVERY || acks.unacknowledged() > recoveryPoint) {
                reduce(nowNanos);
            }
            congestion.onTimeout(nowNanos);
        }
        for (int id = board.first(); id < board.end(); id++) {
            if (id == board.first() || !rack.isRecent(id, nowNanos)) {
                board.markLost(id);
            }
        }
        state = State.TIMED_OUT;
        recoveryPoint = next;
        probeEnd = -1;
        window = board.inFlight() + 1;
        backoff++;
        reorderingTimer.cancel();
        transmit();
        armRetransmissionTimer();
    }

    private void onReorderingTimer() {
        long nowNanos = time.nowNanos();
        detectLosses(nowNanos);
        if (board.lostCount() > 0) {
            if (state == State.OPEN || state == State.REDUCING) {
                enterRecovery(nowNanos);
                if (!congestion.ownsRecovery()) {
                    window = reduction.windowAfterAck(0, false, board.inFlight());
                }
            }
            transmit();
            armRetransmissionTimer();
        }
    }

    // ---- sending
    // -----------------------------------------------------------------------------------------------------

    private void transmit() {
        boolean sentNew = false;
        boolean wasEmpty = board.count() == 0;
        windowLimited = false;
        while (true) {
            int lost = board.firstToRetransmit();
            if (lost == NO_ID && !canSendNew()) {
                if (next == options.totalBytes()) {
                    rate.onNothingToSend(board.inFlight());
                }
                break;
            }
            if (board.inFlight() >= (int) window) {
                windowLimited = true;
                break;
            }
            if (mustWaitForPace()) {
                // A paced sender is at the limit that its congestion control set.
                windowLimited = true;
                break;
            }
            if (lost == NO_ID) {
                sendNew();
                sentNew = true;
            } else {
                retransmit(lost);
            }
        }
        if (sentNew && (wasEmpty || probeArmed || !retransmissionTimer.isSet())) {
            armRetransmissionTimer();
        }
    }

    private boolean mustWaitForPace() {
        double pace = congestion.paceBytesPerNano();
        if (pace <= 0) {
            return false;
        }
        long nowNanos = time.nowNanos();
        if (nextPaceNanos - nowNanos > 0) {
            paceTimer.at(nextPaceNanos);
            return true;
        }
        nextPaceNanos = nowNanos + (long) ((segmentBytes + TcpSegment.DATA_HEADER_BYTES) / pace);
        return false;
    }

    private boolean canSendNew() {
        long length = Math.min(segmentBytes, options.totalBytes() - next);
        return length > 0 && next + length <= windowEnd;
    }

    private void sendNew() {
        int length = (int) Math.min(segmentBytes, options.totalBytes() - next);
        long nowNanos = time.nowNanos();
        if (board.count() == 0) {
            rate.restart(nowNanos);
        }
        int id = board.append(next, length, nowNanos);
        rate.onSent(board, id);
        next += length;
        boolean last = next == options.totalBytes();
        header(
                TcpSegment.ACK | (last ? TcpSegment.PSH : 0) | (announceReduction ? TcpSegment.CWR : 0),
                ecn ? TcpSegment.ECT_0 : TcpSegment.NOT_ECT);
        announceReduction = false;
        sendSegment(id);
    }

    private void retransmit(int id) {
        long nowNanos = time.nowNanos();
        board.retransmit(id, nowNanos);
        rate.onSent(board, id);
        undo.onRetransmission(time.millisecondOf(nowNanos));
        log.onRetransmission();
        // Retransmissions are not ECN-capable (RFC 3168, 6.1.5).
        header(TcpSegment.ACK, TcpSegment.NOT_ECT);
        sendSegment(id);
        if (id == board.first()) {
            armRetransmissionTimer();
        }
    }

    private void sendSegment(int id) {
        reduction.onSent();
        out.sequence = acks.wire(board.start(id));
        out.payloadBytes = board.length(id);
        log.onSent(board.length(id));
        host.send(out, board.start(id));
    }

    private void header(int flags, int ecnField) {
        out.targetAddress = remoteAddress;
        out.sourcePort = localPort;
        out.targetPort = remotePort;
        out.acknowledgement = peerSequence;
        out.flags = flags;
        out.window = 512;
        out.ecn = ecnField;
        out.timestamp = time.millisecondOf(time.nowNanos());
        out.timestampEcho = peerTimestamp;
        out.sackCount = 0;
        out.payloadBytes = 0;
    }
}
