package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/** CLOSE: the sender has ended the association. */
public final class CloseFrame {

    /** Whole size of the frame. */
    public static final int BYTES = 2;

    private static final Reason[] REASONS = Reason.values();

    private CloseFrame() {}

    /** Why an association ended; in the order of their codes on the wire. */
    public enum Reason {
        /** Not told. */
        UNSPECIFIED(0),
        /** The process shuts down. */
        SHUTDOWN(1),
        /** The peer was taken out of the configuration. */
        REMOVED(2),
        /** The numbers of the association are used up. */
        NUMBERS_USED_UP(3);

        private final int code;

        Reason(int code) {
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
     * Writes a CLOSE.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param reason why
     * @return {@link #BYTES}
     */
    public static int put(ByteBuffer buffer, int offset, Reason reason) {
        BigEndian.put8(buffer, offset, FrameType.CLOSE.code());
        BigEndian.put8(buffer, offset + 1, reason.code());
        return BYTES;
    }

    /**
     * Why the peer closes.
     *
     * @param buffer holds a checked CLOSE
     * @param offset absolute, of its first byte
     * @return {@link Reason#UNSPECIFIED} for codes that this version does not know
     */
    public static Reason reason(ByteBuffer buffer, int offset) {
        int code = BigEndian.u8(buffer, offset + 1);
        return code < REASONS.length ? REASONS[code] : Reason.UNSPECIFIED;
    }
}
