package io.aggr.sim;

/**
 * A congestion control: decides the window, and the pace if it has one.
 *
 * <p>Windows are counted in segments, as fractions. The sender takes care of loss detection, of the reduction after a loss
 * (PRR) and of undoing it; an algorithm that wants none of that says so with {@link #ownsRecovery}.
 */
interface CongestionControl {
    /** No slow-start threshold yet. */
    double INFINITE = 1e9;

    /** The window of a new connection (RFC 6928). */
    double INITIAL_WINDOW = 10;

    static CongestionControl of(CongestionAlgorithm algorithm, int segmentBytes) {
        return switch (algorithm) {
            case CUBIC -> new Cubic(true);
            case CUBIC_WITHOUT_HYSTART -> new Cubic(false);
            case BBR -> new Bbr(segmentBytes);
        };
    }

    /** The threshold to reduce to after a loss or a congestion mark; called once per reduction, before it. */
    double thresholdAfterLoss(double window, long nowNanos);

    /**
     * The window after an acknowledgement.
     *
     * @param window present window
     * @param threshold present slow-start threshold
     */
    double windowAfterAck(AckSample ack, double window, double threshold);

    /** The slow-start threshold after an acknowledgement; slow start may end for other reasons than loss. */
    double thresholdAfterAck(double threshold);

    /** The retransmission timer has fired. */
    void onTimeout(long nowNanos);

    /** The last reduction is taken back. */
    void onUndo();

    /** Whether {@link #windowAfterAck} decides during recovery too, in place of PRR. */
    default boolean ownsRecovery() {
        return false;
    }

    /** Pace in bytes per nanosecond, 0 for none. */
    default double paceBytesPerNano() {
        return 0;
    }
}
