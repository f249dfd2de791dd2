package io.aggr.internal.engine;

import io.aggr.internal.path.SendPath;

/**
 * Finds the lines over which a stream of datagrams has just broken off, though reports of ours are still called for, so that others bring something. If a
 * modem in front of us translates anew, all that the peer sends over its line is lost until a datagram of ours shows it the new address; so such a line
 * carries a report at once, whichever lines reports go over otherwise.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class SilentLines {

    /** Reports in a row, with datagrams between each two, that make a stream. */
    private static final int STREAM_REPORTS = 3;

    private static final int GAPS = 3;
    private static final long MARGIN_NANOS = 10_000_000;

    private final long[] datagrams = new long[PeerLines.MAX_LINES];
    private final long[] gapNanos = new long[PeerLines.MAX_LINES];
    private final int[] inRow = new int[PeerLines.MAX_LINES];
    private final long[] lastNanos = new long[PeerLines.MAX_LINES];

    /** To be asked with each report. Returns true once, when a line has been silent for longer than the datagrams of its stream were apart. */
    boolean isJustSilent(SendPath path, long nowNanos) {
        int line = path.index();
        long now = path.heard().datagrams();
        long fresh = now - datagrams[line];
        boolean stream = inRow[line] >= STREAM_REPORTS;
        if (fresh > 0) {
            gapNanos[line] = (nowNanos - lastNanos[line]) / fresh;
        }
        datagrams[line] = now;
        lastNanos[line] = nowNanos;
        boolean silent = stream && path.heard().silenceNanos(nowNanos) > MARGIN_NANOS + GAPS * gapNanos[line];
        if (fresh > 0 && !silent) {
            inRow[line] = Math.min(STREAM_REPORTS, inRow[line] + 1);
        } else if (silent || !stream) {
            inRow[line] = 0;
        }
        return silent;
    }
}
