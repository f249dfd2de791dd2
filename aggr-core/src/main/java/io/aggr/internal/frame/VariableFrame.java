package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/** What all control frames with a u16 length have in common. */
final class VariableFrame {

    /** Type byte and length field. */
    static final int PREFIX_BYTES = 3;

    private VariableFrame() {}

    /** Whether the frame lies before {@code end}. */
    static FrameVerdict check(ByteBuffer buffer, int offset, int end) {
        return end - offset < PREFIX_BYTES || bytes(buffer, offset) > end - offset
                ? FrameVerdict.TRUNCATED
                : FrameVerdict.OK;
    }

    /** Whole size of the frame. */
    static int bytes(ByteBuffer buffer, int offset) {
        return PREFIX_BYTES + bodyBytes(buffer, offset);
    }

    /** Size behind the length field. */
    static int bodyBytes(ByteBuffer buffer, int offset) {
        return BigEndian.u16(buffer, offset + 1);
    }

    /** Writes type and length. */
    static void putPrefix(ByteBuffer buffer, int offset, FrameType type, int bodyBytes) {
        BigEndian.put8(buffer, offset, type.code());
        BigEndian.put16(buffer, offset + 1, bodyBytes);
    }
}
