package io.aggr.internal.path;

/**
 * A first idea of what a line carries: four full packets back to back, then up to sixteen, then more where the line is fast or its delay varies, and how far
 * apart the receiver saw them. What a train measures is a start for {@link CapacityControl}; jitter and bursts in the line can make it wrong.
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
    private static final int LONGEST = 256;
    private static final double LONGEST_SECONDS = 0.1;

    /** Stamps tell fast lines apart only if the train lasts some of their units: with forty, to a fortieth. */
    private static final double WANTED_SECONDS = 40 * Stamps.UNIT_NANOS / 1e9;

    /** A train should last so many times what delays vary by. */
    private static final double JITTERS = 10;

    /** Where two trains differ by more, the next one is longer. */
    private static final double CONTRADICTION = 1.1;

    /** A train that finds less than this share of what the one before has found was held up on its way, by a machine that stood still, say. */
    private static final double HELD_UP = 0.25;

    private static final int FOLD = 4;

    /** A longer train follows only if it is worth it. */
    private static final double WORTH = 1.5;

    private static final long PATIENCE_NANOS = 1_500 * MILLI;
    private static final long HEAD_START_NANOS = 40 * MILLI;
    private static final int ATTEMPTS = 4;

    /** How long a report that was overtaken may still come. */
    private static final long LATE_NANOS = 150 * MILLI;

    /** Where delays vary by more, the smallest of them says little of a single packet. */
    private static final long STEADY_NANOS = 2 * MILLI;

    /** What spoils a train, such as reports that overtake each other, is over soon: 0.4, 1.6 and 6.4 s later it is tried again. */
    private static final long RETRY_NANOS = 100 * MILLI;

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

    /** Behind the first packet, the place of the one whose arrival is {@link #leastDelay}. */
    private long begunPlace;

    private int leastDelay;
    private long reachedCounter;
    private int reachedStamp;
    private double arrived;
    private double previous;
    private boolean doubted;
    private boolean awaiting;
    private boolean endLost;
    private long settleNanos;

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
            previous = 0;
            doubted = false;
            order(SHORT, nowNanos + HEAD_START_NANOS);
        }
    }

    private void order(int packets, long atNanos) {
        step = Step.DUE;
        wanted = packets;
        dueNanos = atNanos;
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
        begunPlace = 0;
        reachedCounter = -1;
        arrived = 0;
        awaiting = false;
        endLost = false;
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
     * A report speaks of the line. Reports that others have overtaken are welcome too.
     *
     * @param nowNanos monotonic time
     * @param counter highest counter that has arrived
     * @param missing bit b set: the counter b + 1 below has not arrived
     * @param arrivedStamp when the highest arrived, stamp units of the receiver
     * @param minDelay smallest relative delay that is reported, stamp units
     */
    public void onReport(long nowNanos, long counter, long missing, int arrivedStamp, int minDelay) {
        if (step != Step.UNDER_WAY || counter < firstCounter) {
            return;
        }
        boolean ofTrain = counter <= lastCounter;
        if (ofTrain) {
            begin(counter - firstCounter, Stamps.difference(arrivedStamp, firstStamp), minDelay);
        }
        if (ofTrain && counter > reachedCounter) {
            note(counter, missing, arrivedStamp);
        }
        if (counter >= lastCounter && !awaiting) {
            awaiting = true;
            // A single one may be lost on the way.
            endLost = isMissing(counter, lastCounter, missing) && isMissing(counter, lastCounter - 1, missing);
            settleNanos = nowNanos + LATE_NANOS;
        }
    }

    /**
     * Keeps when the train began to arrive. A report on the first packet knows. One on a later packet with a stamp may have overtaken that; if its smallest
     * delay is below the packet's own, it speaks of several, and of the first too unless that was reported before. Others repeat what is known.
     */
    private void begin(long place, int ownDelay, int minDelay) {
        if (!isReported((int) place, (int) (lastCounter - firstCounter) + 1)) {
            return;
        }
        long of = Stamps.difference(minDelay, ownDelay) < -1 ? 0 : place;
        if (!begun || of < begunPlace || (of == begunPlace && Stamps.difference(minDelay, leastDelay) < 0)) {
            begun = true;
            begunPlace = of;
            leastDelay = minDelay;
        }
    }

    /**
     * Whether a packet shall be reported at once: the first, the last, and those at powers of two, for a modem that holds little drops the end of the
     * train, and what came before tells the rate as well.
     *
     * @param place how many packets of the train are before it
     * @param packets how many the train has
     * @return whether it carries a stamp and asks for a report
     */
    public static boolean isReported(int place, int packets) {
        return (place & place - 1) == 0 || place == packets - 1;
    }

    /** Keeps what is reported of the train's packets so far. */
    private void note(long counter, long missing, int arrivedStamp) {
        long behind = counter - firstCounter;
        if (behind < 1 || isMissing(counter, firstCounter, missing)) {
            return;
        }
        long ofTrain = behind >= Long.SIZE ? -1L : (1L << (behind - 1)) - 1;
        // Of a long train only the end is reported packet by packet; what a full modem drops is the same share all
        // along.
        arrived = behind * (1 - (double) Long.bitCount(missing & ofTrain) / Math.min(behind, Long.SIZE));
        reachedCounter = counter;
        reachedStamp = arrivedStamp;
    }

    private static boolean isMissing(long highest, long counter, long missing) {
        long behind = highest - counter;
        return behind >= 1 && behind <= Long.SIZE && (missing >>> (behind - 1) & 1) != 0;
    }

    /**
     * Time has passed: a train may have measured the line.
     *
     * @param nowNanos monotonic time
     * @param delay the line's delay
     * @return the rate that was found, bit/s, or 0
     */
    public double poll(long nowNanos, RelativeDelay delay) {
        if (step != Step.UNDER_WAY) {
            return 0;
        }
        boolean over = nowNanos - sentNanos > PATIENCE_NANOS || (awaiting && nowNanos - settleNanos >= 0);
        int units = begun ? Stamps.difference(reachedStamp, firstStamp + leastDelay & 0xFFFF) : 0;
        // At once: the line is fast, or the report on the first packet has yet to come.
        if (!over && (!awaiting || reachedCounter < lastCounter || begunPlace > 0 || units < 1)) {
            return 0;
        }
        double between = arrived - begunPlace;
        if (units < 1 && delay.isMeasured() && delay.deviationNanos() <= STEADY_NANOS) {
            // On a line without a queue the first packet is there as soon as any.
            units = Stamps.difference(reachedStamp, firstStamp + delay.baseStamp() & 0xFFFF);
            between = arrived;
        }
        step = Step.NONE;
        boolean measured = reachedCounter > firstCounter && between >= 1;
        double found = measured && units >= 1 ? between * packetBytes * 8e9 / (units * (double) Stamps.UNIT_NANOS) : 0;
        if (found > 0 && found < HELD_UP * previous && !doubted) {
            doubted = true;
            order(wanted, nowNanos + RETRY_NANOS);
            return 0;
        }
        if (found > 0) {
            doubted = false;
            attempts = 0;
            int next = nextPackets(found, delay);
            previous = found;
            if (next > 0) {
                order(next, nowNanos);
            }
        } else if (measured && wanted < LONG) {
            order(LONG, nowNanos);
        } else if (++attempts < ATTEMPTS) {
            order(previous > 0 ? wanted : SHORT, nowNanos + (RETRY_NANOS << (2 * attempts)));
        }
        return found;
    }

    /**
     * How many packets the next train has: more for a fast line, whose packets arrive too close to be told apart, and where delays vary by about as much
     * as this one lasted, as they say themselves or by two trains that contradict each other; 0 if this one was enough.
     */
    private int nextPackets(double found, RelativeDelay delay) {
        if (endLost || !awaiting) {
            // The line holds no more than this, and would drop the rest of a longer one.
            return 0;
        }
        double perSecond = found / 8 / packetBytes;
        double most = Math.min(LONGEST, perSecond * LONGEST_SECONDS);
        double exact = Math.min(LONGEST, perSecond * WANTED_SECONDS);
        if (exact > WORTH * wanted) {
            return (int) Math.max(LONG, exact);
        }
        if (wanted == SHORT) {
            return (int) Math.max(SHORT + 1.0, Math.min(LONG, most));
        }
        boolean doubtful = isFarFrom(previous, found) || JITTERS * delay.deviationNanos() / 1e9 > wanted / perSecond;
        double next = Math.min(FOLD * wanted, most);
        return doubtful && next > WORTH * wanted ? (int) next : 0;
    }

    private static boolean isFarFrom(double before, double found) {
        return before > 0 && Math.max(before, found) > CONTRADICTION * Math.min(before, found);
    }

    /** The line was measured in other ways: no train is tried again. */
    void giveUp() {
        if (step == Step.DUE) {
            step = Step.NONE;
        }
    }
}
