package io.aggr.internal.engine;

/**
 * When the next report to a peer is due. Right away after a pause, so that the first packets of a flow are answered soon; at an interval while
 * packets come; and a few times more when a stream of them breaks off, since it is then that the peer has to learn that nothing arrives.
 *
 * <p>Confined to the thread that receives.
 */
final class ReportClock {

    private static final long MILLI = 1_000_000;

    /** Reports in a row that make a stream out of packets. */
    private static final int STREAM_REPORTS = 3;

    /** Reports after a stream has broken off: enough for the peer's patience, twice, since every other one may go over the dead line. */
    private static final int LAST_REPORTS = 6;

    private long intervalNanos = 20 * MILLI;
    private boolean wanted;
    private long dueNanos;
    private boolean reported;
    private long lastNanos;
    private int inRow;
    private int afterwards;

    void interval(long nanos) {
        intervalNanos = nanos;
    }

    /** A new association begins. */
    void reset() {
        wanted = false;
        inRow = 0;
        afterwards = 0;
    }

    /** A datagram that is worth a report has come. */
    void want(long now) {
        if (!wanted) {
            wanted = true;
            dueNanos = reported && lastNanos + intervalNanos - now > 0 ? lastNanos + intervalNanos : now;
        }
    }

    /** A datagram has come that has to be reported at once. */
    void hurry(long now) {
        wanted = true;
        dueNanos = now;
    }

    long nanosToDeadline(long now) {
        if (wanted) {
            return dueNanos - now;
        }
        return afterwards > 0 ? lastNanos + intervalNanos - now : Long.MAX_VALUE;
    }

    boolean isDue(long now) {
        return nanosToDeadline(now) <= 0;
    }

    /** The report could not be handed over: it is tried again an interval later. */
    void postpone(long now) {
        wanted = true;
        dueNanos = now + intervalNanos;
    }

    /** A report was handed over. */
    void onReported(long now) {
        if (wanted) {
            inRow = reported && now - lastNanos <= 2 * intervalNanos ? Math.min(inRow + 1, STREAM_REPORTS) : 1;
            afterwards = inRow == STREAM_REPORTS ? LAST_REPORTS : 0;
        } else {
            afterwards--;
        }
        wanted = false;
        reported = true;
        lastNanos = now;
    }
}
