package io.aggr.internal.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** LINK: announces, changes, withdraws or acknowledges a link. A rare frame; {@link #put} and {@link #announcement} allocate. */
public final class LinkFrame {

    /** Size of the frame without a name, and of an acknowledgement. */
    public static final int MIN_BYTES = 26;

    /** Size of the frame with the longest name. */
    public static final int MAX_BYTES = 57;

    /** Longest name. */
    public static final int MAX_NAME_BYTES = MAX_BYTES - MIN_BYTES;

    private static final int FIXED_BODY_BYTES = MIN_BYTES - VariableFrame.PREFIX_BYTES;
    private static final int METERED = 0x01;
    private static final State[] STATES = State.values();

    private LinkFrame() {}

    /** What becomes of the link; in the order of their codes on the wire. */
    public enum State {
        /** The link may carry packets. */
        ANNOUNCE(0),
        /** The link may carry packets when nothing else is left. */
        STANDBY(1),
        /** The link carries nothing any more. */
        WITHDRAW(2),
        /** The announcement with this number and revision has been heard. */
        ACK(3);

        private final int code;

        State(int code) {
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
     * Writes an announcement.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte; {@link #MAX_BYTES} are enough
     * @param link what to tell; of a longer name, as many whole characters as fit travel
     * @return size of the frame
     */
    public static int put(ByteBuffer buffer, int offset, LinkAnnouncement link) {
        byte[] name = link.name().getBytes(StandardCharsets.UTF_8);
        int nameBytes = wholeCharacters(name);
        VariableFrame.putPrefix(buffer, offset, FrameType.LINK, FIXED_BODY_BYTES + nameBytes);
        BigEndian.put8(buffer, offset + 3, link.linkId());
        BigEndian.put8(buffer, offset + 4, link.revision());
        BigEndian.put8(buffer, offset + 5, link.state().code());
        BigEndian.put8(buffer, offset + 6, link.tier());
        BigEndian.put8(buffer, offset + 7, link.isMetered() ? METERED : 0);
        BigEndian.put16(buffer, offset + 8, link.mtuBytes());
        BigEndian.put32(buffer, offset + 10, (int) link.upKilobitsPerSecond());
        BigEndian.put32(buffer, offset + 14, (int) link.downKilobitsPerSecond());
        BigEndian.put32(buffer, offset + 18, (int) link.upLimitKilobitsPerSecond());
        BigEndian.put32(buffer, offset + 22, (int) link.downLimitKilobitsPerSecond());
        for (int i = 0; i < nameBytes; i++) {
            buffer.put(offset + MIN_BYTES + i, name[i]);
        }
        return MIN_BYTES + nameBytes;
    }

    /**
     * Writes an acknowledgement.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param linkId that of the announcement
     * @param revision that of the announcement
     * @return {@link #MIN_BYTES}
     */
    public static int putAck(ByteBuffer buffer, int offset, int linkId, int revision) {
        VariableFrame.putPrefix(buffer, offset, FrameType.LINK, FIXED_BODY_BYTES);
        PadFrame.put(buffer, offset + VariableFrame.PREFIX_BYTES, FIXED_BODY_BYTES);
        BigEndian.put8(buffer, offset + 3, linkId);
        BigEndian.put8(buffer, offset + 4, revision);
        BigEndian.put8(buffer, offset + 5, State.ACK.code());
        return MIN_BYTES;
    }

    /** Checks the body; the frame as a whole is known to fit. */
    static FrameVerdict check(ByteBuffer buffer, int offset) {
        int nameBytes = VariableFrame.bodyBytes(buffer, offset) - FIXED_BODY_BYTES;
        if (nameBytes < 0 || nameBytes > MAX_NAME_BYTES) {
            return FrameVerdict.BAD_LENGTH;
        }
        if (BigEndian.u8(buffer, offset + 5) >= STATES.length) {
            return FrameVerdict.BAD_VALUE;
        }
        return (BigEndian.u8(buffer, offset + 7) & ~METERED) == 0 ? FrameVerdict.OK : FrameVerdict.RESERVED;
    }

    /**
     * The link that is spoken of.
     *
     * @param buffer holds a checked LINK
     * @param offset absolute, of its first byte
     * @return 0 to 255
     */
    public static int linkId(ByteBuffer buffer, int offset) {
        return BigEndian.u8(buffer, offset + 3);
    }

    /**
     * Which state of the announcement this is.
     *
     * @param buffer holds a checked LINK
     * @param offset absolute, of its first byte
     * @return 0 to 255; compare by {@link Serial#difference} with 8 bits
     */
    public static int revision(ByteBuffer buffer, int offset) {
        return BigEndian.u8(buffer, offset + 4);
    }

    /**
     * What becomes of the link.
     *
     * @param buffer holds a checked LINK
     * @param offset absolute, of its first byte
     * @return never null
     */
    public static State state(ByteBuffer buffer, int offset) {
        return STATES[BigEndian.u8(buffer, offset + 5)];
    }

    /**
     * The whole announcement as a new object, for a revision that has not been seen.
     *
     * @param buffer holds a checked LINK
     * @param offset absolute, of its first byte
     * @return an unbelievable MTU has become 0, and what is not fit for display in the name a question mark
     */
    public static LinkAnnouncement announcement(ByteBuffer buffer, int offset) {
        int mtuBytes = BigEndian.u16(buffer, offset + 8);
        return new LinkAnnouncement(
                linkId(buffer, offset),
                revision(buffer, offset),
                state(buffer, offset),
                BigEndian.u8(buffer, offset + 6),
                (BigEndian.u8(buffer, offset + 7) & METERED) != 0,
                LinkAnnouncement.isBelievableMtu(mtuBytes) ? mtuBytes : LinkAnnouncement.MTU_UNKNOWN,
                BigEndian.u32(buffer, offset + 10),
                BigEndian.u32(buffer, offset + 14),
                BigEndian.u32(buffer, offset + 18),
                BigEndian.u32(buffer, offset + 22),
                name(buffer, offset));
    }

    private static String name(ByteBuffer buffer, int offset) {
        byte[] bytes = new byte[VariableFrame.bodyBytes(buffer, offset) - FIXED_BODY_BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = buffer.get(offset + MIN_BYTES + i);
        }
        String decoded = new String(bytes, StandardCharsets.UTF_8);
        StringBuilder shown = new StringBuilder(decoded.length());
        decoded.codePoints().map(c -> isFitForDisplay(c) ? c : '?').forEach(shown::appendCodePoint);
        return shown.toString();
    }

    // The name reaches terminals and logs of the other end: no control characters, and no formatting ones, which can
    // reverse a line.
    private static boolean isFitForDisplay(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> codePoint != 0xFFFD;
        };
    }

    private static int wholeCharacters(byte[] utf8) {
        if (utf8.length <= MAX_NAME_BYTES) {
            return utf8.length;
        }
        int end = MAX_NAME_BYTES;
        while (end > 0 && (utf8[end] & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }
}
