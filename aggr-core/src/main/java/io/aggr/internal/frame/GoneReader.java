package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/**
 * Reads a GONE frame: {@link #begin}, then {@link #next} for each range. One instance serves any number of frames. Not for use by two threads
 * at once.
 */
public final class GoneReader {

    /** Where the ranges begin. */
    static final int RANGES_OFFSET = 9;

    /** Size of a range. */
    static final int RANGE_BYTES = 2;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int FIXED_BODY_BYTES = RANGES_OFFSET - VariableFrame.PREFIX_BYTES;

    private ByteBuffer buffer = NOTHING;
    private int at;
    private int end;
    private long first;
    private long last;

    /** Makes a reader. */
    public GoneReader() {}

    /** Checks the body; the frame as a whole is known to fit. */
    static FrameVerdict check(ByteBuffer buffer, int offset) {
        int rangeBytes = VariableFrame.bodyBytes(buffer, offset) - FIXED_BODY_BYTES;
        if (rangeBytes < RANGE_BYTES
                || rangeBytes > GoneWriter.MAX_RANGES * RANGE_BYTES
                || rangeBytes % RANGE_BYTES != 0) {
            return FrameVerdict.BAD_LENGTH;
        }
        int at = offset + RANGES_OFFSET;
        int end = at + rangeBytes;
        long sequence = BigEndian.u48(buffer, offset + VariableFrame.PREFIX_BYTES);
        if (sequence < Serial.FIRST_SEQUENCE || BigEndian.u8(buffer, at) != 0) {
            return FrameVerdict.BAD_VALUE;
        }
        for (; at < end; at += RANGE_BYTES) {
            int run = BigEndian.u8(buffer, at + 1);
            sequence += BigEndian.u8(buffer, at) + run;
            if (run == 0 || sequence - 1 > Serial.MAX_SEQUENCE) {
                return FrameVerdict.BAD_VALUE;
            }
        }
        return FrameVerdict.OK;
    }

    /**
     * Stands before the first range of a frame.
     *
     * @param source holds a checked GONE; read until the next call
     * @param offset absolute, of its first byte
     */
    public void begin(ByteBuffer source, int offset) {
        buffer = source;
        at = offset + RANGES_OFFSET;
        end = offset + VariableFrame.bytes(source, offset);
        first = BigEndian.u48(source, offset + VariableFrame.PREFIX_BYTES);
        last = first - 1;
    }

    /**
     * Goes to the next range.
     *
     * @return false if there is none left
     */
    public boolean next() {
        if (at >= end) {
            return false;
        }
        first = last + 1 + BigEndian.u8(buffer, at);
        last = first + BigEndian.u8(buffer, at + 1) - 1;
        at += RANGE_BYTES;
        return true;
    }

    /**
     * Lowest sequence of the range.
     *
     * @return 1 to 2^48 - 1
     */
    public long firstSequence() {
        return first;
    }

    /**
     * Highest sequence of the range.
     *
     * @return 1 to 2^48 - 1, not below {@link #firstSequence}
     */
    public long lastSequence() {
        return last;
    }
}
