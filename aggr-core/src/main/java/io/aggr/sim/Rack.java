package io.aggr.sim;

/**
 * Loss detection by time (RACK, RFC 8985): a segment is lost when one that was sent later has arrived and the round-trip
 * time plus a reordering window has passed since.
 *
 * <p>The window is zero until reordering has been seen and three segments are out of order (so that the first losses are
 * found as fast as with three duplicate acknowledgements), else a quarter of the smallest round-trip time, times a factor that
 * grows with each round in which a duplicate arrival (DSACK) shows that a retransmission was not needed.
 */
final class Rack {
    private static final int DUPLICATE_THRESHOLD = 3;
    private static final int MAX_MULTIPLIER = 255;
    private static final int PERSIST_RECOVERIES = 16;

    private final Scoreboard board;
    private final RttEstimator rtt;
    private final boolean adaptive;

    private boolean hasNewest;
    private long newestSentNanos;
    private long newestEnd;
    private long newestRttNanos;
    private boolean reorderingSeen;
    private boolean duplicateSeen;
    private int multiplier = 1;
    private int persist;
    private long lastAdjustedDelivered;
    private int highestSacked = -1;

    Rack(Scoreboard board, RttEstimator rtt, boolean adaptive) {
        this.board = board;
        this.rtt = rtt;
        this.adaptive = adaptive;
    }

    /**
     * A segment has arrived at the receiver.
     *
     * @param id the segment, still on the scoreboard
     * @param mayBeOriginal whether, if it was retransmitted, the acknowledgement may be for the first transmission
     */
    void onDelivered(int id, boolean mayBeOriginal, long nowNanos) {
        long sentNanos = board.sentNanos(id);
        long sampleNanos = nowNanos - sentNanos;
        if (board.wasRetransmitted(id) && (mayBeOriginal || sampleNanos < rtt.minimumNanos())) {
            return;
        }
        newestRttNanos = sampleNanos;
        long end = board.endSequence(id);
        if (!hasNewest || sentNanos - newestSentNanos > 0 || (sentNanos == newestSentNanos && end > newestEnd)) {
            hasNewest = true;
            newestSentNanos = sentNanos;
            newestEnd = end;
        }
    }

    void onReordering() {
        reorderingSeen = true;
    }

    void onDuplicate() {
        duplicateSeen = true;
    }

    void onSacked(int id) {
        highestSacked = Math.max(highestSacked, id);
    }

    void onRecoveryEnd() {
        if (persist > 0) {
            persist--;
        }
    }

    /** Adapts the window, at most once per round trip. */
    void adapt(AckSample ack) {
        if (ack.deliveredBefore < 0) {
            return;
        }
        if (ack.deliveredBefore < lastAdjustedDelivered) {
            duplicateSeen = false;
        }
        if (duplicateSeen) {
            multiplier = Math.min(MAX_MULTIPLIER, multiplier + 1);
            duplicateSeen = false;
            lastAdjustedDelivered = ack.deliveredTotal;
            persist = PERSIST_RECOVERIES;
        } else if (persist == 0) {
            multiplier = 1;
        }
    }

    /**
     * Marks what is lost by now.
     *
     * @param inRecovery whether the sender is in fast or time-out recovery
     * @return nanoseconds until the next segment will have to be marked, 0 for none
     */
    long markLosses(long nowNanos, boolean inRecovery) {
        if (!hasNewest) {
            return 0;
        }
        if (!adaptive) {
            markByCount();
        }
        // The time threshold of RFC 9002 is 9/8 of the round-trip time.
        long windowNanos = adaptive ? windowNanos(inRecovery) : rtt.smoothedNanos() / 8;
        long waitNanos = 0;
        int id = board.oldest();
        while (id >= 0) {
            int next = board.newerThan(id);
            long sentNanos = board.sentNanos(id);
            if (sentNanos - newestSentNanos > 0
                    || (sentNanos == newestSentNanos && board.endSequence(id) >= newestEnd)) {
                break;
            }
            long leftNanos = sentNanos + newestRttNanos + windowNanos - nowNanos;
            if (leftNanos <= 0) {
                board.markLost(id);
            } else {
                waitNanos = Math.max(waitNanos, leftNanos);
            }
            id = next;
        }
        return waitNanos;
    }

    /** Whether a segment is so young that a time-out should not count it as lost. */
    boolean isRecent(int id, long nowNanos) {
        return hasNewest && board.sentNanos(id) + newestRttNanos + windowNanos(true) - nowNanos > 0;
    }

    /** The rule of stacks that do not adapt: three later segments have arrived (RFC 9002, 6.1.1). */
    private void markByCount() {
        int id = board.oldest();
        while (id >= 0) {
            int next = board.newerThan(id);
            if (board.sentNanos(id) - newestSentNanos > 0) {
                break;
            }
            if (id <= highestSacked - DUPLICATE_THRESHOLD && !board.wasRetransmitted(id)) {
                board.markLost(id);
            }
            id = next;
        }
    }

    private long windowNanos(boolean inRecovery) {
        if (!reorderingSeen && (inRecovery || board.sackedCount() >= DUPLICATE_THRESHOLD)) {
            return 0;
        }
        if (rtt.smoothedNanos() < 0) {
            return 0;
        }
        return Math.min(rtt.minimumNanos() / 4 * multiplier, rtt.smoothedNanos());
    }
}
