package io.aggr.internal.packet;

import java.nio.ByteBuffer;

/** Explicit congestion notification in the IP header (RFC 3168). */
public final class Ecn {
    /** The sender does not understand marks; it must be told by a loss. */
    public static final int NOT_ECT = 0;

    /** Marks understood, with the scalable response of RFC 9331. */
    public static final int ECT_1 = 1;

    /** Marks understood. */
    public static final int ECT_0 = 2;

    /** Congestion experienced: the mark. */
    public static final int CE = 3;

    private Ecn() {}

    /** The ECN field of a checked packet, 0..3. */
    public static int codepoint(ByteBuffer buffer, int offset) {
        return InnerPackets.isIpv4(buffer, offset) ? buffer.get(offset + 1) & 3 : buffer.get(offset + 1) >>> 4 & 3;
    }

    /** Whether the packet may be marked in place of being dropped; true also if it is marked already. */
    public static boolean isCapable(ByteBuffer buffer, int offset) {
        return codepoint(buffer, offset) != NOT_ECT;
    }

    /**
     * Sets congestion experienced, and corrects the header checksum of IPv4 (RFC 1624).
     *
     * @return whether the packet carries the mark now; false, and nothing written, if it is not ECN-capable
     */
    public static boolean mark(ByteBuffer buffer, int offset) {
        int codepoint = codepoint(buffer, offset);
        if (codepoint == NOT_ECT || codepoint == CE) {
            return codepoint == CE;
        }
        int oldWord = InnerPackets.unsignedShort(buffer, offset);
        if (InnerPackets.isIpv4(buffer, offset)) {
            int newWord = oldWord | CE;
            buffer.putShort(offset, (short) newWord);
            int checksum = InnerPackets.unsignedShort(buffer, offset + 10);
            buffer.putShort(offset + 10, (short) Checksums.update(checksum, oldWord, newWord));
        } else {
            buffer.putShort(offset, (short) (oldWord | CE << 4));
        }
        return true;
    }
}
