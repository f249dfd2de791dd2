package io.aggr.sim;

import java.nio.ByteBuffer;

/** The Internet checksum (RFC 1071) over the packets of model hosts. */
final class Checksums {
    private Checksums() {}

    /** Sum of 32-bit words of a big-endian range; to be folded. */
    static long sum(ByteBuffer buffer, int offset, int lengthBytes) {
        long sum = 0;
        int at = offset;
        int end = offset + lengthBytes;
        for (; at + 8 <= end; at += 8) {
            long word = buffer.getLong(at);
            sum += (word >>> 32) + (word & 0xFFFF_FFFFL);
        }
        for (; at + 2 <= end; at += 2) {
            sum += buffer.getShort(at) & 0xFFFF;
        }
        if (at < end) {
            sum += (buffer.get(at) & 0xFF) << 8;
        }
        return sum;
    }

    /** Sum of the pseudo-header of TCP over IPv4 (RFC 9293, 3.1), addresses taken from the packet. */
    static long pseudoHeaderSum(ByteBuffer packet, int ip, int protocol, int lengthBytes) {
        return sum(packet, ip + 12, 8) + protocol + lengthBytes;
    }

    /** Ones' complement of the folded sum, 16 bits. */
    static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & 0xFFFF_FFFFL);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        return (int) ~folded & 0xFFFF;
    }
}
