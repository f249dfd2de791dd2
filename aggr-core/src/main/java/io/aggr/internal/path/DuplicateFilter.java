package io.aggr.internal.path;

import java.util.Arrays;

/**
 * Tells the last {@link #REACH} sequences apart, over all lines of a peer: a ring of bits that moves with the highest sequence seen.
 *
 * <p>Confined to the thread that receives. Memory is taken with the first sequence and given back by {@link #rest}; constant time but for clearing
 * what is skipped.
 */
public final class DuplicateFilter {

    /** How far back a sequence is remembered. */
    public static final int REACH = 131_072;

    /** What the filter says of a sequence. */
    public enum Verdict {
        /** Never seen. */
        NEW,
        /** Seen before. */
        DUPLICATE,
        /** Too far back to tell. */
        TOO_OLD
    }

    private static final int WORDS = REACH / 64;

    /** Stands for a ring that nothing is in. Never written to. */
    private static final long[] NOTHING = new long[WORDS];

    private long[] bits = NOTHING;
    private long highest;

    /** Up to here nothing is told apart any more. */
    private long restedAt;

    /** Forgets everything. */
    public void reset() {
        bits = NOTHING;
        highest = 0;
        restedAt = 0;
    }

    /** Nothing has come for a while: everything up to the highest counts as arrived, and what still comes of it as too old. */
    public void rest() {
        bits = NOTHING;
        restedAt = highest;
    }

    /**
     * Highest sequence seen.
     *
     * @return a sequence, 0 before the first
     */
    public long highest() {
        return highest;
    }

    /**
     * Looks a sequence up and remembers it.
     *
     * @param sequence 1 to 2^48 - 1
     * @return whether it is new
     */
    public Verdict add(long sequence) {
        if (sequence <= highest - REACH || (sequence <= restedAt && restedAt > 0)) {
            return Verdict.TOO_OLD;
        }
        if (bits == NOTHING) {
            bits = new long[WORDS];
        }
        if (sequence > highest) {
            clear(highest + 1, sequence);
            highest = sequence;
        }
        int word = (int) (sequence >> 6) & WORDS - 1;
        long bit = 1L << (sequence & 63);
        if ((bits[word] & bit) != 0) {
            return Verdict.DUPLICATE;
        }
        bits[word] |= bit;
        return Verdict.NEW;
    }

    /**
     * Whether a sequence has arrived.
     *
     * @param sequence any
     * @return false if it has not, or is too far back or ahead to tell
     */
    public boolean contains(long sequence) {
        return sequence <= highest
                && sequence > highest - REACH
                && ((sequence <= restedAt && restedAt > 0)
                        || (bits[(int) (sequence >> 6) & WORDS - 1] & 1L << (sequence & 63)) != 0);
    }

    private void clear(long from, long to) {
        if (to - from >= REACH - 1) {
            Arrays.fill(bits, 0);
            return;
        }
        long sequence = from;
        while (sequence <= to) {
            int word = (int) (sequence >> 6) & WORDS - 1;
            if ((sequence & 63) == 0 && to - sequence >= 63) {
                bits[word] = 0;
                sequence += 64;
            } else {
                bits[word] &= ~(1L << (sequence & 63));
                sequence++;
            }
        }
    }
}
