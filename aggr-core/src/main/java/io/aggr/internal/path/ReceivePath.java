package io.aggr.internal.path;

/**
 * What has arrived over one line from one peer: counters, bytes, delay, and how far the line has passed. From this the reports to the peer are
 * made; nothing here decides anything.
 *
 * <p>Confined to the thread that receives.
 */
public final class ReceivePath {

    /** Longest time by which a packet is thought to be overtaken inside a line. */
    private static final long MAX_REORDER_NANOS = 50_000_000;

    private static final long REORDER_HALF_LIFE_NANOS = 30_000_000_000L;

    private final int link;
    private final LineGaps gaps = new LineGaps();
    private long highestCounter = -1;
    private long missingBits;
    private long packets;
    private long bytes;
    private long highestAtNanos;
    private long heardAtNanos;
    private boolean heard;
    private boolean stamped;
    private long lastDelayUnits;
    private long minDelayUnits;
    private long reportedMinDelayUnits;
    private boolean freshDelay;
    private long reorderNanos;
    private long reorderSinceNanos;
    private long passedSequence;

    /**
     * A line that nothing has arrived over.
     *
     * @param link its number on the wire
     */
    public ReceivePath(int link) {
        this.link = link;
    }

    /** A new association begins: all numbers start again. */
    public void reset() {
        highestCounter = -1;
        missingBits = 0;
        packets = 0;
        bytes = 0;
        stamped = false;
        freshDelay = false;
        lastDelayUnits = 0;
        minDelayUnits = 0;
        reportedMinDelayUnits = 0;
        passedSequence = 0;
        gaps.reset();
    }

    /**
     * A datagram of the line was opened.
     *
     * @param nowNanos monotonic time of arrival
     * @param counter its counter on the line
     * @param datagramBytes its length without outer headers
     * @return whether its counter is the highest so far
     */
    public boolean onDatagram(long nowNanos, long counter, int datagramBytes) {
        packets++;
        bytes += datagramBytes;
        heard = true;
        heardAtNanos = nowNanos;
        long ahead = counter - highestCounter;
        if (ahead > 0) {
            // Bit b stands for the counter b + 1 below the highest. Everything between the old and the new highest is
            // missing as yet.
            long skipped = ahead > 64 ? -1L : (1L << (ahead - 1)) - 1;
            missingBits = ahead >= 64 ? skipped : missingBits << ahead | skipped;
            if (counter < 64) {
                missingBits &= (1L << counter) - 1;
            }
            if (ahead > 1) {
                gaps.add(highestCounter + 1, counter - 1, nowNanos, reorderNanos(nowNanos));
            }
            highestCounter = counter;
            highestAtNanos = nowNanos;
            return true;
        }
        long missedNanos = gaps.onArrived(counter, nowNanos);
        if (missedNanos >= 0) {
            noteReordering(nowNanos, missedNanos);
        }
        long behind = -ahead;
        if (behind >= 1 && behind <= 64) {
            missingBits &= ~(1L << (behind - 1));
        }
        return false;
    }

    /**
     * The datagram carried a stamp.
     *
     * @param nowNanos monotonic time of arrival
     * @param stamp the sender's stamp
     */
    public void onStamp(long nowNanos, int stamp) {
        int delay = Stamps.stamp(nowNanos) - stamp & 0xFFFF;
        long units = stamped ? lastDelayUnits + Stamps.difference(delay, (int) lastDelayUnits & 0xFFFF) : delay;
        minDelayUnits = freshDelay ? Math.min(minDelayUnits, units) : units;
        lastDelayUnits = units;
        stamped = true;
        freshDelay = true;
    }

    /** A datagram was overtaken inside the line by others that came so much earlier. */
    private void noteReordering(long nowNanos, long latenessNanos) {
        long bounded = Math.min(MAX_REORDER_NANOS, Math.max(0, latenessNanos + latenessNanos / 10));
        if (bounded >= reorderNanos(nowNanos)) {
            reorderNanos = bounded;
            reorderSinceNanos = nowNanos;
        }
    }

    /**
     * How long a missing packet may merely have been overtaken inside the line.
     *
     * @param nowNanos monotonic time
     * @return nanoseconds, 0 on a line that keeps order; halves every 30 seconds
     */
    public long reorderNanos(long nowNanos) {
        long halvings = Math.min(62, Math.max(0, (nowNanos - reorderSinceNanos) / REORDER_HALF_LIFE_NANOS));
        return reorderNanos >> halvings;
    }

    /**
     * The line has delivered a sequence of its chain, or a probe that speaks for one.
     *
     * @param sequence the sequence
     */
    public void pass(long sequence) {
        passedSequence = Math.max(passedSequence, sequence);
    }

    /**
     * Sequence up to which nothing more comes over this line, unless it was overtaken inside it.
     *
     * @return a sequence, 0 if nothing is known
     */
    public long passedSequence() {
        return passedSequence;
    }

    /** The values were put into a report: the smallest delay starts again. */
    public void onReported() {
        reportedMinDelayUnits = minDelayUnits();
        freshDelay = false;
    }

    /**
     * What is missing on the line.
     *
     * @return always the same
     */
    public LineGaps gaps() {
        return gaps;
    }

    /**
     * Number of the line on the wire.
     *
     * @return 0 to 255
     */
    public int link() {
        return link;
    }

    /**
     * Whether anything has arrived in this association.
     *
     * @return false before the first datagram
     */
    public boolean hasArrivals() {
        return packets > 0;
    }

    /**
     * Highest counter that has arrived.
     *
     * @return the counter, -1 before the first datagram
     */
    public long highestCounter() {
        return highestCounter;
    }

    /**
     * Which of the 64 counters below the highest are missing.
     *
     * @return bit b set: the counter b + 1 below the highest has not arrived
     */
    public long missingBits() {
        return missingBits;
    }

    /**
     * Datagrams that have arrived.
     *
     * @return since the association began
     */
    public long packets() {
        return packets;
    }

    /**
     * Bytes that have arrived, without outer headers.
     *
     * @return since the association began
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Datagrams that were sent and have not arrived.
     *
     * @return 0 or more
     */
    public long lostPackets() {
        return Math.max(0, highestCounter + 1 - packets);
    }

    /**
     * When the datagram with the highest counter arrived.
     *
     * @return monotonic time
     */
    public long highestAtNanos() {
        return highestAtNanos;
    }

    /**
     * Whether something arrived of late.
     *
     * @param nowNanos monotonic time
     * @param withinNanos how late
     * @return false if the line was silent for longer, or always
     */
    public boolean heardWithin(long nowNanos, long withinNanos) {
        return heard && nowNanos - heardAtNanos <= withinNanos;
    }

    /**
     * When something last arrived.
     *
     * @return monotonic time; without meaning before the first datagram
     */
    public long heardAtNanos() {
        return heardAtNanos;
    }

    /**
     * Whether anything ever arrived.
     *
     * @return false before the first datagram
     */
    public boolean isHeard() {
        return heard;
    }

    /**
     * Smallest relative delay since the last report, or the last one if nothing stamped has come since.
     *
     * @return stamp units; the low 16 bits travel
     */
    public long minDelayUnits() {
        return freshDelay ? minDelayUnits : reportedMinDelayUnits;
    }

    /**
     * Relative delay of the latest stamped datagram.
     *
     * @return stamp units; the low 16 bits travel
     */
    public long lastDelayUnits() {
        return lastDelayUnits;
    }
}
