package io.aggr.sim;

/**
 * Reads acknowledgements: enters what they say into the scoreboard, the round-trip estimator and RACK, and sums it up in
 * an {@link AckSample}. What to do about it is the sender's business.
 */
final class AckReader {
    private static final long MILLI = 1_000_000L;

    private final VirtualTime time;
    private final Scoreboard board;
    private final RttEstimator rtt;
    private final Rack rack;
    private final DeliveryRate rate;
    private final AckSample sample = new AckSample();
    private final int firstSequence;

    private long unacknowledged;
    private int echo;
    private long highestSacked = -1;
    private long highestSackedBefore;
    private final long[] knownLeft = new long[TcpSegment.MAX_SACK_BLOCKS + 1];
    private final long[] knownRight = new long[TcpSegment.MAX_SACK_BLOCKS + 1];
    private long sackRttNanos;
    private long duplicateRight;
    private long duplicateBytes;

    /**
     * A reader of a new connection.
     *
     * @param firstSequence wire number of the stream's byte 0
     */
    AckReader(VirtualTime time, Scoreboard board, RttEstimator rtt, Rack rack, DeliveryRate rate, int firstSequence) {
        this.time = time;
        this.board = board;
        this.rtt = rtt;
        this.rack = rack;
        this.rate = rate;
        this.firstSequence = firstSequence;
    }

    /** First byte of the stream that is not cumulatively acknowledged. */
    long unacknowledged() {
        return unacknowledged;
    }

    /** Position in the stream that an acknowledgement number stands for. */
    long position(int wireSequence) {
        return unacknowledged + (wireSequence - wire(unacknowledged));
    }

    int wire(long position) {
        return firstSequence + (int) position;
    }

    /** Whether the last acknowledgement reports a segment that arrived twice. */
    boolean reportsDuplicate() {
        return duplicateBytes > 0;
    }

    long duplicateRight() {
        return duplicateRight;
    }

    long duplicateBytes() {
        return duplicateBytes;
    }

    /**
     * Round-trip time of what was selectively acknowledged last, -1 if it was sent again or there was nothing.
     */
    long sackRttNanos() {
        return sackRttNanos;
    }

    /**
     * Takes an acknowledgement.
     *
     * @param ack its position, at most {@code next}
     * @param next first byte never sent
     * @return what it told; valid until the next one
     */
    AckSample take(TcpSegment segment, long ack, long next, boolean windowLimited) {
        boolean advanced = ack > unacknowledged;
        begin(windowLimited);
        echo = segment.timestampEcho;
        highestSackedBefore = highestSacked;
        takeDuplicateReport(segment, ack);
        takeSelective(segment, ack, next);
        takeCumulative(ack, advanced);
        finish(next);
        return sample;
    }

    private void begin(boolean windowLimited) {
        sample.nowNanos = time.nowNanos();
        sample.deliveredSegments = 0;
        sample.rttNanos = -1;
        sample.inFlightBefore = board.inFlight();
        sample.windowLimited = windowLimited;
        sample.deliveredBefore = -1;
        sample.rateIntervalNanos = 0;
        sackRttNanos = -1;
    }

    private void finish(long next) {
        if (sample.rttNanos < 0) {
            sample.rttNanos = sackRttNanos;
        }
        if (sample.rttNanos >= 0) {
            rtt.onSample(sample.rttNanos);
        }
        sample.smoothedRttNanos = rtt.smoothedNanos();
        sample.minRttNanos = rtt.minimumNanos();
        sample.unacknowledged = unacknowledged;
        sample.next = next;
        rate.finish(sample);
        rack.adapt(sample);
    }

    /** The first SACK block reports a duplicate if it lies below the cumulative one or within the second (RFC 2883). */
    private void takeDuplicateReport(TcpSegment segment, long ack) {
        duplicateBytes = 0;
        if (segment.sackCount == 0) {
            return;
        }
        long left = position(segment.sackLeft[0]);
        long right = position(segment.sackRight[0]);
        boolean below = right <= ack;
        boolean within = segment.sackCount > 1
                && left >= position(segment.sackLeft[1])
                && right <= position(segment.sackRight[1]);
        if (below || within) {
            duplicateRight = right;
            duplicateBytes = Math.max(1, right - left);
        }
    }

    private void takeSelective(TcpSegment segment, long ack, long next) {
        int firstBlock = reportsDuplicate() ? 1 : 0;
        for (int i = firstBlock; i < segment.sackCount; i++) {
            long left = position(segment.sackLeft[i]);
            long right = position(segment.sackRight[i]);
            if (left < right && left >= ack && right <= next) {
                takeBlock(left, right);
            }
        }
        for (int i = 0; i < knownLeft.length; i++) {
            boolean present = i < segment.sackCount && i >= firstBlock;
            knownLeft[i] = present ? position(segment.sackLeft[i]) : -1;
            knownRight[i] = present ? position(segment.sackRight[i]) : -1;
        }
    }

    private void takeBlock(long left, long right) {
        long from = left;
        // Most of a block was in the last acknowledgement too; go on from where that one ended.
        for (int known = 0; known < knownLeft.length; known++) {
            if (knownLeft[known] == left && knownRight[known] <= right && knownRight[known] > from) {
                from = knownRight[known];
            }
        }
        for (int id = board.firstFrom(from); id < board.end() && board.endSequence(id) <= right; id++) {
            if (!board.isSacked(id)) {
                onDelivered(id);
                if (sackRttNanos < 0 && !board.wasRetransmitted(id)) {
                    sackRttNanos = sample.nowNanos - board.sentNanos(id);
                }
                board.markSacked(id);
                rack.onSacked(id);
                highestSacked = Math.max(highestSacked, board.start(id));
            }
        }
    }

    private void takeCumulative(long ack, boolean advanced) {
        boolean againAcked = false;
        while (board.count() > 0 && board.endSequence(board.first()) <= ack) {
            int id = board.first();
            if (!board.isSacked(id)) {
                onDelivered(id);
                // The last segment's time, not the first's: an acknowledgement that was delayed until the second
                // segment came says nothing about the path of the first.
                sample.rttNanos = sample.nowNanos - board.sentNanos(id);
            }
            againAcked |= board.wasRetransmitted(id);
            board.removeFirst();
        }
        if (againAcked) {
            // Karn's rule (RFC 6298, 3): what is acknowledged together with a retransmission waited for it. The echoed
            // timestamp is that of what filled the hole, but it is too coarse for more than the time-out.
            sample.rttNanos = -1;
            if (advanced) {
                rtt.onCoarseSample((time.millisecondOf(sample.nowNanos) - echo) * MILLI);
            }
        }
        unacknowledged = Math.max(unacknowledged, ack);
    }

    private void onDelivered(int id) {
        boolean again = board.wasRetransmitted(id);
        // An echo from before the retransmission: the first transmission has arrived.
        boolean original = again && echo - time.millisecondOf(board.sentNanos(id)) < 0;
        rack.onDelivered(id, original, sample.nowNanos);
        if (!again && board.start(id) < highestSackedBefore) {
            rack.onReordering();
        }
        rate.onDelivered(board, id, sample);
    }
}
