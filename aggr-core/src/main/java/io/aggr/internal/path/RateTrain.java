package io.aggr.internal.path;

/**
 * A first idea of what a line carries: four full packets back to back, then up to sixteen, and how far apart the receiver saw them. What a train measures
 * is a start for {@link CapacityControl}; jitter and bursts in the line can make it wrong.
 *
 * <p>The first packet of a train carries a stamp, so its arrival follows from the smallest relative delay that is reported; that of the last follows from
 * the report's own time. No train is longer than a tenth of a second at the rate that the one before has found.
 *
 * <p>Confined to the thread that sends.
 */
public final class RateTrain {

    private static final long MILLI = 1_000_000;
    private static final int SHORT = 4;
    private static final int LONG = 16;
    private static final double LONGEST_SECONDS = 0.1;
    private static final long PATIENCE_NANOS = 1_500 * MILLI;
    private static final long HEAD_START_NANOS = 40 * MILLI;
    private static final int ATTEMPTS = 3;
    private static final long LEAST_APART_NANOS = 10_000 * MILLI;

    private enum Step {
        NONE,
        DUE,
        UNDER_WAY
    }

    private Step step = Step.NONE;
    private int wanted;
    private int attempts;
    private long dueNanos;
    private boolean sentBefore;
    private long sentNanos;
    private long firstCounter;
    private long lastCounter;
    private int firstStamp;
    private int packetBytes;
    private boolean begun;
    private int leastDelay;
    private double found;

    /** Forgets the train that is under way, as when counters begin anew. */
    void reset() {
        step = Step.NONE;
    }

    /**
     * The line has come up: a train shall go soon, unless one has of late. Before, the peer has to learn of the line.
     *
     * @param nowNanos monotonic time
     */
    void want(long nowNanos) {
        if (step == Step.NONE && (!sentBefore || nowNanos - sentNanos > LEAST_APART_NANOS)) {
            attempts = 0;
            order(SHORT, nowNanos + HEAD_START_NANOS);
        }
    }

    private void order(int packets, long atNanos) {
        step = Step.DUE;
        wanted = packets;
        dueNanos = atNanos;
        found = 0;
    }

    /**
     * How long until a train shall leave.
     *
     * @param nowNanos monotonic time
     * @return 0 or less if it shall now, {@link Long#MAX_VALUE} if none is wanted
     */
    public long nanosUntilDue(long nowNanos) {
        return step == Step.DUE ? dueNanos - nowNanos : Long.MAX_VALUE;
    }

    /**
     * How many packets the train shall have.
     *
     * @return 1 or more while one is due
     */
    public int packets() {
        return wanted;
    }

    /**
     * A train has left.
     *
     * @param nowNanos monotonic time
     * @param first counter of its first packet, which carries the stamp
     * @param last counter of its last packet
     * @param stamp the stamp
     * @param bytes each packet's bytes on the line
     */
    public void onSent(long nowNanos, long first, long last, int stamp, int bytes) {
        step = Step.UNDER_WAY;
        sentBefore = true;
        sentNanos = nowNanos;
        firstCounter = first;
        lastCounter = last;
        firstStamp = stamp;
        packetBytes = bytes;
        begun = false;
    }

    /**
     * The train could not be sent: there is none.
     *
     * @param nowNanos monotonic time
     */
    public void onFailed(long nowNanos) {
        step = Step.NONE;
        sentBefore = true;
        sentNanos = nowNanos;
    }

    /**
     * Whether counters that a report is the first to speak of are packets of a train. Their loss is no loss of data.
     *
     * @param from first counter
     * @param to last counter
     * @return true if one of them is
     */
    public boolean covers(long from, long to) {
        return sentBefore && from <= lastCounter && to >= firstCounter;
    }

    /**
     * A report speaks of the line.
     *
     * @param nowNanos monotonic time
     * @param counter highest counter that has arrived
     * @param missing bit b set: the counter b + 1 below has not arrived
     * @param arrivedStamp when the highest arrived, stamp units of the receiver
     * @param minDelay smallest relative delay that is reported, stamp units
     * @return the rate that was found, bit/s, or 0
     */
    public double onReport(long nowNanos, long counter, long missing, int arrivedStamp, int minDelay) {
        if (step != Step.UNDER_WAY || counter < firstCounter) {
            return 0;
        }
        if (!begun || Stamps.difference(minDelay, leastDelay) < 0) {
            begun = true;
            leastDelay = minDelay;
        }
        if (counter <= lastCounter) {
            measure(counter, missing, arrivedStamp);
        }
        return counter >= lastCounter || nowNanos - sentNanos > PATIENCE_NANOS ? finish(nowNanos) : 0;
    }

    private void measure(long counter, long missing, int arrivedStamp) {
        long behind = counter - firstCounter;
        if (behind < 1 || behind > Long.SIZE) {
            return;
        }
        boolean firstLost = (missing >>> (behind - 1) & 1) != 0;
        if (firstLost) {
            return;
        }
        long ofTrain = behind >= Long.SIZE ? -1L : (1L << (behind - 1)) - 1;
        long arrived = behind - Long.bitCount(missing & ofTrain);
        int units = Stamps.difference(arrivedStamp, firstStamp + leastDelay & 0xFFFF);
        if (arrived >= 1 && units >= 1) {
            found = arrived * packetBytes * 8e9 / (units * (double) Stamps.UNIT_NANOS);
        }
    }

    private double finish(long nowNanos) {
        double result = found;
        step = Step.NONE;
        if (found > 0 && wanted == SHORT) {
            double inTime = found * LONGEST_SECONDS / 8 / packetBytes;
            order((int) Math.max(SHORT + 1.0, Math.min(LONG, inTime)), nowNanos);
        } else if (found == 0 && ++attempts < ATTEMPTS) {
            order(SHORT, nowNanos);
        }
        return result;
    }

    /**
     * Time has passed.
     *
     * @param nowNanos monotonic time
     */
    public void poll(long nowNanos) {
        if (step == Step.UNDER_WAY && nowNanos - sentNanos > 2 * PATIENCE_NANOS) {
            step = Step.NONE;
        }
    }
}
