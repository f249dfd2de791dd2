package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/** PROBE: keeps a link alive, measures its round-trip time, and passes sequences on behalf of a link that carries nothing. */
public final class ProbeFrame {

    /** Whole size of the frame. */
    public static final int BYTES = 31;

    /** Value of the hold time that says that nothing is echoed. */
    public static final long NO_ECHO = 0xFFFF_FFFFL;

    /** What {@link #rttMicros} says when nothing can be said. */
    public static final long NO_RTT = -1;

    private static final int ANSWER_BIT = 0x8000_0000;
    private static final long MAX_RTT_MICROS = 60_000_000;

    private ProbeFrame() {}

    /**
     * Writes a probe.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param isAnswer whether this answers a probe of the peer
     * @param number own number of the probe, or that of the probe that is answered; the low 31 bits travel
     * @param timeMicros the sender's clock now, see {@link Ticks#microsOfNanos}
     * @param echoMicros the time in the newest probe received on this link
     * @param holdMicros time since that probe came; negative or {@link #NO_ECHO} and more: there is nothing to echo
     * @param sentSequence up to here, whatever this link was given has been sent; 0 to 2^48 - 1, 0 = nothing yet
     * @return {@link #BYTES}
     */
    public static int put(
            ByteBuffer buffer,
            int offset,
            boolean isAnswer,
            int number,
            long timeMicros,
            long echoMicros,
            long holdMicros,
            long sentSequence) {
        boolean echoes = holdMicros >= 0 && holdMicros < NO_ECHO;
        BigEndian.put8(buffer, offset, FrameType.PROBE.code());
        BigEndian.put32(buffer, offset + 1, isAnswer ? number | ANSWER_BIT : number & ~ANSWER_BIT);
        BigEndian.put64(buffer, offset + 5, timeMicros);
        BigEndian.put64(buffer, offset + 13, echoes ? echoMicros : 0);
        BigEndian.put32(buffer, offset + 21, (int) (echoes ? holdMicros : NO_ECHO));
        BigEndian.put48(buffer, offset + 25, sentSequence);
        return BYTES;
    }

    /**
     * Whether this answers a probe, and so is not to be answered.
     *
     * @param buffer holds a checked PROBE
     * @param offset absolute, of its first byte
     * @return true for an answer
     */
    public static boolean isAnswer(ByteBuffer buffer, int offset) {
        return BigEndian.i32(buffer, offset + 1) < 0;
    }

    /**
     * Number of the probe, or of the one that it answers.
     *
     * @param buffer holds a checked PROBE
     * @param offset absolute, of its first byte
     * @return 0 to 2^31 - 1
     */
    public static int number(ByteBuffer buffer, int offset) {
        return BigEndian.i32(buffer, offset + 1) & ~ANSWER_BIT;
    }

    /**
     * The sender's clock when it made the probe.
     *
     * @param buffer holds a checked PROBE
     * @param offset absolute, of its first byte
     * @return microseconds from an unknown origin
     */
    public static long timeMicros(ByteBuffer buffer, int offset) {
        return BigEndian.i64(buffer, offset + 5);
    }

    /**
     * The time of ours that the peer has seen last on this link.
     *
     * @param buffer holds a checked PROBE
     * @param offset absolute, of its first byte
     * @return microseconds of our own clock; meaningless if {@link #holdMicros} is {@link #NO_ECHO}
     */
    public static long echoMicros(ByteBuffer buffer, int offset) {
        return BigEndian.i64(buffer, offset + 13);
    }

    /**
     * How long the peer kept the echo.
     *
     * @param buffer holds a checked PROBE
     * @param offset absolute, of its first byte
     * @return microseconds, or {@link #NO_ECHO}
     */
    public static long holdMicros(ByteBuffer buffer, int offset) {
        return BigEndian.u32(buffer, offset + 21);
    }

    /**
     * The release proof: of all sequences up to this one, those that the link was given have been sent on it.
     *
     * @param buffer holds a checked PROBE
     * @param offset absolute, of its first byte
     * @return 0 to 2^48 - 1, 0 = nothing has been sent
     */
    public static long sentSequence(ByteBuffer buffer, int offset) {
        return BigEndian.u48(buffer, offset + 25);
    }

    /**
     * The round-trip time that a probe proves.
     *
     * @param buffer holds a checked PROBE
     * @param offset absolute, of its first byte
     * @param nowMicros our clock when it arrived
     * @return 0 to 60 000 000 microseconds, or {@link #NO_RTT} if nothing is echoed or the result is absurd
     */
    public static long rttMicros(ByteBuffer buffer, int offset, long nowMicros) {
        long hold = holdMicros(buffer, offset);
        long rtt = nowMicros - echoMicros(buffer, offset) - hold;
        return hold == NO_ECHO || rtt < 0 || rtt > MAX_RTT_MICROS ? NO_RTT : rtt;
    }
}
