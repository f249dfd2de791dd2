package io.aggr.internal.tcporder;

import java.util.Arrays;

/**
 * The last hole of each connection that was no longer waited for, so that it can be told, when something comes for it after all, whether it was only
 * late or has been sent again. The sender's own clock tells it, if the connection has timestamps (RFC 7323): what is sent again carries a later time
 * than what was behind the hole. Without, what comes soon was late: a sender hears of a loss a round trip later.
 */
final class Abandoned {

    private static final long SOON_NANOS = 25_000_000L;

    private final int[] start;
    private final int[] end;
    private final long[] atNanos;
    private final long[] stamp;
    private final boolean[] proved;

    /**
     * None yet.
     *
     * @param flows connections
     */
    Abandoned(int flows) {
        start = new int[flows];
        end = new int[flows];
        atNanos = new long[flows];
        stamp = new long[flows];
        proved = new boolean[flows];
    }

    /** Forgets everything. */
    void clear() {
        Arrays.fill(start, 0);
        Arrays.fill(end, 0);
    }

    /** A place is another connection's from now on. */
    void forget(int flow) {
        start[flow] = 0;
        end[flow] = 0;
    }

    /**
     * A hole is not waited for any longer.
     *
     * @param flow the connection
     * @param from what is missing
     * @param to what is behind it
     * @param stampBehind time of the segment behind it, {@link TcpSegment#NO_STAMP} without
     * @param isProved whether it was thought lost for sure
     * @param nowNanos monotonic time
     */
    void add(int flow, int from, int to, long stampBehind, boolean isProved, long nowNanos) {
        start[flow] = from;
        end[flow] = to;
        stamp[flow] = stampBehind;
        proved[flow] = isProved;
        atNanos[flow] = nowNanos;
    }

    /**
     * Whether a segment is from the hole and was only late.
     *
     * @param flow the connection
     * @param sequence where the segment starts
     * @param itsStamp its time, {@link TcpSegment#NO_STAMP} without
     * @param mostNanos how late a segment may be at all
     * @param nowNanos monotonic time
     */
    boolean wasLate(int flow, int sequence, long itsStamp, long mostNanos, long nowNanos) {
        if (sequence - start[flow] < 0 || sequence - end[flow] >= 0) {
            return false;
        }
        boolean stamped = itsStamp != TcpSegment.NO_STAMP && stamp[flow] != TcpSegment.NO_STAMP;
        int newer = stamped ? (int) itsStamp - (int) stamp[flow] : 0;
        // Clocks that tick twice a second give both the same time: that alone proves nothing.
        return newer <= 0 && nowNanos - atNanos[flow] < (newer < 0 ? mostNanos : Math.min(mostNanos, SOON_NANOS));
    }

    /** Whether the last hole of a connection was thought lost for sure. */
    boolean wasProved(int flow) {
        return proved[flow];
    }
}
