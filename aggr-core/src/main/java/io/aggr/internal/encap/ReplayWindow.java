package io.aggr.internal.encap;

/**
 * Tells a counter that was seen from one that was not (RFC 6479): a ring of 128 blocks of 64 bits that is never shifted. Moving ahead clears
 * the blocks that are entered. Since the newest block is seldom full, one block's worth less than the ring holds is promised: the highest counter
 * and the {@link #USABLE} before it are told apart.
 *
 * <p>Checking and marking are two steps, so that nothing moves before a datagram is known to be good.
 *
 * <p><b>Threading.</b> One thread.
 */
public final class ReplayWindow {

    /** How far behind the highest a counter may be to be told apart. */
    public static final int USABLE = 8128;

    private static final int BLOCKS = 128;
    private static final int BLOCK_SHIFT = 6;

    private final long[] seen = new long[BLOCKS];
    private long highest = -1;

    /** What a counter is. */
    public enum Verdict {
        /** Not seen before. */
        FRESH,
        /** Seen before. */
        REPLAYED,
        /** So far behind the highest that nobody can tell. */
        TOO_OLD
    }

    /** Makes a window that has seen nothing. */
    public ReplayWindow() {}

    /**
     * The highest counter marked.
     *
     * @return 0 or more, -1 before the first
     */
    public long highest() {
        return highest;
    }

    /**
     * The counter that comes next if nothing is lost or out of order.
     *
     * @return highest + 1; at most {@link Long#MAX_VALUE}
     */
    public long expected() {
        return highest == Long.MAX_VALUE ? highest : highest + 1;
    }

    /**
     * Looks a counter up. Changes nothing.
     *
     * @param counter 0 or more
     * @return what it is
     */
    public Verdict check(long counter) {
        if (counter > highest) {
            return Verdict.FRESH;
        }
        if (highest - counter > USABLE) {
            return Verdict.TOO_OLD;
        }
        return (seen[slot(counter >>> BLOCK_SHIFT)] & (1L << counter)) == 0 ? Verdict.FRESH : Verdict.REPLAYED;
    }

    /**
     * Remembers a counter.
     *
     * @param counter one that {@link #check} has just called {@link Verdict#FRESH}
     */
    public void mark(long counter) {
        long block = counter >>> BLOCK_SHIFT;
        if (counter > highest) {
            // -1 >> 6 is -1: the first counter of all clears its own block too.
            long newest = highest >> BLOCK_SHIFT;
            long from = block - newest >= BLOCKS ? block - BLOCKS + 1 : newest + 1;
            for (long entered = from; entered <= block; entered++) {
                seen[slot(entered)] = 0;
            }
            highest = counter;
        }
        // A shift distance counts modulo 64.
        seen[slot(block)] |= 1L << counter;
    }

    private static int slot(long block) {
        return (int) block & (BLOCKS - 1);
    }
}
