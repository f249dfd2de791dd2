package io.aggr.sim;

/**
 * Proportional rate reduction (PRR, RFC 6937): how the window goes from what it was before a loss to the new threshold
 * within a round trip, paced by what arrives. Also what is needed to take the reduction back.
 */
final class WindowReduction {
    private double windowBefore;
    private double thresholdBefore;
    private double threshold;
    private int delivered;
    private int sent;

    void begin(double window, double oldThreshold, double newThreshold) {
        windowBefore = window;
        thresholdBefore = oldThreshold;
        threshold = newThreshold;
        delivered = 0;
        sent = 0;
    }

    /** Something was sent during the reduction. */
    void onSent() {
        sent++;
    }

    /**
     * The window after an acknowledgement.
     *
     * @param newlyDelivered segments that it reports as arrived, by either kind of acknowledgement
     * @param progressed whether it acknowledges cumulatively and no new loss was found with it
     */
    double windowAfterAck(int newlyDelivered, boolean progressed, int inFlight) {
        delivered += newlyDelivered;
        int room = (int) threshold - inFlight;
        int allowed;
        if (room < 0) {
            allowed = (int) Math.ceil(threshold * delivered / Math.max(1, windowBefore)) - sent;
        } else {
            allowed = Math.max(delivered - sent, newlyDelivered) + (progressed ? 1 : 0);
            allowed = Math.min(room, allowed);
        }
        // The first retransmission goes out at once.
        return inFlight + Math.max(allowed, sent > 0 ? 0 : 1);
    }

    double windowBefore() {
        return windowBefore;
    }

    double thresholdBefore() {
        return thresholdBefore;
    }
}
