package io.aggr.sim;

/**
 * BBR version 1 (Cardwell, Cheng, Gunn, Yeganeh, Jacobson: "BBR: Congestion-Based Congestion Control", ACM Queue 14(5),
 * 2016). Paces at a windowed maximum of the delivery rate and bounds the window by twice the product of that and a windowed
 * minimum of the round-trip time, with room for acknowledgements that come in bursts. Does not reduce on loss, apart from one round of packet
 * conservation.
 *
 * <p>Left out: the detection of token-bucket policers.
 */
final class Bbr implements CongestionControl {
    private enum Mode {
        STARTUP,
        DRAIN,
        PROBE_BANDWIDTH,
        PROBE_RTT
    }

    private static final double STARTUP_GAIN = 2.885; // 2 / ln 2: doubles the rate in each round
    private static final double WINDOW_GAIN = 2;
    private static final double[] CYCLE = {1.25, 0.75, 1, 1, 1, 1, 1, 1};
    private static final int RATE_FILTER_ROUNDS = 10;
    private static final long RTT_FILTER_NANOS = 10_000_000_000L;
    private static final long PROBE_RTT_NANOS = 200_000_000L;
    private static final double MIN_WINDOW = 4;
    private static final double FULL_GROWTH = 1.25;
    private static final int FULL_ROUNDS = 3;
    /** Room for bursts of the sender and for delayed acknowledgements: three times two segments. */
    private static final double BURST_SEGMENTS = 6;

    private final int packetBytes;
    private final AckAggregation aggregation = new AckAggregation();
    private final double[] rateByRound = new double[RATE_FILTER_ROUNDS];

    private Mode mode = Mode.STARTUP;
    private double paceGain = STARTUP_GAIN;
    private double windowGain = STARTUP_GAIN;
    private double maxRate; // segments per nanosecond
    private long round;
    private long roundEndsAt;
    private boolean roundStart;
    private double fullRate;
    private int fullRounds;
    private boolean pipeFull;
    private long minRttNanos = -1;
    private long minRttAtNanos;
    private boolean hasProbeEnd;
    private long probeEndNanos;
    private boolean probeRoundDone;
    private double windowBeforeProbe;
    private int cycleIndex;
    private long cycleStartNanos;
    private boolean wasInRecovery;
    private long conserveUntilRound;
    private double windowBeforeRecovery;

    Bbr(int segmentBytes) {
        packetBytes = segmentBytes + TcpSegment.DATA_HEADER_BYTES;
    }

    @Override
    public double thresholdAfterLoss(double window, long nowNanos) {
        windowBeforeRecovery = Math.max(window, wasInRecovery ? windowBeforeRecovery : 0);
        return window;
    }

    @Override
    public double windowAfterAck(AckSample ack, double window, double threshold) {
        updateRound(ack);
        updateRate(ack);
        aggregation.onAck(ack, maxRate, roundStart, window);
        updateCycle(ack);
        checkPipeFull(ack);
        if (mode == Mode.STARTUP && pipeFull) {
            mode = Mode.DRAIN;
            paceGain = 1 / STARTUP_GAIN;
            windowGain = STARTUP_GAIN;
        }
        if (mode == Mode.DRAIN && ack.inFlight <= bandwidthDelay(1)) {
            enterProbeBandwidth(ack.nowNanos);
        }
        double kept = updateMinRtt(ack, window);
        return nextWindow(ack, kept);
    }

    @Override
    public double thresholdAfterAck(double threshold) {
        return threshold;
    }

    @Override
    public void onTimeout(long nowNanos) {
        fullRate = 0;
        fullRounds = 0;
    }

    @Override
    public void onUndo() {
        fullRate = 0;
        fullRounds = 0;
    }

    @Override
    public boolean ownsRecovery() {
        return true;
    }

    @Override
    public double paceBytesPerNano() {
        // One per cent below, so that an estimate that is a little high does not build a queue for ever.
        return maxRate * paceGain * packetBytes * 0.99;
    }

    private void updateRound(AckSample ack) {
        roundStart = false;
        if (ack.deliveredBefore >= 0 && ack.deliveredBefore >= roundEndsAt) {
            roundEndsAt = ack.deliveredTotal;
            round++;
            roundStart = true;
            rateByRound[(int) (round % RATE_FILTER_ROUNDS)] = 0;
        }
    }

    private void updateRate(AckSample ack) {
        if (ack.rateIntervalNanos <= 0) {
            return;
        }
        if (ack.applicationLimited && ack.deliveryRatePerNano() < maxRate) {
            // Says how much there was to send, not how much the path takes.
            return;
        }
        int slot = (int) (round % RATE_FILTER_ROUNDS);
        rateByRound[slot] = Math.max(rateByRound[slot], ack.deliveryRatePerNano());
        maxRate = 0;
        for (double rate : rateByRound) {
            maxRate = Math.max(maxRate, rate);
        }
    }

    private void updateCycle(AckSample ack) {
        if (mode != Mode.PROBE_BANDWIDTH) {
            return;
        }
        boolean fullLength = ack.nowNanos - cycleStartNanos > minRttNanos;
        boolean over;
        if (paceGain > 1) {
            over = fullLength && (ack.lostSegments > 0 || ack.inFlightBefore >= bandwidthDelay(paceGain));
        } else if (paceGain < 1) {
            over = fullLength || ack.inFlight <= bandwidthDelay(1);
        } else {
            over = fullLength;
        }
        if (over) {
            cycleIndex = (cycleIndex + 1) % CYCLE.length;
            cycleStartNanos = ack.nowNanos;
            paceGain = CYCLE[cycleIndex];
        }
    }

    private void checkPipeFull(AckSample ack) {
        if (pipeFull || !roundStart || ack.applicationLimited) {
            return;
        }
        if (maxRate >= fullRate * FULL_GROWTH) {
            fullRate = maxRate;
            fullRounds = 0;
        } else if (++fullRounds >= FULL_ROUNDS) {
            pipeFull = true;
        }
    }

    private void enterProbeBandwidth(long nowNanos) {
        mode = Mode.PROBE_BANDWIDTH;
        windowGain = WINDOW_GAIN;
        // Any phase but the draining one will do; the original draws it.
        cycleIndex = 2;
        cycleStartNanos = nowNanos;
        paceGain = CYCLE[cycleIndex];
    }

    private double updateMinRtt(AckSample ack, double window) {
        boolean expired = minRttNanos >= 0 && ack.nowNanos - minRttAtNanos > RTT_FILTER_NANOS;
        if (ack.rttNanos >= 0 && (minRttNanos < 0 || ack.rttNanos <= minRttNanos || expired)) {
            minRttNanos = ack.rttNanos;
            minRttAtNanos = ack.nowNanos;
        }
        if (expired && mode != Mode.PROBE_RTT) {
            mode = Mode.PROBE_RTT;
            paceGain = 1;
            windowBeforeProbe = window;
            hasProbeEnd = false;
        }
        if (mode != Mode.PROBE_RTT) {
            return window;
        }
        if (!hasProbeEnd && ack.inFlight <= MIN_WINDOW) {
            hasProbeEnd = true;
            probeEndNanos = ack.nowNanos + PROBE_RTT_NANOS;
            probeRoundDone = false;
            roundEndsAt = ack.deliveredTotal;
        } else if (hasProbeEnd) {
            probeRoundDone |= roundStart;
            if (probeRoundDone && ack.nowNanos - probeEndNanos >= 0) {
                minRttAtNanos = ack.nowNanos;
                if (pipeFull) {
                    enterProbeBandwidth(ack.nowNanos);
                } else {
                    mode = Mode.STARTUP;
                    paceGain = STARTUP_GAIN;
                    windowGain = STARTUP_GAIN;
                }
                return Math.max(window, windowBeforeProbe);
            }
        }
        return window;
    }

    private double nextWindow(AckSample ack, double window) {
        double next = window;
        if (ack.lostSegments > 0) {
            next = Math.max(1, next - ack.lostSegments);
        }
        if (ack.inRecovery && !wasInRecovery) {
            conserveUntilRound = round + 1;
            roundEndsAt = ack.deliveredTotal;
            next = ack.inFlight + Math.max(1, ack.deliveredSegments);
        } else if (!ack.inRecovery && wasInRecovery) {
            next = Math.max(next, windowBeforeRecovery);
            conserveUntilRound = 0;
        }
        wasInRecovery = ack.inRecovery;
        if (ack.inRecovery && round < conserveUntilRound) {
            next = Math.max(next, ack.inFlight + ack.deliveredSegments);
        } else {
            double target = bandwidthDelay(windowGain) + BURST_SEGMENTS;
            if (pipeFull) {
                target += aggregation.segments(maxRate);
            }
            if (pipeFull) {
                next = Math.min(next + ack.deliveredSegments, target);
            } else if (next < target || ack.deliveredTotal < INITIAL_WINDOW) {
                next += ack.deliveredSegments;
            }
            next = Math.max(next, MIN_WINDOW);
        }
        return mode == Mode.PROBE_RTT ? Math.min(next, MIN_WINDOW) : next;
    }

    private double bandwidthDelay(double gain) {
        return minRttNanos < 0 || maxRate <= 0 ? INITIAL_WINDOW * gain : maxRate * minRttNanos * gain;
    }
}
