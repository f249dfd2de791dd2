package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/** CHALLENGE and ANSWER: 64 random bits there and back. */
public final class TokenFrame {

    /** Whole size of either frame. */
    public static final int BYTES = 9;

    private TokenFrame() {}

    /**
     * Writes a CHALLENGE.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param token random
     * @return {@link #BYTES}
     */
    public static int putChallenge(ByteBuffer buffer, int offset, long token) {
        return put(buffer, offset, FrameType.CHALLENGE, token);
    }

    /**
     * Writes an ANSWER.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param token that of the CHALLENGE or MTU frame
     * @return {@link #BYTES}
     */
    public static int putAnswer(ByteBuffer buffer, int offset, long token) {
        return put(buffer, offset, FrameType.ANSWER, token);
    }

    /**
     * The token.
     *
     * @param buffer holds a checked CHALLENGE or ANSWER
     * @param offset absolute, of its first byte
     * @return all 64 bits
     */
    public static long token(ByteBuffer buffer, int offset) {
        return BigEndian.i64(buffer, offset + 1);
    }

    private static int put(ByteBuffer buffer, int offset, FrameType type, long token) {
        BigEndian.put8(buffer, offset, type.code());
        BigEndian.put64(buffer, offset + 1, token);
        return BYTES;
    }
}
