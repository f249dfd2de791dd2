package io.aggr.internal.engine;

import io.aggr.internal.frame.GoneWriter;
import java.util.Arrays;

/**
 * Sequences that will never be sent, or not again, so that the peer does not wait for them: gathered until a datagram has room to say so.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class GoneAnnouncements {

    private static final int MAX_GONE = 256;

    private final boolean framed;
    private final GoneWriter writer = new GoneWriter();
    private final long[] gone = new long[MAX_GONE];
    private int count;

    /** Where there are no frames, nothing is gathered. */
    GoneAnnouncements(boolean framed) {
        this.framed = framed;
    }

    /** A new association begins: what was gathered means nothing any more. */
    void reset() {
        count = 0;
    }

    /** A sequence will not be sent. */
    void announce(long sequence) {
        if (framed && sequence > 0 && count < MAX_GONE) {
            gone[count++] = sequence;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Says as much as fits behind the other control frames of a datagram. */
    void append(DatagramBuilder builder, int roomBytes) {
        Arrays.sort(gone, 0, count);
        writer.begin(builder.control(), builder.controlBytes(), roomBytes);
        int told = 0;
        while (told < count) {
            int end = told + 1;
            while (end < count && gone[end] - gone[end - 1] <= 1) {
                end++;
            }
            if (!writer.add(gone[told], gone[end - 1])) {
                break;
            }
            told = end;
        }
        builder.addControl(writer.finish());
        System.arraycopy(gone, told, gone, 0, count - told);
        count -= told;
    }
}
