package io.aggr.internal.path;

/**
 * How fast a line delivers, from what the receiver reports: bytes and packets by the time at which the newest of them arrived. The receiver's clock
 * measures, so reports that come late or bunched do no harm.
 *
 * <p>Reports are gathered into epochs of a tenth of a second or more. A queue that stood in the modem all epoch makes the rate of delivery the rate of
 * the line. Without a queue the line cannot deliver faster than it was sent to; packets that arrive closer than they left show jitter, so the longer of
 * the two times counts. The idea is that of draft-cheng-iccrg-delivery-rate-estimation.
 *
 * <p>Confined to the thread that sends.
 */
final class DeliveryMeter {

    private static final int MIN_PACKETS = 6;
    private static final long PAUSE_NANOS = 400_000_000L;
    private static final int RECENT = 8;
    private static final long RECENT_SPAN_NANOS = 35_000_000L;
    private static final int RECENT_PACKETS = 4;
    private static final double NANOS_PER_BYTE_TO_BITS = 8e9;

    private boolean anchored;
    private long anchorCounter;
    private long anchorPackets;
    private long anchorBytes;
    private long anchorArrivedNanos;
    private long anchorSentNanos;

    private long counter;
    private long packets;
    private long bytes;
    private long arrivedNanos;
    private long sentNanos;

    private final long[] recentPackets = new long[RECENT];
    private final long[] recentBytes = new long[RECENT];
    private final long[] recentArrivedNanos = new long[RECENT];
    private final long[] recentSentNanos = new long[RECENT];
    private int recentCount;

    private long firstCounter;
    private long epochSent;
    private long epochLost;
    private long lossCarry;
    private double deliveryRate;
    private double arrivalRate;
    private double sendRate;

    /** Forgets everything, as when counters begin anew. */
    void reset() {
        anchored = false;
        recentCount = 0;
        lossCarry = 0;
    }

    /**
     * Takes a report.
     *
     * @param newCounter highest counter that has arrived
     * @param newPackets datagrams that have arrived, since the association began
     * @param newBytes bytes that have arrived, outer headers included
     * @param newArrivedNanos when the highest arrived, by any clock that runs evenly
     * @param newSentNanos when the highest had left, by the sender's clock
     * @return whether the report was new
     */
    boolean onReport(long newCounter, long newPackets, long newBytes, long newArrivedNanos, long newSentNanos) {
        if (anchored && (newCounter <= counter || newArrivedNanos - arrivedNanos <= 0)) {
            return false;
        }
        boolean paused = anchored && newArrivedNanos - arrivedNanos > PAUSE_NANOS;
        counter = newCounter;
        packets = newPackets;
        bytes = newBytes;
        arrivedNanos = newArrivedNanos;
        sentNanos = newSentNanos;
        int at = recentCount++ % RECENT;
        recentPackets[at] = packets;
        recentBytes[at] = bytes;
        recentArrivedNanos[at] = arrivedNanos;
        recentSentNanos[at] = sentNanos;
        if (!anchored || paused) {
            anchor();
            recentCount = 1;
            recentPackets[0] = packets;
            recentBytes[0] = bytes;
            recentArrivedNanos[0] = arrivedNanos;
            recentSentNanos[0] = sentNanos;
        }
        return true;
    }

    /** Begins a new epoch with what was reported last; what came before is not counted. */
    void begin() {
        if (anchored) {
            anchor();
            lossCarry = 0;
        }
    }

    private void anchor() {
        anchored = true;
        anchorCounter = counter;
        anchorPackets = packets;
        anchorBytes = bytes;
        anchorArrivedNanos = arrivedNanos;
        anchorSentNanos = sentNanos;
    }

    /**
     * Whether enough has come together for an epoch.
     *
     * @param leastNanos how long it has to be
     * @return whether {@link #close} may be called
     */
    boolean isComplete(long leastNanos) {
        return anchored && packets - anchorPackets >= MIN_PACKETS && arrivedNanos - anchorArrivedNanos >= leastNanos;
    }

    /** Ends the epoch and begins the next; what it was can be asked until the next time. */
    void close() {
        firstCounter = anchorCounter + 1;
        epochSent = counter - anchorCounter;
        long missing = epochSent - (packets - anchorPackets) + lossCarry;
        epochLost = Math.max(0, missing);
        // A packet that was overtaken counts as missing in one epoch and as surplus in the next.
        lossCarry = Math.min(0, missing);
        double bits = (bytes - anchorBytes) * NANOS_PER_BYTE_TO_BITS;
        long arrival = Math.max(1, arrivedNanos - anchorArrivedNanos);
        long departure = sentNanos - anchorSentNanos;
        arrivalRate = bits / arrival;
        deliveryRate = bits / Math.max(arrival, departure);
        double all = epochSent <= epochLost ? 1 : (double) epochSent / (epochSent - epochLost);
        sendRate = departure <= 0 ? arrivalRate * all : bits * all / departure;
        anchor();
    }

    /**
     * What the last packets arrived at, over a few hundredths of a second.
     *
     * @return bit/s, or 0 if there is too little to tell
     */
    double recentRate() {
        int at = recent();
        return at < 0
                ? 0
                : (bytes - recentBytes[at]) * NANOS_PER_BYTE_TO_BITS / (arrivedNanos - recentArrivedNanos[at]);
    }

    /**
     * What the packets of {@link #recentRate} had left at.
     *
     * @return bit/s, or 0 if there is too little to tell
     */
    double recentSendRate() {
        int at = recent();
        return at < 0
                ? 0
                : (bytes - recentBytes[at]) * NANOS_PER_BYTE_TO_BITS / Math.max(1, sentNanos - recentSentNanos[at]);
    }

    private int recent() {
        int known = Math.min(recentCount, RECENT);
        for (int back = 2; back < known + 1 && known >= 2; back++) {
            int at = (recentCount - Math.min(back, known)) % RECENT;
            if (arrivedNanos - recentArrivedNanos[at] >= RECENT_SPAN_NANOS
                    && packets - recentPackets[at] >= RECENT_PACKETS) {
                return at;
            }
        }
        return -1;
    }

    /** First counter of the epoch. */
    long firstCounter() {
        return firstCounter;
    }

    /** Datagrams that were sent in the epoch. */
    long sent() {
        return epochSent;
    }

    /** Datagrams of the epoch that have not arrived. */
    long lost() {
        return epochLost;
    }

    /** Share of the epoch's datagrams that have not arrived. */
    double lossRatio() {
        return epochSent == 0 ? 0 : Math.min(1.0, (double) epochLost / epochSent);
    }

    /** Rate at which packets arrived in the epoch, bit/s: that of the line if it had a queue all the time. */
    double arrivalRate() {
        return arrivalRate;
    }

    /** The lower of the rates at which packets left and arrived, bit/s of those that arrived. */
    double deliveryRate() {
        return deliveryRate;
    }

    /** Rate at which packets left, bit/s, those that did not arrive included. */
    double sendRate() {
        return sendRate;
    }
}
