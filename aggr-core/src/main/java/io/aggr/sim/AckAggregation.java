package io.aggr.sim;

/**
 * How many segments acknowledgements report beyond what the bandwidth explains, because some link holds acknowledgements back and lets them go
 * in bursts: the {@code extra_acked} of BBR (Cardwell and others, "BBR Congestion Control", Internet-Draft, 2022). A sender whose window leaves
 * no room for that stands still between two bursts.
 */
final class AckAggregation {
    /** Each of the two halves of the filter lasts so long. */
    private static final int ROUNDS = 5;

    /** More than what the bandwidth brings in this time is never allowed for. */
    private static final double MOST_NANOS = 100e6;

    private final double[] extra = new double[2];
    private int half;
    private int rounds;
    private boolean measuring;
    private long sinceNanos;
    private double acked;

    /**
     * Takes an acknowledgement.
     *
     * @param ratePerNano present estimate of the bandwidth, segments per nanosecond
     * @param roundStart whether a round trip begins with it
     * @param window present congestion window, segments
     */
    void onAck(AckSample ack, double ratePerNano, boolean roundStart, double window) {
        if (ack.deliveredSegments <= 0 || ratePerNano <= 0) {
            return;
        }
        if (roundStart && ++rounds >= ROUNDS) {
            rounds = 0;
            half ^= 1;
            extra[half] = 0;
        }
        double expected = measuring ? ratePerNano * (ack.nowNanos - sinceNanos) : 0;
        if (!measuring || acked <= expected) {
            // The bandwidth explains all so far: a new burst may begin here.
            measuring = true;
            sinceNanos = ack.nowNanos;
            acked = 0;
            expected = 0;
        }
        acked += ack.deliveredSegments;
        extra[half] = Math.max(extra[half], Math.min(acked - expected, window));
    }

    /** Room in the window for bursts, segments. */
    double segments(double ratePerNano) {
        return Math.min(Math.max(extra[0], extra[1]), ratePerNano * MOST_NANOS);
    }
}
