package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/** MTU: tries whether a packet of some size gets through. Followed by PAD, answered by an ANSWER with its token. */
public final class MtuFrame {

    /** Size of the frame without the padding behind it. */
    public static final int BYTES = 11;

    private MtuFrame() {}

    /**
     * Writes the frame; {@link PadFrame#put} then brings the datagram to its size.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param token random
     * @param triedBytes size of the outer IP packet, 0 to 65 535
     * @return {@link #BYTES}
     */
    public static int put(ByteBuffer buffer, int offset, long token, int triedBytes) {
        BigEndian.put8(buffer, offset, FrameType.MTU.code());
        BigEndian.put64(buffer, offset + 1, token);
        BigEndian.put16(buffer, offset + 9, triedBytes);
        return BYTES;
    }

    /**
     * What the answer has to repeat.
     *
     * @param buffer holds a checked MTU frame
     * @param offset absolute, of its first byte
     * @return all 64 bits
     */
    public static long token(ByteBuffer buffer, int offset) {
        return BigEndian.i64(buffer, offset + 1);
    }

    /**
     * The size that is tried, for statistics.
     *
     * @param buffer holds a checked MTU frame
     * @param offset absolute, of its first byte
     * @return size of the outer IP packet in bytes, 0 to 65 535, as the sender says
     */
    public static int triedBytes(ByteBuffer buffer, int offset) {
        return BigEndian.u16(buffer, offset + 9);
    }
}
