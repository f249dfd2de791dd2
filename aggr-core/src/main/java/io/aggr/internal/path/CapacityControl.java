package io.aggr.internal.path;

/**
 * Finds what a line carries and says how fast to send: at what the line delivered while it was filled, mostly; from time to time a little faster, to see
 * whether it delivers more; slower while a queue stands in its modem. Loss alone says little, for lines lose without being full and shallow modems drop
 * without ever showing a queue. What counts is whether more is lost at a higher rate than at a lower one.
 *
 * <p>Ideas: the windowed maximum and the gains of BBR (Cardwell et al., ACM Queue 2016), the delay target of LEDBAT (RFC 6817), comparing what two rates
 * yield from PCC (Dong et al., NSDI 2015).
 *
 * <p>Confined to the thread that sends. No clock: time comes with the reports.
 */
public final class CapacityControl {

    private static final long MILLI = 1_000_000;
    private static final long TARGET_NANOS = 4 * MILLI;
    private static final long MAX_TARGET_DEVIATION_NANOS = 25 * MILLI;
    private static final long JITTER_NANOS = 2 * MILLI;
    private static final int STEADY_REPORTS = 5;
    private static final long MIN_EPOCH_NANOS = 100 * MILLI;
    private static final long MAX_EPOCH_NANOS = 300 * MILLI;
    private static final long DRAIN_FROM_NANOS = 50 * MILLI;
    private static final long MAX_DRAIN_NANOS = 400 * MILLI;
    private static final long DRAIN_PATIENCE_NANOS = 2_000 * MILLI;
    private static final int STANDING_EPOCHS = 6;
    private static final int SWAMPED_EPOCHS = 3;
    private static final double SWAMPED_FROM = 1.2;
    private static final double SWAMPING_LOSS = 0.15;
    private static final double LEAST_BELIEVED = 0.8;
    private static final int MAX_GOOD = 5;
    private static final int MAX_CALM = 16;
    private static final int PROBE_EPOCHS = 6;
    private static final double PROBE_GAIN = 0.03;
    private static final double LOW_GAIN = 0.97;
    private static final double LIMITED_SHARE = 0.9;
    private static final double START_LOSS_SHARE = 0.25;
    private static final double LOSS_NOTED = 0.005;
    private static final double LOSS_OF_PROBING = 0.015;
    private static final double HEAVY_LOSS = 0.25;
    private static final double MAX_OWN_LOSS = 0.3;
    private static final double LEAST_BITS_PER_SECOND = 8_000;

    /** Before anything is known: enough for ten full packets in a tenth of a second. */
    private static final double BLIND_BITS_PER_SECOND = 1_200_000;

    private enum Phase {
        /** Doubles until the line is full. */
        START,
        /** A little below what the line carries, to learn what it loses of itself. */
        LOW,
        /** What the line carries. */
        CALM,
        /** A little more, to see whether it carries that. */
        PROBE
    }

    private final DeliveryMeter meter = new DeliveryMeter();
    private final MaxBuckets filter = new MaxBuckets();
    private final RelativeDelay delay;

    private Phase phase = Phase.START;
    private double capacity;
    private double rate = BLIND_BITS_PER_SECOND;
    private double previousRate = BLIND_BITS_PER_SECOND;
    private double limit = Double.MAX_VALUE;
    private boolean estimated;
    private double gain = 1;
    /** First counter that was sent with the present gain. */
    private long gainCounter;

    private long nextCounter;

    private int phaseEpochs;
    private int good;
    private int calmFactor = 1;
    private double lossFreeCapacity;
    private double lossAverage;
    private double ownLoss;

    private final long[] lastQueues = new long[STEADY_REPORTS];
    private int queues;
    private long lastQueueNanos;
    private long reportQueueNanos;
    private long epochQueueNanos = Long.MAX_VALUE;
    private long previousQueueNanos;
    private int standingEpochs;
    private int heavyEpochs;
    private int swampedEpochs;
    private double swampedRate;

    private boolean draining;
    private long drainEndNanos;
    private long drainedFromNanos;
    private int fruitless;
    private long pauseNanos;

    /**
     * Controls a line of which nothing is known.
     *
     * @param delay the line's delay; told when its base has to be found anew
     */
    CapacityControl(RelativeDelay delay) {
        this.delay = delay;
    }

    /** Counters begin anew. What is known of the line stays. */
    void resetNumbers() {
        meter.reset();
        gainCounter = 0;
        nextCounter = 0;
        draining = false;
        epochQueueNanos = Long.MAX_VALUE;
    }

    /** Forgets the line. */
    void reset() {
        resetNumbers();
        filter.clear();
        phase = Phase.START;
        capacity = 0;
        rate = BLIND_BITS_PER_SECOND;
        previousRate = rate;
        estimated = false;
        lossAverage = 0;
        ownLoss = 0;
        good = 0;
        calmFactor = 1;
        standingEpochs = 0;
        heavyEpochs = 0;
        swampedEpochs = 0;
        fruitless = 0;
    }

    /**
     * Somebody has an idea of the rate: a train of packets, the configuration, an earlier life. It is a start, not the truth.
     *
     * @param bitsPerSecond the idea, above 0
     */
    public void seed(double bitsPerSecond) {
        filter.clear();
        capacity = Math.min(limit, Math.max(LEAST_BITS_PER_SECOND, bitsPerSecond));
        filter.raise(capacity);
        estimated = true;
        good = 0;
        swampedEpochs = 0;
        enter(Phase.CALM);
        setGain(1);
        apply(0, 0);
    }

    /**
     * A report speaks of packets that were sent to measure the line, faster than it may carry: neither what they lost nor the queue that they made says
     * anything of the rate that is kept.
     *
     * @param counter as for {@link #onReport}
     * @param packets as for {@link #onReport}
     * @param bytes as for {@link #onReport}
     * @param arrivedNanos as for {@link #onReport}
     * @param sentNanos as for {@link #onReport}
     */
    void skip(long counter, long packets, long bytes, long arrivedNanos, long sentNanos) {
        meter.reset();
        meter.onReport(counter, packets, bytes, arrivedNanos, sentNanos);
        epochQueueNanos = Long.MAX_VALUE;
        pauseNanos = 0;
    }

    /** What was lost of late was lost for its length and says nothing of the rate. */
    void forgiveLoss() {
        if (lossFreeCapacity > capacity) {
            filter.raise(lossFreeCapacity);
            capacity = lossFreeCapacity;
        }
        heavyEpochs = 0;
        lossAverage = 0;
        ownLoss = 0;
    }

    /** The line is back after a pause: it goes on at what it carried, and what it carries now is found soon. */
    void restart() {
        draining = false;
        standingEpochs = 0;
        heavyEpochs = 0;
        swampedEpochs = 0;
        if (phase != Phase.START) {
            good = 0;
            enter(Phase.CALM);
            setGain(1);
        }
    }

    /**
     * Bounds the rate.
     *
     * @param bitsPerSecond never more than this; {@link Double#MAX_VALUE} for no bound
     */
    void limit(double bitsPerSecond) {
        limit = bitsPerSecond;
        rate = Math.min(rate, limit);
    }

    /**
     * Takes what a report says of the line. {@link RelativeDelay} must have had its sample before.
     *
     * @param nowNanos monotonic time
     * @param counter highest counter that has arrived
     * @param packets datagrams that have arrived, since the association began
     * @param bytes their bytes, outer headers included
     * @param arrivedNanos when the highest arrived, by the receiver's clock
     * @param sentNanos when the highest had left, by the sender's clock
     * @param next the counter that will be used next
     */
    public void onReport(
            long nowNanos, long counter, long packets, long bytes, long arrivedNanos, long sentNanos, long next) {
        nextCounter = next;
        pauseNanos = 0;
        if (!meter.onReport(counter, packets, bytes, arrivedNanos, sentNanos)) {
            return;
        }
        long queue = delay.isMeasured() ? delay.latestQueueNanos() : 0;
        long deviation = delay.isMeasured() ? delay.deviationNanos() : 0;
        boolean jittery = deviation > JITTER_NANOS;
        long target = TARGET_NANOS + Math.min(2 * deviation, MAX_TARGET_DEVIATION_NANOS);
        long standing = steady(queue, jittery);
        reportQueueNanos = lastQueueNanos;
        lastQueueNanos = queue;
        epochQueueNanos = Math.min(epochQueueNanos, queue);
        judgeDrain(sentNanos, queue, target, nowNanos);
        if (meter.isComplete(Math.max(MIN_EPOCH_NANOS, Math.min(MAX_EPOCH_NANOS, 24 * deviation)))) {
            meter.close();
            long epochQueue = epochQueueNanos;
            epochQueueNanos = queue;
            endEpoch(nowNanos, epochQueue, target, jittery ? target : target / 2);
            previousQueueNanos = epochQueue;
        }
        if (!draining && (queue > DRAIN_FROM_NANOS + 3 * target || standingEpochs >= STANDING_EPOCHS)) {
            drain(queue, target, nowNanos);
        }
        apply(standing, target);
    }

    /** The queue that has stood for a while where the delay jitters: the least of some reports. */
    private long steady(long queue, boolean jittery) {
        lastQueues[queues++ % STEADY_REPORTS] = queue;
        long least = queue;
        for (int i = 0; jittery && i < STEADY_REPORTS; i++) {
            least = Math.min(least, lastQueues[i]);
        }
        return least;
    }

    private void endEpoch(long nowNanos, long queue, long target, long busyFrom) {
        // A queue from the beginning to the end: the line had always something to send.
        boolean busy = queue > busyFrom && previousQueueNanos > busyFrom;
        double loss = meter.lossRatio();
        // What the line loses of itself it has carried as well; what a full modem drops it has not.
        double carried = 1 - Math.min(loss, Math.min(ownLoss, MAX_OWN_LOSS));
        double delivered = (busy ? meter.arrivalRate() : meter.deliveryRate()) / carried;
        double reference = meter.firstCounter() >= gainCounter ? rate : Math.min(rate, previousRate);
        boolean limited = !busy && meter.sendRate() < LIMITED_SHARE * reference;
        if (phase == Phase.START) {
            onStartEpoch(target, delivered, limited);
            return;
        }
        standingEpochs = queue > 2 * target ? standingEpochs + 1 : 0;
        double before = capacity;
        boolean heavy = meter.lost() >= 4 && loss - ownLoss > HEAVY_LOSS;
        heavyEpochs = heavy ? heavyEpochs + 1 : 0;
        lossFreeCapacity = loss < HEAVY_LOSS || queue > 2 * target ? capacity : Math.max(capacity, lossFreeCapacity);
        noteSwamped(delivered, busyFrom);
        boolean fell =
                (((queue > 2 * target && previousQueueNanos > 2 * target) || queue > 4 * target || heavyEpochs >= 2)
                                && !limited
                                && delivered < 0.93 * capacity)
                        || swampedEpochs >= SWAMPED_EPOCHS;
        if (fell) {
            // Loss alone may have other reasons, such as a line that swallows long packets: not all is believed at
            // once.
            double believed = swampedEpochs >= SWAMPED_EPOCHS
                    ? swampedRate
                    : queue > 2 * target ? delivered : Math.max(delivered, capacity / 2);
            swampedEpochs = 0;
            filter.clear();
            filter.add(nowNanos, believed);
            heavyEpochs = 0;
        } else if (limited) {
            filter.raise(delivered);
        } else {
            filter.add(nowNanos, delivered);
        }
        capacity = Math.max(LEAST_BITS_PER_SECOND, filter.max());
        boolean grew = delivered > 1.01 * before && !limited;
        if (queue > target || limited) {
            good = 0;
        } else if (grew) {
            good = Math.min(good + 1, MAX_GOOD);
        }
        lossAverage += (loss - lossAverage) / 8;
        if (meter.firstCounter() >= gainCounter) {
            advance(queue, target, loss, limited, grew);
        }
    }

    /**
     * Counts epochs in which much more was sent than arrived, and a queue was there at the end or a modem with hardly any buffer has dropped the rest. A
     * flow whose window fits between its own pauses, or that such a modem keeps small, makes no queue that stands, so a rate that is much too high would be
     * kept for ever. What arrives while more comes in is what the line carries; where it is lost, other reasons are possible, and not all is believed.
     */
    private void noteSwamped(double delivered, long busyFrom) {
        double arrived = meter.arrivalRate();
        if (delivered > 0.93 * capacity) {
            swampedEpochs = 0;
            return;
        }
        boolean queued = lastQueueNanos > busyFrom;
        boolean dropped = meter.lost() >= 4 && meter.lossRatio() - ownLoss > SWAMPING_LOSS;
        if (meter.sendRate() > SWAMPED_FROM * arrived && (queued || dropped)) {
            double believed = queued ? arrived : Math.max(arrived, LEAST_BELIEVED * capacity);
            swampedRate = swampedEpochs == 0 ? believed : Math.max(swampedRate, believed);
            swampedEpochs++;
        }
    }

    private void onStartEpoch(long target, double delivered, boolean limited) {
        filter.raise(delivered);
        boolean full = Math.min(delay.latestQueueNanos(), reportQueueNanos) > target + target / 2 + 5 * MILLI;
        // What is lost while hardly anything is sent says nothing of how full the line is.
        boolean lossy = meter.sendRate() > START_LOSS_SHARE * rate && meter.lost() >= 3 && meter.lossRatio() > 0.08;
        if (full || lossy) {
            capacity = filter.max();
            estimated = true;
            enter(Phase.CALM);
            setGain(1);
        } else if (!limited) {
            capacity = Math.max(capacity, delivered);
            previousRate = rate;
            if (2 * delivered > rate) {
                rate = Math.min(limit, 2 * delivered);
                gainCounter = nextCounter;
            }
        }
    }

    /** Goes on with an epoch that was sent with the present gain. */
    private void advance(long queue, long target, double loss, boolean limited, boolean grew) {
        phaseEpochs++;
        switch (phase) {
            case LOW -> {
                ownLoss += limited ? 0 : (loss - ownLoss) / 8;
                if (phaseEpochs >= 2) {
                    enter(Phase.CALM);
                    setGain(1);
                }
            }
            case CALM -> {
                if (lossAverage <= LOSS_NOTED && !limited) {
                    ownLoss += (loss - ownLoss) / 8;
                }
                if (queue > target) {
                    phaseEpochs = 0;
                } else if (phaseEpochs >= 2 * calmFactor + 1) {
                    enter(Phase.PROBE);
                    setGain(probeGain());
                }
            }
            case PROBE -> {
                if (!limited && loss - ownLoss > LOSS_OF_PROBING && meter.lost() >= 2) {
                    calmFactor = Math.min(2 * calmFactor, MAX_CALM);
                    settle();
                } else if (queue > target || (phaseEpochs >= PROBE_EPOCHS && !grew)) {
                    calmFactor = 1;
                    settle();
                } else {
                    calmFactor = 1;
                    if (gain != probeGain()) {
                        setGain(probeGain());
                    }
                }
            }
            case START -> {}
        }
    }

    private void settle() {
        good = 0;
        boolean lossy = lossAverage > LOSS_NOTED;
        enter(lossy ? Phase.LOW : Phase.CALM);
        setGain(lossy ? LOW_GAIN : 1);
    }

    private double probeGain() {
        return 1 + PROBE_GAIN * (1 << good);
    }

    private void enter(Phase next) {
        phase = next;
        phaseEpochs = 0;
    }

    private void setGain(double next) {
        gain = next;
        gainCounter = nextCounter;
        previousRate = rate;
    }

    /** The modem holds a queue that would take long to go away by itself: it gets the time to do so. */
    private void drain(long queue, long target, long nowNanos) {
        double recent = believable(meter.recentRate());
        if (queue > DRAIN_FROM_NANOS + 3 * target) {
            if (recent > 0 && recent < 0.85 * capacity) {
                filter.clear();
                filter.add(nowNanos, recent);
                capacity = recent;
                estimated = true;
            }
            if (phase == Phase.START) {
                capacity = recent > 0 ? recent : Math.max(capacity, rate / 2);
                filter.clear();
                filter.add(nowNanos, capacity);
                estimated = true;
            }
            enter(Phase.CALM);
            setGain(1);
            // What was delivered before the line became slower would be taken for what it carries.
            meter.begin();
            // A queue has spoken, not loss: no length of packets makes the line faster again.
            lossFreeCapacity = capacity;
        }
        draining = true;
        drainedFromNanos = queue;
        pauseNanos = Math.min(MAX_DRAIN_NANOS, queue - target);
        drainEndNanos = nowNanos + pauseNanos;
        standingEpochs = 0;
    }

    /**
     * What arrives on a line with little to send is what is sent. If that seems to make a queue, the receiver may just have been late; or the line has
     * fallen far, and then there will be a queue the next time too.
     */
    private double believable(double recent) {
        boolean littleToSend = meter.recentSendRate() < LIMITED_SHARE * Math.min(rate, previousRate);
        return recent > 0 && littleToSend ? Math.max(recent, Math.max(capacity, rate) / 2) : recent;
    }

    /** A queue that is still there after it had the time to drain is none: the way has become longer. */
    private void judgeDrain(long sentNanos, long queue, long target, long nowNanos) {
        if (!draining) {
            return;
        }
        if (sentNanos - drainEndNanos >= 0) {
            draining = false;
            boolean gone = queue < target + (drainedFromNanos - target) / 2 || drainedFromNanos > MAX_DRAIN_NANOS;
            fruitless = gone ? 0 : fruitless + 1;
            if (fruitless >= 2) {
                fruitless = 0;
                delay.rebase();
            }
        } else if (nowNanos - drainEndNanos > DRAIN_PATIENCE_NANOS) {
            draining = false;
        }
    }

    private void apply(long queue, long target) {
        if (phase == Phase.START) {
            return;
        }
        double bound = queue > 2 * target ? 0.90 : queue > target ? 0.97 : queue > target / 2 ? 1.00 : Double.MAX_VALUE;
        double basis = lossAverage > 0.02 && delay.deviationNanos() > 3 * MILLI ? filter.mean() : capacity;
        rate = Math.max(LEAST_BITS_PER_SECOND, Math.min(limit, Math.min(gain, bound) * basis));
    }

    /**
     * How fast to send.
     *
     * @return bit/s of outer IP packets
     */
    public double bitsPerSecond() {
        return rate;
    }

    /**
     * What the line is thought to carry.
     *
     * @return bit/s, 0 if nothing is known
     */
    public double capacityBitsPerSecond() {
        return capacity;
    }

    /**
     * Whether the rate comes from anything better than a guess.
     *
     * @return false until the line was measured, or a seed given
     */
    public boolean isEstimated() {
        return estimated;
    }

    /**
     * How long nothing shall be sent, so that the modem's queue drains; an order of the report taken last.
     *
     * @return nanoseconds, mostly 0
     */
    public long pauseNanos() {
        return pauseNanos;
    }
}
