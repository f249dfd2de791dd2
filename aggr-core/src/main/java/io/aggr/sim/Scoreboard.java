package io.aggr.sim;

import java.util.Arrays;

/**
 * The segments that a TCP sender has sent and that are not yet cumulatively acknowledged, with what is known about each.
 *
 * <p>Segments have consecutive ids; those from {@link #first()} to {@link #end()} (exclusive) are here. They are also in a list by
 * time of last transmission, which RACK (RFC 8985) walks from its old end; segments that are selectively acknowledged or
 * held to be lost are not in that list.
 */
final class Scoreboard {
    private static final int SACKED = 1;
    private static final int LOST = 2;
    /** A retransmission is under way. */
    private static final int RETRANSMITTED = 4;

    private static final int EVER_RETRANSMITTED = 8;
    /** The last transmission was at a time in which there was not enough to send. */
    private static final int LIMITED = 16;

    private static final int NONE = -1;

    // All indexed by id & mask.
    private long[] starts;
    private int[] lengths;
    private long[] sentNanos;
    private byte[] flags;
    private int[] newer;
    private int[] older;
    // State of the delivery when the segment was sent, for delivery rate samples.
    private long[] deliveredThen;
    private long[] deliveredThenNanos;
    private long[] firstSentThenNanos;

    private int mask;
    private int first;
    private int end;
    private int oldest = NONE;
    private int newest = NONE;
    private int lostHint;
    private int sackedCount;
    private int lostCount;
    private int retransmittedCount;
    private long lossMarks;

    Scoreboard() {
        allocate(256);
    }

    int first() {
        return first;
    }

    int end() {
        return end;
    }

    int count() {
        return end - first;
    }

    int sackedCount() {
        return sackedCount;
    }

    int lostCount() {
        return lostCount;
    }

    int retransmittedCount() {
        return retransmittedCount;
    }

    /** Segments thought to be in the network (RFC 6675, "pipe"). */
    int inFlight() {
        return count() - sackedCount - lostCount + retransmittedCount;
    }

    /** How often a segment has been declared lost so far. */
    long lossMarks() {
        return lossMarks;
    }

    long start(int id) {
        return starts[id & mask];
    }

    int length(int id) {
        return lengths[id & mask];
    }

    long endSequence(int id) {
        return starts[id & mask] + lengths[id & mask];
    }

    long sentNanos(int id) {
        return sentNanos[id & mask];
    }

    long deliveredThen(int id) {
        return deliveredThen[id & mask];
    }

    long deliveredThenNanos(int id) {
        return deliveredThenNanos[id & mask];
    }

    long firstSentThenNanos(int id) {
        return firstSentThenNanos[id & mask];
    }

    boolean wasLimitedThen(int id) {
        return (flags[id & mask] & LIMITED) != 0;
    }

    boolean isSacked(int id) {
        return (flags[id & mask] & SACKED) != 0;
    }

    boolean isLost(int id) {
        return (flags[id & mask] & LOST) != 0;
    }

    boolean wasRetransmitted(int id) {
        return (flags[id & mask] & EVER_RETRANSMITTED) != 0;
    }

    /** Oldest transmission that is neither acknowledged nor lost, or -1. */
    int oldest() {
        return oldest;
    }

    /** The transmission after this one, or -1. */
    int newerThan(int id) {
        return newer[id & mask];
    }

    /** Adds a segment that is being sent for the first time. */
    int append(long start, int lengthBytes, long nowNanos) {
        if (count() == starts.length) {
            allocate(starts.length * 2);
        }
        int id = end++;
        int slot = id & mask;
        starts[slot] = start;
        lengths[slot] = lengthBytes;
        sentNanos[slot] = nowNanos;
        flags[slot] = 0;
        linkNewest(id);
        return id;
    }

    /** Notes the sender's delivery state with a segment that is being sent. */
    void stampDelivery(int id, long delivered, long deliveredAtNanos, long firstSentAtNanos, boolean limited) {
        int slot = id & mask;
        flags[slot] = (byte) (limited ? flags[slot] | LIMITED : flags[slot] & ~LIMITED);
        deliveredThen[slot] = delivered;
        deliveredThenNanos[slot] = deliveredAtNanos;
        firstSentThenNanos[slot] = firstSentAtNanos;
    }

    /** A segment is being sent again. */
    void retransmit(int id, long nowNanos) {
        int slot = id & mask;
        if ((flags[slot] & RETRANSMITTED) == 0) {
            retransmittedCount++;
        }
        if ((flags[slot] & LOST) == 0) {
            unlink(id);
        }
        flags[slot] |= RETRANSMITTED | EVER_RETRANSMITTED;
        sentNanos[slot] = nowNanos;
        linkNewest(id);
    }

    /**
     * Declares the last transmission of a segment lost.
     *
     * @return false if that was known, or the segment has arrived
     */
    boolean markLost(int id) {
        int slot = id & mask;
        int now = flags[slot];
        if ((now & SACKED) != 0 || (now & (LOST | RETRANSMITTED)) == LOST) {
            return false;
        }
        unlink(id);
        if ((now & RETRANSMITTED) != 0) {
            retransmittedCount--;
        }
        if ((now & LOST) == 0) {
            lostCount++;
        }
        flags[slot] = (byte) ((now | LOST) & ~RETRANSMITTED);
        lostHint = Math.min(lostHint, id);
        lossMarks++;
        return true;
    }

    /** A segment has been acknowledged selectively. */
    void markSacked(int id) {
        forgetDoubts(id);
        flags[id & mask] |= SACKED;
        sackedCount++;
    }

    /** The first segment has been acknowledged cumulatively. */
    void removeFirst() {
        if (isSacked(first)) {
            sackedCount--;
        } else {
            forgetDoubts(first);
        }
        first++;
        lostHint = Math.max(lostHint, first);
    }

    /** First segment that is lost and not being sent again, or -1. */
    int firstToRetransmit() {
        if (lostCount == 0) {
            return NONE;
        }
        for (int id = lostHint; id < end; id++) {
            if ((flags[id & mask] & (LOST | RETRANSMITTED)) == LOST) {
                lostHint = id;
                return id;
            }
        }
        lostHint = end;
        return NONE;
    }

    /** First segment that begins at or after a sequence; {@link #end()} if there is none. */
    int firstFrom(long sequence) {
        int low = first;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (starts[middle & mask] < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Takes back every verdict of loss, because the losses turned out not to be. */
    void forgiveLosses() {
        for (int id = first; id < end; id++) {
            int slot = id & mask;
            if ((flags[slot] & LOST) != 0) {
                boolean listed = (flags[slot] & RETRANSMITTED) != 0;
                flags[slot] &= ~LOST;
                lostCount--;
                if (!listed) {
                    linkBySentTime(id);
                }
            }
        }
        lostHint = end;
    }

    /**
     * Cuts segments that are longer than allowed, and declares lost those that have to be sent again for it.
     *
     * @param maxBytes largest payload from now on
     */
    void cutTo(int maxBytes) {
        int firstBefore = first;
        int endBefore = end;
        Scoreboard old = new Scoreboard();
        old.allocate(starts.length);
        for (int id = first; id < end; id++) {
            old.copySlot(this, id, id);
        }
        // Rebuilt from nothing: this happens when a path's MTU shrinks, not per packet.
        end = first;
        oldest = NONE;
        newest = NONE;
        sackedCount = 0;
        lostCount = 0;
        retransmittedCount = 0;
        lostHint = first;
        for (int id = firstBefore; id < endBefore; id++) {
            int oldSlot = id & old.mask;
            int length = old.lengths[oldSlot];
            boolean sacked = (old.flags[oldSlot] & SACKED) != 0;
            boolean lost = length > maxBytes || (old.flags[oldSlot] & (LOST | RETRANSMITTED)) == LOST;
            for (int done = 0; done < length; done += maxBytes) {
                int piece =
                        append(old.starts[oldSlot] + done, Math.min(maxBytes, length - done), old.sentNanos[oldSlot]);
                stampDelivery(
                        piece,
                        old.deliveredThen[oldSlot],
                        old.deliveredThenNanos[oldSlot],
                        old.firstSentThenNanos[oldSlot],
                        false);
                flags[piece & mask] = (byte) (old.flags[oldSlot] & (EVER_RETRANSMITTED | LIMITED));
                if (sacked) {
                    markSacked(piece);
                } else if (lost) {
                    markLost(piece);
                }
            }
        }
        resort();
    }

    private void forgetDoubts(int id) {
        int slot = id & mask;
        int now = flags[slot];
        if ((now & (LOST | RETRANSMITTED)) != LOST) {
            unlink(id);
        }
        if ((now & LOST) != 0) {
            lostCount--;
        }
        if ((now & RETRANSMITTED) != 0) {
            retransmittedCount--;
        }
        flags[slot] = (byte) (now & ~(LOST | RETRANSMITTED));
    }

    private void linkNewest(int id) {
        int slot = id & mask;
        newer[slot] = NONE;
        older[slot] = newest;
        if (newest == NONE) {
            oldest = id;
        } else {
            newer[newest & mask] = id;
        }
        newest = id;
    }

    private void linkBySentTime(int id) {
        int before = newest;
        while (before != NONE && sentNanos[before & mask] - sentNanos[id & mask] > 0) {
            before = older[before & mask];
        }
        if (before == newest) {
            linkNewest(id);
            return;
        }
        int after = before == NONE ? oldest : newer[before & mask];
        newer[id & mask] = after;
        older[id & mask] = before;
        older[after & mask] = id;
        if (before == NONE) {
            oldest = id;
        } else {
            newer[before & mask] = id;
        }
    }

    private void resort() {
        oldest = NONE;
        newest = NONE;
        for (int id = first; id < end; id++) {
            int now = flags[id & mask];
            if ((now & SACKED) == 0 && (now & (LOST | RETRANSMITTED)) != LOST) {
                linkBySentTime(id);
            }
        }
    }

    private void unlink(int id) {
        int before = older[id & mask];
        int after = newer[id & mask];
        if (before == NONE) {
            oldest = after;
        } else {
            newer[before & mask] = after;
        }
        if (after == NONE) {
            newest = before;
        } else {
            older[after & mask] = before;
        }
    }

    private void copySlot(Scoreboard from, int fromId, int toId) {
        int source = fromId & from.mask;
        int target = toId & mask;
        starts[target] = from.starts[source];
        lengths[target] = from.lengths[source];
        sentNanos[target] = from.sentNanos[source];
        flags[target] = from.flags[source];
        newer[target] = from.newer[source];
        older[target] = from.older[source];
        deliveredThen[target] = from.deliveredThen[source];
        deliveredThenNanos[target] = from.deliveredThenNanos[source];
        firstSentThenNanos[target] = from.firstSentThenNanos[source];
    }

    private void allocate(int capacity) {
        if (starts == null) {
            starts = new long[capacity];
            lengths = new int[capacity];
            sentNanos = new long[capacity];
            flags = new byte[capacity];
            newer = new int[capacity];
            older = new int[capacity];
            deliveredThen = new long[capacity];
            deliveredThenNanos = new long[capacity];
            firstSentThenNanos = new long[capacity];
        } else {
            starts = spread(starts, capacity);
            lengths = spread(lengths, capacity);
            sentNanos = spread(sentNanos, capacity);
            newer = spread(newer, capacity);
            older = spread(older, capacity);
            deliveredThen = spread(deliveredThen, capacity);
            deliveredThenNanos = spread(deliveredThenNanos, capacity);
            firstSentThenNanos = spread(firstSentThenNanos, capacity);
            byte[] moved = new byte[capacity];
            for (int id = first; id < end; id++) {
                moved[id & (capacity - 1)] = flags[id & mask];
            }
            flags = moved;
        }
        mask = capacity - 1;
    }

    private long[] spread(long[] values, int capacity) {
        long[] moved = new long[capacity];
        for (int id = first; id < end; id++) {
            moved[id & (capacity - 1)] = values[id & mask];
        }
        return moved;
    }

    private int[] spread(int[] values, int capacity) {
        int[] moved = new int[capacity];
        Arrays.fill(moved, NONE);
        for (int id = first; id < end; id++) {
            moved[id & (capacity - 1)] = values[id & mask];
        }
        return moved;
    }
}
