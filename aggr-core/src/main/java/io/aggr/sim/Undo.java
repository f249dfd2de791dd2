package io.aggr.sim;

/**
 * Whether the last reduction of the window was needless: because every retransmission of its episode turned out to be a
 * duplicate (RFC 3708), or because what filled the first hole had been sent before the first retransmission (RFC 3522).
 */
final class Undo {
    private static final long OFF = -1;
    private static final int NOTHING_SENT_AGAIN = -1;

    /** First byte not acknowledged when the episode began, or {@link #OFF}. */
    private long from = OFF;

    private int needlessToGo = NOTHING_SENT_AGAIN;
    private boolean hasStamp;
    private int firstStamp;

    /** A reduction begins that may turn out to be needless. */
    void begin(long unacknowledged, int retransmissionsUnderWay) {
        from = unacknowledged;
        needlessToGo = retransmissionsUnderWay > 0 ? retransmissionsUnderWay : NOTHING_SENT_AGAIN;
        // A retransmission of an earlier episode that is still under way would look older than the first of this one.
        hasStamp &= retransmissionsUnderWay > 0;
    }

    /** The reduction is for a reason that stays, such as a congestion mark. */
    void ruleOut() {
        from = OFF;
    }

    /** The reduction has been taken back. */
    void clear() {
        from = OFF;
        needlessToGo = NOTHING_SENT_AGAIN;
        hasStamp = false;
    }

    void onRetransmission(int stamp) {
        if (!hasStamp) {
            hasStamp = true;
            firstStamp = stamp;
        }
        needlessToGo = Math.max(0, needlessToGo) + 1;
    }

    /** The receiver reports segments that it had already. */
    void onDuplicates(long rightEdge, int segments) {
        if (from != OFF && needlessToGo > 0 && rightEdge > from) {
            needlessToGo = Math.max(0, needlessToGo - segments);
        }
    }

    /** Whether an echoed timestamp is older than the first retransmission. */
    boolean isBeforeRetransmission(int echo) {
        return hasStamp && echo - firstStamp < 0;
    }

    /**
     * Whether the reduction was needless.
     *
     * @param original whether an acknowledgement has just shown that the first transmission arrived
     */
    boolean isDue(boolean original) {
        return from != OFF && (needlessToGo == 0 || original);
    }
}
