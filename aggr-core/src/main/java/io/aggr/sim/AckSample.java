package io.aggr.sim;

/** What one acknowledgement told the sender, for congestion control. Reused. */
final class AckSample {
    long nowNanos;
    /** Segments newly known to have arrived, by either kind of acknowledgement. */
    int deliveredSegments;
    /** Segments newly declared lost. */
    int lostSegments;
    /** Round-trip time, -1 if this acknowledgement gives none. */
    long rttNanos;

    long smoothedRttNanos;
    long minRttNanos;
    /** Segments in flight before and after the acknowledgement. */
    int inFlightBefore;

    int inFlight;
    /** Whether the window was what limited the sender. */
    boolean windowLimited;
    /** First byte not acknowledged, and first byte never sent. */
    long unacknowledged;

    long next;
    /** All segments delivered so far, and that count when the newest segment delivered here was sent. */
    long deliveredTotal;

    long deliveredBefore;
    /** Span over which {@code deliveredTotal - deliveredBefore} arrived; 0 if there is no rate sample. */
    long rateIntervalNanos;
    /** Whether the rate sample is of a time in which there was not enough to send. */
    boolean applicationLimited;
    /** Whether the sender is in loss recovery after this acknowledgement. */
    boolean inRecovery;

    double deliveryRatePerNano() {
        return (double) (deliveredTotal - deliveredBefore) / rateIntervalNanos;
    }
}
