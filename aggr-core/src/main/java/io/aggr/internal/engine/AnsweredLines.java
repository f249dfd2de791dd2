package io.aggr.internal.engine;

import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Over which line the last packet of each flow has come, for schedulers that answer over the same one. A table with one place for each
 * hash: a flow that takes another's place costs nothing but that the other's next line is chosen as if it had never been heard of.
 *
 * <p>Written by the thread that receives and read by the one that sends, without a lock. Nothing is kept unless a scheduler wants it.
 */
final class AnsweredLines {

    /** The line of a flow that has not been heard of. */
    static final int UNKNOWN = -1;

    private static final int PLACES = 8_192;
    private static final int LINE_BITS = 16;

    private volatile @Nullable AtomicLongArray places;

    /** Begins to keep what comes, if nobody has wanted it before. The thread that sends. */
    void want() {
        if (places == null) {
            places = new AtomicLongArray(PLACES);
        }
    }

    /** Whether anybody wants to know. */
    boolean isWanted() {
        return places != null;
    }

    /**
     * A packet has come.
     *
     * @param answerHash hash of the flow of answers to it
     * @param line number of the line that brought it, 0 or more
     */
    void note(int answerHash, int line) {
        AtomicLongArray table = places;
        if (table == null) {
            return;
        }
        long value = (answerHash & 0xFFFF_FFFFL) << LINE_BITS | (line + 1);
        int place = answerHash & PLACES - 1;
        if (table.getPlain(place) != value) {
            table.setOpaque(place, value);
        }
    }

    /**
     * The line over which the flow has come that a packet answers.
     *
     * @param flowHash hash of the packet's flow
     * @return number of the line, or {@link #UNKNOWN}
     */
    int line(int flowHash) {
        AtomicLongArray table = places;
        if (table == null) {
            return UNKNOWN;
        }
        long value = table.getOpaque(flowHash & PLACES - 1);
        return value >>> LINE_BITS == (flowHash & 0xFFFF_FFFFL) ? (int) (value & (1 << LINE_BITS) - 1) - 1 : UNKNOWN;
    }
}
