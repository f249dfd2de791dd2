package io.aggr.internal.engine;

import io.aggr.internal.path.Heard;
import io.aggr.internal.path.ReceivePath;
import io.aggr.link.Link;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one peer as the way in knows them: which are announced, where each leads, and the accounting of what has come over it.
 *
 * <p>Confined to the thread that receives. Allocates nothing but the accounting of a line, with its first datagram.
 */
final class ArrivalLines {

    /** Numbers of lines are below this. */
    static final int NUMBERS = 256;

    private static final int MAX_LINES = 16;

    private final @Nullable ReceivePath[] byId = new ReceivePath[NUMBERS];
    private final @Nullable ReceivePath[] inUse = new ReceivePath[MAX_LINES];
    private final @Nullable Heard[] heard = new Heard[NUMBERS];
    private final boolean[] announced = new boolean[NUMBERS];
    private final int[] boundLink = new int[NUMBERS];
    private final int[] boundRemote = new int[NUMBERS];

    /** No line with a higher number was ever bound. */
    private int highestBound = -1;

    ArrivalLines() {
        Arrays.fill(boundRemote, Link.NO_REMOTE);
    }

    /** IP frames on a line are welcome from now on. */
    void announce(int line, Heard newHeard) {
        announced[line] = true;
        heard[line] = newHeard;
    }

    boolean isAnnounced(int line) {
        return announced[line];
    }

    /** A line is withdrawn. */
    void withdraw(int line) {
        announced[line] = false;
        boundRemote[line] = Link.NO_REMOTE;
    }

    /** A line's far end is settled. */
    void bind(int line, int localLink, int remote) {
        boundLink[line] = localLink;
        boundRemote[line] = remote;
        highestBound = Math.max(highestBound, line);
    }

    int boundLink(int line) {
        return boundLink[line];
    }

    /** The far end of a line, or {@link Link#NO_REMOTE}. */
    int boundRemote(int line) {
        return boundRemote[line];
    }

    boolean isBound(int line, int localLink, int remote) {
        return boundRemote[line] == remote && boundLink[line] == localLink;
    }

    /** Whether any of them leads there. */
    boolean leadTo(int localLink, int remote) {
        for (int line = 0; line <= highestBound; line++) {
            if (isBound(line, localLink, remote)) {
                return true;
            }
        }
        return false;
    }

    /** The line's accounting, made with its first datagram; null if the peer has too many lines. */
    @Nullable
    ReceivePath open(int line) {
        ReceivePath path = byId[line];
        if (path != null) {
            return path;
        }
        for (int i = 0; i < MAX_LINES; i++) {
            if (inUse[i] == null) {
                path = new ReceivePath(line);
                inUse[i] = path;
                byId[line] = path;
                return path;
            }
        }
        return null;
    }

    /** The line's accounting; null before its first datagram. */
    @Nullable
    ReceivePath path(int line) {
        return byId[line];
    }

    /** The accounting of all lines, in the order of their first datagrams, then nulls. Always the same array. */
    @Nullable
    ReceivePath[] inUse() {
        return inUse;
    }

    /** A good datagram has come. The other half sees that something does. Returns whether its counter is the newest of the line. */
    boolean onDatagram(ReceivePath path, long counter, int datagramBytes, long nowNanos) {
        Heard line = heard[path.link()];
        if (line != null) {
            line.touch(nowNanos);
            line.count(datagramBytes);
        }
        return path.onDatagram(nowNanos, counter, datagramBytes);
    }

    /** A new association: counters begin again. */
    void reset() {
        for (ReceivePath path : inUse) {
            if (path != null) {
                path.reset();
            }
        }
    }

    /** Gives back what only traffic needs. */
    void rest() {
        for (ReceivePath path : inUse) {
            if (path != null) {
                path.gaps().rest();
            }
        }
    }
}
