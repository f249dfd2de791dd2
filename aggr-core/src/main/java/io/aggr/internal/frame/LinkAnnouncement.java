package io.aggr.internal.frame;

/**
 * What one end tells the other of one of its links.
 *
 * @param linkId number of the link, 0 to 255
 * @param revision goes up by one, modulo 256, with each change; 0 to 255
 * @param state what is to become of the link; {@link LinkFrame.State#ACK} answers an announcement, and the parts behind mean nothing then
 * @param tier cost, 0 to 255; lower ones are filled first
 * @param isMetered whether traffic on it costs money
 * @param mtuBytes largest outer IP packet, 576 to 65 534, 0 if not known
 * @param upKilobitsPerSecond what the announcing end believes it can send, 0 to 2^32 - 1, 0 if not known
 * @param downKilobitsPerSecond what it wants to receive at first, 0 if not known
 * @param upLimitKilobitsPerSecond bound on what it will send, 0 for none
 * @param downLimitKilobitsPerSecond bound on what the other end may send, 0 for none
 * @param name for people; travels as at most 31 bytes of UTF-8
 */
public record LinkAnnouncement(
        int linkId,
        int revision,
        LinkFrame.State state,
        int tier,
        boolean isMetered,
        int mtuBytes,
        long upKilobitsPerSecond,
        long downKilobitsPerSecond,
        long upLimitKilobitsPerSecond,
        long downLimitKilobitsPerSecond,
        String name) {

    /** Says that the size is not known. */
    public static final int MTU_UNKNOWN = 0;

    /** Smallest size that is believed. */
    public static final int MIN_MTU_BYTES = 576;

    /** Largest size that is believed. */
    public static final int MAX_MTU_BYTES = 65_534;

    /** Highest rate that can be told. */
    public static final long MAX_RATE = 0xFFFF_FFFFL;

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public LinkAnnouncement {
        requireRange("link", linkId, 255);
        requireRange("revision", revision, 255);
        requireRange("tier", tier, 255);
        if (mtuBytes != MTU_UNKNOWN && !isBelievableMtu(mtuBytes)) {
            throw new IllegalArgumentException(
                    "mtu must be " + MIN_MTU_BYTES + ".." + MAX_MTU_BYTES + " bytes, or 0, got " + mtuBytes);
        }
        requireRange("up rate", upKilobitsPerSecond, MAX_RATE);
        requireRange("down rate", downKilobitsPerSecond, MAX_RATE);
        requireRange("up limit", upLimitKilobitsPerSecond, MAX_RATE);
        requireRange("down limit", downLimitKilobitsPerSecond, MAX_RATE);
    }

    static boolean isBelievableMtu(int bytes) {
        return bytes >= MIN_MTU_BYTES && bytes <= MAX_MTU_BYTES;
    }

    private static void requireRange(String what, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(what + " of a link must be 0.." + max + ", got " + value);
        }
    }
}
