package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/** PAD: zeros up to the end of the datagram. */
public final class PadFrame {

    private PadFrame() {}

    /**
     * Fills the rest of a datagram.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param lengthBytes how many bytes to fill; 0 writes nothing, which is well formed too
     * @return {@code lengthBytes}
     */
    public static int put(ByteBuffer buffer, int offset, int lengthBytes) {
        int end = offset + lengthBytes;
        int at = offset;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            buffer.putLong(at, 0);
        }
        for (; at < end; at++) {
            buffer.put(at, (byte) 0);
        }
        return lengthBytes;
    }
}
