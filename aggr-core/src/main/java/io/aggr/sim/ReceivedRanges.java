package io.aggr.sim;

import java.util.Arrays;

/** What a TCP receiver holds beyond the next byte it waits for: ranges of the stream, sorted, not touching each other. */
final class ReceivedRanges {
    private long[] lefts = new long[64];
    private long[] rights = new long[64];
    private int count;
    // Left edges of the ranges that changed last, newest first (RFC 2018, 4).
    private final long[] recent = new long[TcpSegment.MAX_SACK_BLOCKS + 1];
    private int recentCount;

    boolean isEmpty() {
        return count == 0;
    }

    /** Index of the range that contains all of left..right, or -1. */
    int containing(long left, long right) {
        int index = lastStartingAtOrBefore(left);
        return index >= 0 && rights[index] >= right ? index : -1;
    }

    long left(int index) {
        return lefts[index];
    }

    long right(int index) {
        return rights[index];
    }

    void add(long left, long right) {
        int from = lastStartingAtOrBefore(left);
        if (from < 0 || rights[from] < left) {
            from++;
        }
        int to = from;
        long mergedLeft = left;
        long mergedRight = right;
        while (to < count && lefts[to] <= right) {
            mergedLeft = Math.min(mergedLeft, lefts[to]);
            mergedRight = Math.max(mergedRight, rights[to]);
            forgetRecent(lefts[to]);
            to++;
        }
        replace(from, to, mergedLeft, mergedRight);
        System.arraycopy(recent, 0, recent, 1, Math.min(recentCount, recent.length - 1));
        recent[0] = mergedLeft;
        recentCount = Math.min(recent.length, recentCount + 1);
    }

    /**
     * Takes the first range out if it begins at or before a position.
     *
     * @return the range's end, or the position itself
     */
    long takeUpTo(long position) {
        long reached = position;
        int taken = 0;
        while (taken < count && lefts[taken] <= reached) {
            reached = Math.max(reached, rights[taken]);
            forgetRecent(lefts[taken]);
            taken++;
        }
        if (taken > 0) {
            System.arraycopy(lefts, taken, lefts, 0, count - taken);
            System.arraycopy(rights, taken, rights, 0, count - taken);
            count -= taken;
        }
        return reached;
    }

    int recentCount() {
        return recentCount;
    }

    long recentLeft(int index) {
        return recent[index];
    }

    long recentRight(int index) {
        return rights[lastStartingAtOrBefore(recent[index])];
    }

    private int lastStartingAtOrBefore(long position) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (lefts[middle] <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private void replace(int from, int to, long left, long right) {
        if (from == to) {
            if (count == lefts.length) {
                lefts = Arrays.copyOf(lefts, count * 2);
                rights = Arrays.copyOf(rights, count * 2);
            }
            System.arraycopy(lefts, from, lefts, from + 1, count - from);
            System.arraycopy(rights, from, rights, from + 1, count - from);
            count++;
        } else {
            System.arraycopy(lefts, to, lefts, from + 1, count - to);
            System.arraycopy(rights, to, rights, from + 1, count - to);
            count -= to - from - 1;
        }
        lefts[from] = left;
        rights[from] = right;
    }

    private void forgetRecent(long left) {
        for (int i = 0; i < recentCount; i++) {
            if (recent[i] == left) {
                System.arraycopy(recent, i + 1, recent, i, recentCount - i - 1);
                recentCount--;
                return;
            }
        }
    }
}
