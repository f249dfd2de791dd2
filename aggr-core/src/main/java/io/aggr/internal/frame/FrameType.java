package io.aggr.internal.frame;

/** The kinds of frames, told apart by their first byte. */
public enum FrameType {
    /** Zeros up to the end of the datagram. */
    PAD(0x00, FrameType.VARIABLE),
    /** The association of an encapsulation without handshake; see {@link HelloFrame}. */
    HELLO(0x01, FrameType.VARIABLE),
    /** Asks an address to prove itself; see {@link TokenFrame}. */
    CHALLENGE(0x02, TokenFrame.BYTES),
    /** Answers {@link #CHALLENGE} and {@link #MTU}; see {@link TokenFrame}. */
    ANSWER(0x03, TokenFrame.BYTES),
    /** Keep-alive, round-trip time, release proof; see {@link ProbeFrame}. */
    PROBE(0x04, ProbeFrame.BYTES),
    /** What arrived, when; see {@link FeedbackReader}. */
    FEEDBACK(0x05, FrameType.VARIABLE),
    /** Announces a link; see {@link LinkFrame}. */
    LINK(0x06, FrameType.VARIABLE),
    /** Ends the association; see {@link CloseFrame}. */
    CLOSE(0x07, CloseFrame.BYTES),
    /** Tries a size; see {@link MtuFrame}. */
    MTU(0x08, MtuFrame.BYTES),
    /** Asks for repairs; see {@link NackFrame}. */
    NACK(0x09, NackFrame.BYTES),
    /** Sequences that will not come; see {@link GoneReader}. */
    GONE(0x0A, FrameType.VARIABLE),
    /** A frame that may be skipped, 0x40 to 0x7F. */
    IGNORABLE(0x40, FrameType.VARIABLE),
    /** An inner packet, 0x80 to 0xFF; see {@link IpFrame}. */
    IP(0x80, FrameType.VARIABLE),
    /** A control frame of a later version, 0x0B to 0x3F. */
    UNKNOWN(0x3F, FrameType.VARIABLE);

    private static final int VARIABLE = 0;
    private static final FrameType[] BY_FIRST_BYTE = table();

    private final int code;
    private final int fixedBytes;

    FrameType(int code, int fixedBytes) {
        this.code = code;
        this.fixedBytes = fixedBytes;
    }

    /**
     * The type of the frame that begins with a byte.
     *
     * @param firstByte 0 to 255; higher bits are not looked at
     * @return never null
     */
    public static FrameType of(int firstByte) {
        return BY_FIRST_BYTE[firstByte & 0xFF];
    }

    /**
     * The first byte of such a frame.
     *
     * @return 0 to 255; the lowest one where a type has several
     */
    public int code() {
        return code;
    }

    /** Whole size of a frame of this type, 0 if it differs from frame to frame. */
    int fixedBytes() {
        return fixedBytes;
    }

    private static FrameType[] table() {
        FrameType[] table = new FrameType[256];
        for (int i = 0; i < table.length; i++) {
            table[i] = i >= 0x80 ? IP : i >= 0x40 ? IGNORABLE : UNKNOWN;
        }
        for (FrameType type : values()) {
            if (type.code <= GONE.code) {
                table[type.code] = type;
            }
        }
        return table;
    }
}
