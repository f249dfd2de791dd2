package io.aggr.internal.ipip;

import io.aggr.encap.Session;

/** Which local links lead to a peer, and the line that each of them is. Never changes. */
final class IpipSession implements Session {

    private final int peer;
    private final int[] lines;
    private final int[] localLinks;

    /**
     * Takes over the arrays.
     *
     * @param peer the peer's number
     * @param lines numbers of its lines
     * @param localLinks number of the local link of each
     */
    IpipSession(int peer, int[] lines, int[] localLinks) {
        this.peer = peer;
        this.lines = lines;
        this.localLinks = localLinks;
    }

    @Override
    public int peer() {
        return peer;
    }

    /** There is only ever one: nothing is numbered. */
    @Override
    public long association() {
        return 1;
    }

    /** How many lines there are. */
    int size() {
        return lines.length;
    }

    /** Number of a line. */
    int line(int index) {
        return lines[index];
    }

    /** The local link of a line. */
    int localLink(int index) {
        return localLinks[index];
    }

    /** Whether there is a line of this number. */
    boolean hasLine(int line) {
        for (int known : lines) {
            if (known == line) {
                return true;
            }
        }
        return false;
    }
}
