package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/** Looks over all frames of a datagram before anything is acted on, so that a bad tail undoes a good head. */
public final class FrameCheck {

    /** How many control frames a datagram may have; bounds the work that one datagram can cause. */
    public static final int MAX_CONTROL_FRAMES = 64;

    private FrameCheck() {}

    /**
     * Checks every frame. Reads nothing outside the given range and throws nothing, whatever the bytes are.
     *
     * @param buffer holds the plaintext
     * @param offset absolute, of its first byte; the range lies within the buffer's limit
     * @param lengthBytes of the plaintext, 0 or more
     * @return {@link FrameVerdict#OK}, or the first reason to drop the datagram
     */
    public static FrameVerdict check(ByteBuffer buffer, int offset, int lengthBytes) {
        if (lengthBytes <= 0) {
            return FrameVerdict.EMPTY;
        }
        int end = offset + lengthBytes;
        int at = offset;
        int controlFrames = 0;
        while (at < end) {
            FrameType type = FrameType.of(buffer.get(at));
            if (!mayStandAt(type, at == offset)) {
                return FrameVerdict.MISPLACED;
            }
            if (type != FrameType.IP && ++controlFrames > MAX_CONTROL_FRAMES) {
                return FrameVerdict.TOO_MANY;
            }
            FrameVerdict verdict = checkOne(type, buffer, at, end);
            if (verdict != FrameVerdict.OK) {
                return verdict;
            }
            at += bytes(type, buffer, at, end);
            if (type == FrameType.HELLO && at < end && buffer.get(at) != FrameType.PAD.code()) {
                return FrameVerdict.MISPLACED;
            }
        }
        return FrameVerdict.OK;
    }

    private static boolean mayStandAt(FrameType type, boolean isFirst) {
        return isFirst || (type != FrameType.IP && type != FrameType.HELLO);
    }

    private static FrameVerdict checkOne(FrameType type, ByteBuffer buffer, int offset, int end) {
        return switch (type) {
            case PAD -> FrameVerdict.OK;
            case CHALLENGE, ANSWER, PROBE, CLOSE, MTU, NACK ->
                end - offset < type.fixedBytes() ? FrameVerdict.TRUNCATED : FrameVerdict.OK;
            case HELLO, FEEDBACK, LINK, GONE, IGNORABLE -> {
                FrameVerdict verdict = VariableFrame.check(buffer, offset, end);
                yield verdict == FrameVerdict.OK ? checkBody(type, buffer, offset) : verdict;
            }
            case IP -> IpFrame.check(buffer, offset, end);
            case UNKNOWN -> FrameVerdict.UNKNOWN_TYPE;
        };
    }

    private static FrameVerdict checkBody(FrameType type, ByteBuffer buffer, int offset) {
        return switch (type) {
            case HELLO -> HelloFrame.check(buffer, offset);
            case FEEDBACK -> FeedbackReader.check(buffer, offset);
            case LINK -> LinkFrame.check(buffer, offset);
            case GONE -> GoneReader.check(buffer, offset);
            default -> FrameVerdict.OK;
        };
    }

    /** Whole size of a checked frame. */
    static int bytes(FrameType type, ByteBuffer buffer, int offset, int end) {
        return switch (type) {
            case PAD -> end - offset;
            case IP -> IpFrame.bytes(buffer, offset);
            case HELLO, FEEDBACK, LINK, GONE, IGNORABLE, UNKNOWN -> VariableFrame.bytes(buffer, offset);
            case CHALLENGE, ANSWER, PROBE, CLOSE, MTU, NACK -> type.fixedBytes();
        };
    }
}
