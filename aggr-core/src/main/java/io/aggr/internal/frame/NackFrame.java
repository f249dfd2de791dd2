package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/** NACK: datagrams of one link that have not arrived, up to 33 of them, named by their counters. */
public final class NackFrame {

    /** Whole size of the frame. */
    public static final int BYTES = 10;

    /** How many counters behind the first one a frame can name. */
    public static final int MORE_BITS = 32;

    private NackFrame() {}

    /**
     * Writes a NACK.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param linkId number of the link, 0 to 255
     * @param firstCounter a counter that has not arrived; its low 32 bits travel
     * @param more bit b set: {@code firstCounter + 1 + b} has not arrived either
     * @return {@link #BYTES}
     */
    public static int put(ByteBuffer buffer, int offset, int linkId, long firstCounter, int more) {
        BigEndian.put8(buffer, offset, FrameType.NACK.code());
        BigEndian.put8(buffer, offset + 1, linkId);
        BigEndian.put32(buffer, offset + 2, (int) firstCounter);
        BigEndian.put32(buffer, offset + 6, more);
        return BYTES;
    }

    /**
     * The link that lost something.
     *
     * @param buffer holds a checked NACK
     * @param offset absolute, of its first byte
     * @return 0 to 255
     */
    public static int linkId(ByteBuffer buffer, int offset) {
        return BigEndian.u8(buffer, offset + 1);
    }

    /**
     * The first counter that has not arrived; {@link Serial#counter}, with the newest counter sent, rebuilds the rest.
     *
     * @param buffer holds a checked NACK
     * @param offset absolute, of its first byte
     * @return 0 to 2^32 - 1
     */
    public static long firstCounterLow(ByteBuffer buffer, int offset) {
        return BigEndian.u32(buffer, offset + 2);
    }

    /**
     * What else has not arrived.
     *
     * @param buffer holds a checked NACK
     * @param offset absolute, of its first byte
     * @return bit b stands for the first counter + 1 + b
     */
    public static int more(ByteBuffer buffer, int offset) {
        return BigEndian.i32(buffer, offset + 6);
    }
}
