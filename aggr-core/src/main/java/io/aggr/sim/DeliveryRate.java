package io.aggr.sim;

/**
 * Samples the rate at which segments arrive, each over the flight of the newest segment that an acknowledgement reports (Cheng
 * and others, "Delivery Rate Estimation", Internet-Draft, 2022).
 */
final class DeliveryRate {
    private long delivered;
    private long deliveredAtNanos;
    private long firstSentAtNanos;
    private long sendElapsedNanos;
    private long thenNanos;

    /** Nothing is under way: the next flight begins now. */
    void restart(long nowNanos) {
        deliveredAtNanos = nowNanos;
        firstSentAtNanos = nowNanos;
    }

    void onSent(Scoreboard board, int id) {
        board.stampDelivery(id, delivered, deliveredAtNanos, firstSentAtNanos);
    }

    void onDelivered(Scoreboard board, int id, AckSample sample) {
        delivered++;
        deliveredAtNanos = sample.nowNanos;
        sample.deliveredSegments++;
        if (board.deliveredThen(id) > sample.deliveredBefore) {
            sample.deliveredBefore = board.deliveredThen(id);
            thenNanos = board.deliveredThenNanos(id);
            sendElapsedNanos = board.sentNanos(id) - board.firstSentThenNanos(id);
            firstSentAtNanos = board.sentNanos(id);
        }
    }

    void finish(AckSample sample) {
        sample.deliveredTotal = delivered;
        if (sample.deliveredBefore >= 0) {
            long intervalNanos = Math.max(sendElapsedNanos, sample.nowNanos - thenNanos);
            // A span shorter than the path's round trip is an artefact of compressed acknowledgements.
            sample.rateIntervalNanos = intervalNanos >= sample.minRttNanos ? intervalNanos : 0;
        }
    }
}
