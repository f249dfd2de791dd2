package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/**
 * Reads a FEEDBACK frame: {@link #begin}, then {@link #next} for each link. One instance serves any number of frames. Values that a peer may
 * have made up (a counter never sent, more packets than sent) are handed on as they are. Not for use by two threads at once.
 */
public final class FeedbackReader {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int MIN_BODY_BYTES = FeedbackWriter.MIN_BYTES - VariableFrame.PREFIX_BYTES;
    private static final int MAX_BITMAP_BYTES = 8;

    private ByteBuffer buffer = NOTHING;
    private int start;
    private int block;
    private int next;
    private int end;

    /** Makes a reader. */
    public FeedbackReader() {}

    /** Checks the body; the frame as a whole is known to fit. */
    static FrameVerdict check(ByteBuffer buffer, int offset) {
        int bodyBytes = VariableFrame.bodyBytes(buffer, offset);
        if (bodyBytes < MIN_BODY_BYTES) {
            return FrameVerdict.BAD_LENGTH;
        }
        int end = offset + VariableFrame.PREFIX_BYTES + bodyBytes;
        int at = offset + FeedbackWriter.MIN_BYTES;
        for (int links = 0; at < end; links++) {
            if (links == FeedbackWriter.MAX_LINKS) {
                return FrameVerdict.BAD_VALUE;
            }
            if (end - at < FeedbackWriter.MIN_BLOCK_BYTES) {
                return FrameVerdict.BAD_LENGTH;
            }
            int lengthByte = BigEndian.u8(buffer, at + 1);
            if (lengthByte >>> 4 != 0) {
                return FrameVerdict.RESERVED;
            }
            if (lengthByte > MAX_BITMAP_BYTES) {
                return FrameVerdict.BAD_VALUE;
            }
            at += FeedbackWriter.MIN_BLOCK_BYTES + lengthByte;
        }
        return at == end ? FrameVerdict.OK : FrameVerdict.BAD_LENGTH;
    }

    /**
     * Stands before the first link of a frame.
     *
     * @param source holds a checked FEEDBACK; read until the next call
     * @param offset absolute, of its first byte
     */
    public void begin(ByteBuffer source, int offset) {
        buffer = source;
        start = offset;
        block = offset;
        next = offset + FeedbackWriter.MIN_BYTES;
        end = offset + VariableFrame.bytes(source, offset);
    }

    /**
     * When the peer made the frame. {@link Serial#unwrap} and {@link Serial#difference} with {@link Ticks#FEEDBACK_BITS} work with it.
     *
     * @return low 32 bits of the peer's tick number, 0 to 2^32 - 1
     */
    public long receiverTicksLow() {
        return BigEndian.u32(buffer, start + 3);
    }

    /**
     * How full the peer's reorder buffer is.
     *
     * @return 0 empty, to 65 535 at its limit
     */
    public int fill() {
        return BigEndian.u16(buffer, start + 7);
    }

    /**
     * Goes to the next link.
     *
     * @return false if there is none left
     */
    public boolean next() {
        if (next >= end) {
            return false;
        }
        block = next;
        next = block + FeedbackWriter.MIN_BLOCK_BYTES + bitmapBytes();
        return true;
    }

    /**
     * The link that the reader stands on.
     *
     * @return 0 to 255
     */
    public int linkId() {
        return BigEndian.u8(buffer, block);
    }

    /**
     * Highest counter that has arrived; {@link Serial#counter}, with the newest counter sent, rebuilds the rest.
     *
     * @return 0 to 2^32 - 1
     */
    public long highestCounterLow() {
        return BigEndian.u32(buffer, block + 2);
    }

    /**
     * Bytes of all datagrams that have arrived in this association.
     *
     * @return modulo 2^32
     */
    public long bytesLow() {
        return BigEndian.u32(buffer, block + 6);
    }

    /**
     * Number of those datagrams.
     *
     * @return modulo 2^24
     */
    public int packetsLow() {
        return BigEndian.u24(buffer, block + 10);
    }

    /**
     * Time between the arrival of the highest counter and the making of the frame.
     *
     * @return ticks, 0 to 65 535; 65 535 stands for that and more
     */
    public int ageTicks() {
        return BigEndian.u16(buffer, block + 13);
    }

    /**
     * Smallest relative delay since the feedback before.
     *
     * @return ticks modulo 2^16
     */
    public int minDelayTicks() {
        return BigEndian.u16(buffer, block + 15);
    }

    /**
     * Latest relative delay.
     *
     * @return ticks modulo 2^16
     */
    public int lastDelayTicks() {
        return BigEndian.u16(buffer, block + 17);
    }

    /**
     * Datagrams that arrived with Congestion Experienced in the outer header.
     *
     * @return modulo 2^16
     */
    public int markedLow() {
        return BigEndian.u16(buffer, block + 19);
    }

    /**
     * Which counters below the highest have not arrived.
     *
     * @return bit i stands for the highest - 1 - i
     */
    public long missing() {
        long missing = 0;
        for (int k = bitmapBytes() - 1; k >= 0; k--) {
            missing = missing << Byte.SIZE | BigEndian.u8(buffer, block + FeedbackWriter.MIN_BLOCK_BYTES + k);
        }
        return missing;
    }

    private int bitmapBytes() {
        return BigEndian.u8(buffer, block + 1);
    }
}
