package io.aggr.internal.tcporder;

import java.util.Arrays;

/**
 * What the lines themselves say about a missing segment. A line hands on its packets in the order in which it got them, and a sender sends new
 * segments in the order of their numbers; so when every line that is in use has brought something from behind a hole, what is missing is lost, and
 * there is nothing to wait for. It is the proof by which numbered packets are released, with TCP's own numbers.
 *
 * <p>There are lines that let packets overtake each other. So they are believed only once they have kept order for a while, and after each time that
 * they did not they have to do so for twice as long.
 */
final class LineOrder {

    private static final int LINES = 8;
    private static final long WINDOW_NANOS = 500_000_000L;
    private static final int LEAST_RUN = 64;
    private static final int LONGEST_RUN = 1 << 14;

    private final int[] highest;
    private final byte[] known;
    private long windowNanos;
    private boolean counting;
    private int linesNow;
    private int linesBefore;
    private boolean tooMany;
    private int run;
    private int runNeeded = LEAST_RUN;

    /**
     * Nothing has come yet.
     *
     * @param flows connections
     */
    LineOrder(int flows) {
        highest = new int[flows * LINES];
        known = new byte[flows];
    }

    /** Forgets everything. */
    void clear() {
        Arrays.fill(known, (byte) 0);
        counting = false;
        linesNow = 0;
        linesBefore = 0;
        tooMany = false;
        run = 0;
        runNeeded = LEAST_RUN;
    }

    /** A place is another connection's from now on, or its connection begins anew. */
    void forget(int flow) {
        known[flow] = 0;
    }

    /**
     * A segment with data has come.
     *
     * @param flow its connection
     * @param line the line that brought it, 0 or more
     * @param start its sequence number
     * @param nowNanos monotonic time
     * @return whether something from behind it has come over the same line before
     */
    boolean isBehind(int flow, int line, int start, long nowNanos) {
        if (line >= LINES) {
            tooMany = true;
            return false;
        }
        if (!counting || nowNanos - windowNanos >= WINDOW_NANOS) {
            linesBefore = counting && nowNanos - windowNanos < 2 * WINDOW_NANOS ? linesNow : 0;
            linesNow = 0;
            counting = true;
            windowNanos = nowNanos;
        }
        int bit = 1 << line;
        linesNow |= bit;
        int at = flow * LINES + line;
        boolean behind = (known[flow] & bit) != 0 && start - highest[at] < 0;
        if (!behind) {
            highest[at] = start;
            known[flow] |= (byte) bit;
            if (run < LONGEST_RUN && ++run >= 16 * runNeeded && runNeeded > LEAST_RUN) {
                runNeeded /= 2;
                run = runNeeded;
            }
        }
        return behind;
    }

    /** A line has let one segment overtake another, or what was thought lost has come after all. */
    void onDisorder() {
        run = 0;
        runNeeded = Math.min(LONGEST_RUN, 2 * runNeeded);
    }

    /**
     * Whether what comes next of a connection has been lost for sure.
     *
     * @param flow the connection
     * @param expected what is missing first
     */
    boolean isLost(int flow, int expected) {
        int lines = linesNow | linesBefore;
        if (tooMany || run < runNeeded || (known[flow] & 0xFF & lines) != lines) {
            return false;
        }
        for (int line = 0; line < LINES; line++) {
            if ((lines & 1 << line) != 0 && highest[flow * LINES + line] - expected <= 0) {
                return false;
            }
        }
        return true;
    }
}
