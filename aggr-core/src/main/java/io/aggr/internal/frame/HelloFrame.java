package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/** HELLO: agrees on an association where there is no handshake. The rules are in docs/protocol.md, "Association with plain". */
public final class HelloFrame {

    /** Size of the frame without link numbers. */
    public static final int MIN_BYTES = 25;

    /** How many links a frame can name. */
    public static final int MAX_LINKS = 16;

    /** Capability: the sender can read the ECN field of outer packets. */
    public static final int CAPABILITY_ECN = 1;

    private static final int FIXED_BODY_BYTES = MIN_BYTES - VariableFrame.PREFIX_BYTES;
    private static final Step[] STEPS = Step.values();

    private HelloFrame() {}

    /** What the frame says; in the order of their codes on the wire. */
    public enum Step {
        /** Without the receiver's id: I want an association. With it: I am in the one of our two ids, are you? */
        HELLO(0),
        /** I have heard you; nothing has changed here. */
        ACK(1),
        /** I am in the association of our two ids, and this link is open at my end. */
        DONE(2);

        private final int code;

        Step(int code) {
            this.code = code;
        }

        /**
         * How it travels.
         *
         * @return its number on the wire
         */
        public int code() {
            return code;
        }
    }

    /**
     * Writes a HELLO.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param step what it says
     * @param sender own id of the present or the next association, not 0
     * @param known the peer's id of that association, 0 if not known
     * @param capabilities any of the capability bits
     * @param linkIds numbers of own links; not kept
     * @param linkCount how many of them to write, 0 to {@link #MAX_LINKS}
     * @return size of the frame
     */
    public static int put(
            ByteBuffer buffer,
            int offset,
            Step step,
            long sender,
            long known,
            int capabilities,
            byte[] linkIds,
            int linkCount) {
        VariableFrame.putPrefix(buffer, offset, FrameType.HELLO, FIXED_BODY_BYTES + linkCount);
        BigEndian.put8(buffer, offset + 3, step.code());
        BigEndian.put64(buffer, offset + 4, sender);
        BigEndian.put64(buffer, offset + 12, known);
        BigEndian.put32(buffer, offset + 20, capabilities);
        BigEndian.put8(buffer, offset + 24, linkCount);
        for (int i = 0; i < linkCount; i++) {
            buffer.put(offset + MIN_BYTES + i, linkIds[i]);
        }
        return MIN_BYTES + linkCount;
    }

    /** Checks the body; the frame as a whole is known to fit. */
    static FrameVerdict check(ByteBuffer buffer, int offset) {
        int links = VariableFrame.bodyBytes(buffer, offset) - FIXED_BODY_BYTES;
        if (links < 0) {
            return FrameVerdict.BAD_LENGTH;
        }
        int count = BigEndian.u8(buffer, offset + 24);
        if (count > MAX_LINKS || BigEndian.u8(buffer, offset + 3) >= STEPS.length || sender(buffer, offset) == 0) {
            return FrameVerdict.BAD_VALUE;
        }
        return count == links ? FrameVerdict.OK : FrameVerdict.BAD_LENGTH;
    }

    /**
     * What the frame says.
     *
     * @param buffer holds a checked HELLO
     * @param offset absolute, of its first byte
     * @return never null
     */
    public static Step step(ByteBuffer buffer, int offset) {
        return STEPS[BigEndian.u8(buffer, offset + 3)];
    }

    /**
     * Association id of the sender.
     *
     * @param buffer holds a checked HELLO
     * @param offset absolute, of its first byte
     * @return not 0
     */
    public static long sender(ByteBuffer buffer, int offset) {
        return BigEndian.i64(buffer, offset + 4);
    }

    /**
     * Association id of the receiver as the sender knows it.
     *
     * @param buffer holds a checked HELLO
     * @param offset absolute, of its first byte
     * @return 0 if it does not know one
     */
    public static long known(ByteBuffer buffer, int offset) {
        return BigEndian.i64(buffer, offset + 12);
    }

    /**
     * What the sender can do.
     *
     * @param buffer holds a checked HELLO
     * @param offset absolute, of its first byte
     * @return capability bits; unknown ones mean nothing
     */
    public static int capabilities(ByteBuffer buffer, int offset) {
        return BigEndian.i32(buffer, offset + 20);
    }

    /**
     * How many links the frame names.
     *
     * @param buffer holds a checked HELLO
     * @param offset absolute, of its first byte
     * @return 0 to {@link #MAX_LINKS}
     */
    public static int linkCount(ByteBuffer buffer, int offset) {
        return BigEndian.u8(buffer, offset + 24);
    }

    /**
     * One of the links.
     *
     * @param buffer holds a checked HELLO
     * @param offset absolute, of its first byte
     * @param index 0 to {@link #linkCount} exclusive
     * @return 0 to 255
     */
    public static int linkId(ByteBuffer buffer, int offset, int index) {
        return BigEndian.u8(buffer, offset + MIN_BYTES + index);
    }
}
