package io.aggr.internal.path;

/**
 * Notices when just the long packets of a line are lost while short ones arrive: a black hole (RFC 8899 section 4.3).
 *
 * <p>Confined to the thread that sends.
 */
final class BlackHoleWatch {

    private static final int LOSSES = 3;
    private static final long SPAN_NANOS = 50_000_000;

    private int lost;
    private int leastLostBytes;
    private long firstLostNanos;
    private long lastLostNanos;
    private int shortArrivals;
    private boolean longArrived;
    private long lastLongNanos;

    /**
     * The peer has reported what became of a datagram.
     *
     * @param bytes its size, roughly
     * @param isLong whether it is longer than what is safe
     * @param arrived whether it has arrived
     * @param whenSentNanos when it was sent
     * @return whether there is a black hole
     */
    boolean onReported(int bytes, boolean isLong, boolean arrived, long whenSentNanos) {
        if (arrived) {
            if (isLong) {
                lastLongNanos = whenSentNanos;
                longArrived = true;
            }
            if (lost > 0 && bytes >= leastLostBytes) {
                clear();
            } else if (lost > 0) {
                shortArrivals++;
            }
        } else if (isLong) {
            firstLostNanos = lost == 0 ? whenSentNanos : firstLostNanos;
            leastLostBytes = lost == 0 ? bytes : Math.min(leastLostBytes, bytes);
            lastLostNanos = whenSentNanos;
            lost++;
        }
        // A burst of losses takes short ones along, or is over soon.
        return shortArrivals > 0 && lost >= LOSSES && lastLostNanos - firstLostNanos >= SPAN_NANOS;
    }

    /** Whether a line that has fallen silent may have a black hole, with so many long packets on their way. */
    boolean isPossible(int longPackets) {
        return lost + longPackets >= LOSSES;
    }

    /** Whether a long packet is known to have arrived that was sent at an instant or later. */
    boolean hasLongArrivedSince(long sinceNanos) {
        return longArrived && lastLongNanos - sinceNanos >= 0;
    }

    /** Losses so far are explained. */
    void clear() {
        lost = 0;
        shortArrivals = 0;
    }

    /** Nothing is known of the line any more. */
    void forget() {
        clear();
        longArrived = false;
    }
}
