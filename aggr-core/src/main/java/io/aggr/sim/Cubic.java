package io.aggr.sim;

/**
 * CUBIC (RFC 9438) with the HyStart of Linux (Ha, Rhee: "Taming the Elephants", 2011).
 *
 * <p>HyStart leaves slow start when acknowledgements have come in one train for half of the smallest round-trip time, or
 * when the round-trip time of a round is 4 to 16 ms (an eighth of the smallest) over the smallest.
 */
final class Cubic implements CongestionControl {
    private static final double SCALE = 0.4; // C, segments per second cubed (RFC 9438, 5)
    private static final double BETA = 0.7;
    private static final double FRIENDLY_ALPHA = 3 * (1 - BETA) / (1 + BETA);

    private static final double HYSTART_LOW_WINDOW = 16;
    private static final int HYSTART_SAMPLES = 8;
    private static final long HYSTART_TRAIN_GAP_NANOS = 2_000_000;
    private static final long HYSTART_TRAIN_SLACK_NANOS = 1_000_000;
    private static final long HYSTART_MIN_RISE_NANOS = 4_000_000;
    private static final long HYSTART_MAX_RISE_NANOS = 16_000_000;
    private static final long HYSTART_PAUSE_NANOS = 1_000_000_000;

    /** State of the cubic function, apart so that it can be saved for an undo (RFC 9438, 4.9). */
    private record Curve(
            boolean inEpoch,
            long epochStartNanos,
            double maxWindow,
            double epochWindow,
            double friendlyWindow,
            double secondsToMax,
            double priorWindow) {
        static final Curve NONE = new Curve(false, 0, 0, 0, 0, 0, 0);
    }

    private final boolean hasHystart;
    private boolean inEpoch;
    private long epochStartNanos;
    private double maxWindow;
    private double epochWindow;
    private double friendlyWindow;
    private double secondsToMax;
    private double priorWindow;
    private Curve saved = Curve.NONE;

    private long minRttNanos = Long.MAX_VALUE;
    private boolean hystartFound;
    private boolean endSlowStart;
    private double slowStartWindow;
    private boolean roundStarted;
    private long roundEnd;
    private long roundStartNanos;
    private long lastAckNanos;
    private long roundMinRttNanos;
    private int roundSamples;

    /** @param hasHystart whether it may leave slow start before the first loss */
    Cubic(boolean hasHystart) {
        this.hasHystart = hasHystart;
    }

    @Override
    public double thresholdAfterLoss(double window, long nowNanos) {
        saved = new Curve(inEpoch, epochStartNanos, maxWindow, epochWindow, friendlyWindow, secondsToMax, priorWindow);
        inEpoch = false;
        priorWindow = window;
        // Fast convergence (RFC 9438, 4.7): a flow that did not get back to its old maximum makes room.
        maxWindow = window < maxWindow ? window * (1 + BETA) / 2 : window;
        return Math.max(window * BETA, 2);
    }

    @Override
    public double windowAfterAck(AckSample ack, double window, double threshold) {
        if (ack.rttNanos >= 0) {
            // Samples right after a recovery tell more about the recovery than about the path.
            if (!inEpoch || ack.nowNanos - epochStartNanos >= HYSTART_PAUSE_NANOS) {
                minRttNanos = Math.min(minRttNanos, ack.rttNanos);
                if (hasHystart && !hystartFound && window < threshold) {
                    hystart(ack, window);
                }
            }
        }
        if (!ack.windowLimited || ack.deliveredSegments == 0) {
            return window;
        }
        double grown = window;
        double segments = ack.deliveredSegments;
        if (window < threshold && !endSlowStart) {
            double room = Math.min(segments, threshold - window);
            grown += room;
            segments -= room;
        }
        return segments > 0 ? avoidCongestion(ack, grown, segments) : grown;
    }

    @Override
    public double thresholdAfterAck(double threshold) {
        if (endSlowStart) {
            endSlowStart = false;
            return slowStartWindow;
        }
        return threshold;
    }

    @Override
    public void onTimeout(long nowNanos) {
        inEpoch = false;
        minRttNanos = Long.MAX_VALUE;
        hystartFound = false;
        roundStarted = false;
    }

    @Override
    public void onUndo() {
        inEpoch = saved.inEpoch;
        epochStartNanos = saved.epochStartNanos;
        maxWindow = saved.maxWindow;
        epochWindow = saved.epochWindow;
        friendlyWindow = saved.friendlyWindow;
        secondsToMax = saved.secondsToMax;
        priorWindow = saved.priorWindow;
    }

    private double avoidCongestion(AckSample ack, double window, double segments) {
        if (!inEpoch) {
            inEpoch = true;
            epochStartNanos = ack.nowNanos;
            epochWindow = window;
            friendlyWindow = window;
            if (window < maxWindow) {
                secondsToMax = Math.cbrt((maxWindow - window) / SCALE);
            } else {
                secondsToMax = 0;
                maxWindow = window;
            }
        }
        double seconds = (ack.nowNanos - epochStartNanos) / 1e9;
        double rttSeconds = Math.max(0, ack.smoothedRttNanos) / 1e9;
        double target = Math.min(Math.max(cubicWindow(seconds + rttSeconds), window), 1.5 * window);
        // Reno-friendly region (RFC 9438, 4.3): never slower than additive increase with the same loss rate.
        friendlyWindow += (friendlyWindow < priorWindow ? FRIENDLY_ALPHA : 1) * segments / window;
        double next = cubicWindow(seconds) < friendlyWindow
                ? Math.max(window, friendlyWindow)
                : window + (target - window) * segments / window;
        return Math.min(next, window + segments / 2);
    }

    private double cubicWindow(double seconds) {
        double distance = seconds - secondsToMax;
        return SCALE * distance * distance * distance + maxWindow;
    }

    private void hystart(AckSample ack, double window) {
        if (!roundStarted || ack.unacknowledged > roundEnd) {
            roundStarted = true;
            roundEnd = ack.next;
            roundStartNanos = ack.nowNanos;
            lastAckNanos = ack.nowNanos;
            roundMinRttNanos = Long.MAX_VALUE;
            roundSamples = 0;
        }
        if (window < HYSTART_LOW_WINDOW) {
            return;
        }
        if (ack.nowNanos - lastAckNanos <= HYSTART_TRAIN_GAP_NANOS) {
            lastAckNanos = ack.nowNanos;
            if (ack.nowNanos - roundStartNanos > (minRttNanos + HYSTART_TRAIN_SLACK_NANOS) / 2) {
                leaveSlowStart(window);
            }
        }
        roundMinRttNanos = Math.min(roundMinRttNanos, ack.rttNanos);
        if (roundSamples < HYSTART_SAMPLES) {
            roundSamples++;
        } else {
            long rise = Math.max(HYSTART_MIN_RISE_NANOS, Math.min(HYSTART_MAX_RISE_NANOS, minRttNanos / 8));
            if (roundMinRttNanos > minRttNanos + rise) {
                leaveSlowStart(window);
            }
        }
    }

    private void leaveSlowStart(double window) {
        hystartFound = true;
        endSlowStart = true;
        slowStartWindow = window;
    }
}
