package io.aggr.internal.reorder;

import io.aggr.reorder.ArrivedPacket;

/**
 * The numbers that a peer gives its packets. They run from 0 to 2^48 - 1 and never wrap: a new association, and with it a {@linkplain
 * io.aggr.reorder.ReorderBuffer#reset new numbering}, begins long before the end, at 2^47. A number outside the range is treated as none.
 */
final class Sequences {

    /** Stands for "no sequence" and "no packet". */
    static final long NONE = ArrivedPacket.NO_SEQUENCE;

    /** How many sequences a buffer remembers, the same as the core's filter of duplicates: 1.4 s at 1 Gbit/s. A power of two. */
    static final int WINDOW = 131_072;

    private static final long LAST = (1L << 48) - 1;

    private Sequences() {}

    static boolean isValid(long sequence) {
        return sequence >= 0 && sequence <= LAST;
    }
}
