package io.aggr.internal.path;

import io.aggr.link.LinkState;

/**
 * How fast one line is sent over: what was told of its rate, what reports and trains of packets find, and the pacer that keeps to it.
 *
 * <p>Confined to the thread that sends.
 */
public final class PathRate {

    /** Share of an exact rate at which the line is paced, so that the queue stands here and not in the modem. */
    private static final double PACING_SHARE = 0.995;

    /** The delay of full packets was measured by stamps that reckon with the line's rate; it is corrected when that has grown by so much. */
    private static final double STAMP_TOLERANCE = 1.25;

    /**
     * A train on a line that is back rides between packets and finds somewhat less than there is. Nobody believes it unless it finds that the line has
     * become another one.
     */
    private static final double AS_BEFORE = 0.5;

    /** Where delays vary by so much, a train arrives closer together than the line carries, or wider. A little too slow is made good sooner than a queue. */
    private static final long JITTER_NANOS = 2_000_000;

    private static final double JITTERY_SHARE = 0.9;

    /** A line that is thought to carry so little of what it did is hardly used any more, and nothing would show that it carries more. */
    private static final double SUNK = 1.0 / 8;

    private final RelativeDelay delay;
    private final InFlight inFlight;
    private final PathSizes sizes;
    private final Pacer pacer = new Pacer();
    private final CapacityControl capacity;
    private final RateTrain train = new RateTrain();

    private long configuredBitsPerSecond;
    private long startBitsPerSecond;
    private double seededBitsPerSecond;
    private boolean adaptive = true;
    private boolean exact;
    private boolean wasKnown;

    /** The most that was found since a train has last measured the line. */
    private double mostBitsPerSecond;

    private long stampBitsPerSecond;
    private long reportedCounter = -1;

    private long shiftedCounter;
    private long shiftedNanos;

    /**
     * The rate of a line of which nothing is known.
     *
     * @param delay the line's delay
     * @param inFlight what is on its way over the line
     * @param sizes how long its packets are
     */
    PathRate(RelativeDelay delay, InFlight inFlight, PathSizes sizes) {
        this.delay = delay;
        this.inFlight = inFlight;
        this.sizes = sizes;
        this.capacity = new CapacityControl(delay);
    }

    /** No reports come for this line, so its rate cannot be found: it is what is configured, or unlimited. */
    public void withoutReports() {
        adaptive = false;
    }

    /**
     * Sets what is known of the rate in this direction.
     *
     * @param bitsPerSecond the rate from which it is found, 0 if nobody knows, {@link Pacer#UNLIMITED} if the line shall not be paced
     * @param limitBitsPerSecond bound on the rate, 0 if there is none; a rate that is its own bound is exact and is kept to
     */
    void describe(long bitsPerSecond, long limitBitsPerSecond) {
        capacity.limit(limitBitsPerSecond == 0 ? Double.MAX_VALUE : (double) limitBitsPerSecond);
        boolean news = bitsPerSecond != configuredBitsPerSecond;
        configuredBitsPerSecond = bitsPerSecond;
        exact = bitsPerSecond != 0 && bitsPerSecond == limitBitsPerSecond;
        if (isAdaptive()) {
            if (news) {
                seedAsTold();
            }
            apply();
        } else {
            pacer.rate(fixedRate(bitsPerSecond, limitBitsPerSecond));
        }
    }

    /**
     * Says what the line carried in an earlier life. That is where it begins, unless a rate is configured or something was found already.
     *
     * @param bitsPerSecond the rate, above 0; 0 if nobody knows
     */
    public void startFrom(long bitsPerSecond) {
        startBitsPerSecond = bitsPerSecond;
        if (isAdaptive() && !capacity.isEstimated()) {
            seedAsTold();
            apply();
        }
    }

    private void seedAsTold() {
        long told = configuredBitsPerSecond > 0 ? configuredBitsPerSecond : startBitsPerSecond;
        if (told > 0) {
            capacity.seed((double) told);
            mostBitsPerSecond = 0;
            seededBitsPerSecond = capacity.capacityBitsPerSecond();
        }
    }

    private static long fixedRate(long bitsPerSecond, long limitBitsPerSecond) {
        boolean told = bitsPerSecond != 0 && bitsPerSecond != Pacer.UNLIMITED;
        long rate = told ? Math.max(8_000, (long) (bitsPerSecond * PACING_SHARE)) : Pacer.UNLIMITED;
        return limitBitsPerSecond == 0 ? rate : Math.min(rate, limitBitsPerSecond);
    }

    /** Whether the line's rate is found by itself. */
    private boolean isAdaptive() {
        return adaptive && !exact && configuredBitsPerSecond != Pacer.UNLIMITED;
    }

    /** A new association begins: counters start again, measurements of the line stay. */
    void resetNumbers() {
        capacity.resetNumbers();
        train.reset();
        reportedCounter = -1;
        shiftedCounter = 0;
    }

    /** The line was opened again, or leads elsewhere now: what was measured means nothing any more. */
    void resetMeasurements() {
        if (foundBitsPerSecond() > 0) {
            // What it carried before that means nothing any more, either. A line that has not begun yet begins there.
            startBitsPerSecond = 0;
        }
        capacity.reset();
        mostBitsPerSecond = 0;
        if (isAdaptive()) {
            seedAsTold();
            apply();
        }
    }

    /**
     * The line leads to another address of the peer. What the one before has swallowed says nothing of what the line carries.
     *
     * @param elsewhere whether more than the port has changed: then what was found is no more than a first idea
     */
    void onMoved(boolean elsewhere) {
        if (!elsewhere || !isAdaptive()) {
            return;
        }
        double before = capacity.isEstimated() ? capacity.capacityBitsPerSecond() : 0;
        resetMeasurements();
        if (before > 0) {
            capacity.seed(before);
            apply();
        }
    }

    /**
     * What is still to be added to a reported delay, because packets were stamped before {@link RelativeDelay#shift}: they would make the base too
     * low for as long as it is remembered, and so a queue that is none.
     *
     * @param counter the first that the report is the first to speak of
     * @return nanoseconds, mostly 0
     */
    public long staleNanos(long counter) {
        return counter < shiftedCounter ? shiftedNanos : 0;
    }

    /**
     * A report speaks of the line, which carries traffic: the rate follows, and if need be a pause. Delays were reported to {@link RelativeDelay} before.
     *
     * @param nowNanos monotonic time
     * @param counter highest counter that has arrived
     * @param packets datagrams that have arrived, since the association began
     * @param bytes their bytes, without outer headers
     * @param arrivedNanos when the highest arrived, by the receiver's clock
     */
    public void onReport(long nowNanos, long counter, long packets, long bytes, long arrivedNanos) {
        if (!isAdaptive()) {
            return;
        }
        long wireBytes = bytes + packets * sizes.outerBytes();
        long sentNanos = inFlight.sentNanos(counter);
        boolean apart = train.covers(reportedCounter + 1, counter) || !inFlight.isToPresentAddress(reportedCounter + 1);
        reportedCounter = counter;
        if (apart) {
            capacity.skip(counter, packets, wireBytes, arrivedNanos, sentNanos);
            return;
        }
        boolean known = capacity.isEstimated();
        capacity.onReport(nowNanos, counter, packets, wireBytes, arrivedNanos, sentNanos, inFlight.nextCounter());
        if (!known && capacity.isEstimated()) {
            train.giveUp();
        }
        apply();
        if (capacity.pauseNanos() > 0) {
            pacer.pauseUntil(nowNanos + capacity.pauseNanos());
        }
    }

    /** The line takes shorter packets than was thought: what it lost for their length says nothing of its rate. */
    public void onMtuFall() {
        capacity.forgiveLoss();
        if (isAdaptive()) {
            apply();
        }
    }

    /**
     * A train of packets has measured the line.
     *
     * @param bitsPerSecond what it found
     */
    public void onTrain(double bitsPerSecond) {
        if (isAdaptive()) {
            double before = capacity.capacityBitsPerSecond();
            boolean isAsBefore = wasKnown && bitsPerSecond < before && bitsPerSecond > AS_BEFORE * before;
            double careful = delay.deviationNanos() > JITTER_NANOS ? JITTERY_SHARE * bitsPerSecond : bitsPerSecond;
            capacity.seed(isAsBefore ? before : careful);
            mostBitsPerSecond = 0;
            apply();
        }
    }

    /**
     * Orders a train if the rate has fallen to next to nothing, metered or not: what has made it fall may have been this machine, or the other, that stood
     * still. What the train finds is believed.
     *
     * @param nowNanos monotonic time
     */
    public void measureIfSunk(long nowNanos) {
        if (isAdaptive() && capacity.isEstimated() && capacity.capacityBitsPerSecond() < SUNK * mostBitsPerSecond) {
            train.want(nowNanos);
        }
    }

    /** The line carries traffic from now on. */
    void onUsable(LinkState previous, boolean metered, long nowNanos) {
        if (!isAdaptive() || previous == LinkState.SUSPECT) {
            return;
        }
        if (capacity.isEstimated() && previous == LinkState.COOLING) {
            capacity.restart();
            apply();
        }
        wasKnown = capacity.isEstimated() && !isAsTold();
        if (!metered && configuredBitsPerSecond == 0) {
            train.want(nowNanos);
        }
    }

    private void apply() {
        long rate = (long) capacity.bitsPerSecond();
        long line = Math.max(rate, (long) capacity.capacityBitsPerSecond());
        mostBitsPerSecond = Math.max(mostBitsPerSecond, capacity.capacityBitsPerSecond());
        pacer.rate(rate, line);
        if (stampBitsPerSecond > 0 && line > stampBitsPerSecond * STAMP_TOLERANCE) {
            long nanos = (long) (sizes.mtuBytes() * 8e9 * (1.0 / stampBitsPerSecond - 1.0 / line));
            delay.shift(nanos);
            shiftedNanos = reportedCounter + 1 < shiftedCounter ? shiftedNanos + nanos : nanos;
            shiftedCounter = inFlight.nextCounter();
            stampBitsPerSecond = line;
        } else if (stampBitsPerSecond == 0 || line * STAMP_TOLERANCE < stampBitsPerSecond) {
            stampBitsPerSecond = line;
        }
    }

    /**
     * The pacer.
     *
     * @return always the same
     */
    public Pacer pacer() {
        return pacer;
    }

    /**
     * Trains of packets that measure the line.
     *
     * @return always the same
     */
    public RateTrain train() {
        return train;
    }

    /**
     * Whether the line's rate is more than a guess, or does not matter.
     *
     * @return false until the line was measured
     */
    public boolean isKnown() {
        return !isAdaptive() || capacity.isEstimated();
    }

    /** Whether nothing was found since the rate was told. What is delivered is never the same to the last bit. */
    private boolean isAsTold() {
        return capacity.capacityBitsPerSecond() == seededBitsPerSecond;
    }

    /**
     * What the line was found to carry.
     *
     * @return bit/s; 0 if nothing was found, also where a rate was told and nothing has shown yet what it is worth
     */
    public long foundBitsPerSecond() {
        return isAdaptive() && capacity.isEstimated() && !isAsTold() ? (long) capacity.capacityBitsPerSecond() : 0;
    }

    /**
     * What the line is thought to carry, by configuration or else by measurement. A weight that was told stays.
     *
     * @return bit/s, 0 if nothing is known
     */
    long thoughtBitsPerSecond() {
        long told = configuredBitsPerSecond == Pacer.UNLIMITED ? 0 : configuredBitsPerSecond;
        return told == 0 ? (long) capacity.capacityBitsPerSecond() : told;
    }
}
