package io.aggr.internal.packet;

import java.nio.ByteBuffer;

/**
 * The Internet checksum (RFC 1071): sums, pseudo headers, and incremental update (RFC 1624). A <em>sum</em> here is the
 * folded 16-bit ones' complement sum, not yet inverted; a <em>checksum</em> is what stands in a header.
 */
public final class Checksums {
    private Checksums() {}

    /**
     * Sums bytes as big-endian 16-bit words; an odd last byte counts as if a zero followed.
     *
     * @param length 0..65535 bytes
     * @param initial a sum to go on from, or 0
     * @return 0..0xFFFF
     */
    public static int sum(ByteBuffer buffer, int offset, int length, int initial) {
        // Ones' complement addition does not care how wide the words are, so four are added at a time; the carries
        // collect in the upper half of a long and are folded once at the end.
        long total = initial;
        int at = offset;
        int end = offset + length;
        for (; at + 8 <= end; at += 8) {
            long word = buffer.getLong(at);
            total += (word >>> 32) + (word & 0xFFFFFFFFL);
        }
        if (at + 4 <= end) {
            total += buffer.getInt(at) & 0xFFFFFFFFL;
            at += 4;
        }
        if (at + 2 <= end) {
            total += buffer.getShort(at) & 0xFFFF;
            at += 2;
        }
        if (at < end) {
            total += (buffer.get(at) & 0xFF) << 8;
        }
        return fold(total);
    }

    /** The checksum over a range whose checksum field, if within, is zero. */
    public static int checksum(ByteBuffer buffer, int offset, int length) {
        return ~sum(buffer, offset, length, 0) & 0xFFFF;
    }

    /**
     * The sum of the pseudo header of a packet (RFC 9293 section 3.1, RFC 8200 section 8.1).
     *
     * @param offset start of the IP header, IPv4 or IPv6
     * @param protocol of the transport header, also behind extension headers
     * @param transportBytes length of transport header and data
     */
    public static int pseudoHeaderSum(ByteBuffer buffer, int offset, int protocol, int transportBytes) {
        int addresses =
                InnerPackets.isIpv4(buffer, offset) ? sum(buffer, offset + 12, 8, 0) : sum(buffer, offset + 8, 32, 0);
        return fold((long) addresses + protocol + transportBytes);
    }

    /**
     * The checksum of a TCP, UDP or ICMPv6 message inside an IP packet; its checksum field must be zero. A UDP sender
     * writes 0xFFFF where this says 0.
     *
     * @param length the packet's own length in bytes
     * @param located from {@link TransportHeader#locate}
     */
    public static int transportChecksum(ByteBuffer buffer, int offset, int length, int located) {
        int at = TransportHeader.offsetBytes(located);
        int transportBytes = length - at;
        int pseudo = pseudoHeaderSum(buffer, offset, TransportHeader.protocol(located), transportBytes);
        return ~sum(buffer, offset + at, transportBytes, pseudo) & 0xFFFF;
    }

    /**
     * The checksum after one aligned 16-bit word changed (RFC 1624 equation 3).
     *
     * @param checksum as it stands in the header, 0..0xFFFF
     */
    public static int update(int checksum, int oldWord, int newWord) {
        return ~fold((long) (~checksum & 0xFFFF) + (~oldWord & 0xFFFF) + (newWord & 0xFFFF)) & 0xFFFF;
    }

    /** Folds carries into 16 bits. */
    static int fold(long total) {
        long folded = (total >>> 32) + (total & 0xFFFFFFFFL);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        return (int) folded;
    }
}
