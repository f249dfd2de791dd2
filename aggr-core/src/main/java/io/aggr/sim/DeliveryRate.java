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
    private boolean limitedThen;
    /** What was under way when the application had nothing more to send; up to this count samples are limited by it. 0 for none. */
    private long limitedUntil;

    /** Nothing is under way: the next flight begins now. */
    void restart(long nowNanos) {
        deliveredAtNanos = nowNanos;
        firstSentAtNanos = nowNanos;
    }

    void onSent(Scoreboard board, int id) {
        board.stampDelivery(id, delivered, deliveredAtNanos, firstSentAtNanos, limitedUntil > 0);
    }

    /** The application has nothing to send, though the window would allow it. */
    void onNothingToSend(int inFlight) {
        limitedUntil = Math.max(1, delivered + inFlight);
    }

    void onDelivered(Scoreboard board, int id, AckSample sample) {
        delivered++;
        deliveredAtNanos = sample.nowNanos;
        if (delivered > limitedUntil) {
            limitedUntil = 0;
        }
        sample.deliveredSegments++;
        if (board.deliveredThen(id) > sample.deliveredBefore) {
            sample.deliveredBefore = board.deliveredThen(id);
            thenNanos = board.deliveredThenNanos(id);
            limitedThen = board.wasLimitedThen(id);
            sendElapsedNanos = board.sentNanos(id) - board.firstSentThenNanos(id);
            firstSentAtNanos = board.sentNanos(id);
        }
    }

    void finish(AckSample sample) {
        sample.deliveredTotal = delivered;
        sample.applicationLimited = sample.deliveredBefore >= 0 && limitedThen;
        if (sample.deliveredBefore >= 0) {
            long intervalNanos = Math.max(sendElapsedNanos, sample.nowNanos - thenNanos);
            // A span shorter than the path's round trip is an artefact of compressed acknowledgements.
            sample.rateIntervalNanos = intervalNanos >= sample.minRttNanos ? intervalNanos : 0;
        }
    }
}
