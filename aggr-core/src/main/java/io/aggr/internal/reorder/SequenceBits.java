package io.aggr.internal.reorder;

import java.util.Arrays;

/** One bit for each of {@link Sequences#WINDOW} successive sequences, in a ring: what is no longer looked at makes room for what is new. */
final class SequenceBits {

    private static final int WORDS = Sequences.WINDOW / Long.SIZE;

    /** Stands for a ring without a bit. Never written to. */
    private static final long[] NOTHING = new long[WORDS];

    // Made with the first bit that is set.
    private long[] words = NOTHING;

    boolean get(long sequence) {
        return (words[indexOf(sequence)] & 1L << sequence) != 0;
    }

    void set(long sequence) {
        if (words == NOTHING) {
            words = new long[WORDS];
        }
        words[indexOf(sequence)] |= 1L << sequence;
    }

    void clear(long sequence) {
        if (words == NOTHING) {
            return;
        }
        words[indexOf(sequence)] &= ~(1L << sequence);
    }

    /** The bits of the 64 sequences that share a word with this one; bit 0 is that of the lowest. */
    long word(long sequence) {
        return words[indexOf(sequence)];
    }

    /** Clears a range, both ends included; nothing if it is empty. */
    void clear(long from, long to) {
        if (words == NOTHING) {
            return;
        }
        if (to - from >= Sequences.WINDOW) {
            Arrays.fill(words, 0);
            return;
        }
        for (long base = wordStart(from); base <= to; base += Long.SIZE) {
            words[indexOf(base)] &= ~maskOf(base, from, to);
        }
    }

    /** Clears everything, and gives the memory back. */
    void clear() {
        words = NOTHING;
    }

    /** The lowest sequence of the word that this one is in. */
    static long wordStart(long sequence) {
        return sequence & -Long.SIZE;
    }

    /** The bits of a word, given by its lowest sequence, that lie in a range, both ends included. */
    static long maskOf(long wordStart, long from, long to) {
        long mask = -1L;
        if (from > wordStart) {
            mask &= from - wordStart < Long.SIZE ? -1L << from : 0;
        }
        if (to < wordStart + Long.SIZE - 1) {
            mask &= to >= wordStart ? -1L >>> (Long.SIZE - 1 - (to - wordStart)) : 0;
        }
        return mask;
    }

    private static int indexOf(long sequence) {
        return (int) (sequence >>> 6) & (WORDS - 1);
    }
}
