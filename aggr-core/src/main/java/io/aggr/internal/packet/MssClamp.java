package io.aggr.internal.packet;

import static io.aggr.internal.packet.InnerPackets.unsignedByte;
import static io.aggr.internal.packet.InnerPackets.unsignedShort;

import java.nio.ByteBuffer;

/**
 * Lowers the maximum segment size that a TCP SYN announces, so that full segments fit through the tunnel without any
 * ICMP message having to arrive (RFC 9293 section 3.7.1; what routers do to survive RFC 2923 section 2.1).
 */
public final class MssClamp {
    private static final int TCP_HEADER_BYTES = 20;
    private static final int SYN = 0x02;
    private static final int OPTION_MSS = 2;
    private static final int OPTION_MSS_BYTES = 4;

    private MssClamp() {}

    /**
     * Whether a packet may announce a segment size at all, which hardly any does.
     *
     * @param length the packet's own length in bytes; the packet has been checked
     * @param located from {@link TransportHeader#locate}
     * @return true for a SYN or SYN-ACK
     */
    public static boolean isSyn(ByteBuffer buffer, int offset, int length, int located) {
        return TransportHeader.has(located, InnerPackets.TCP, TCP_HEADER_BYTES, length)
                && (buffer.get(offset + TransportHeader.offsetBytes(located) + 13) & SYN) != 0;
    }

    /**
     * Rewrites the MSS option of a SYN or SYN-ACK if it is larger than the maximum, and corrects the TCP checksum by
     * the difference, so that a wrong checksum stays wrong. Reads nothing outside the TCP header; a malformed option
     * ends the search; an option is never added.
     *
     * @param length the packet's own length in bytes; the packet has been checked
     * @param located from {@link TransportHeader#locate}
     * @param maxMss4 largest segment size to allow in IPv4, bytes; 0 leaves IPv4 alone
     * @param maxMss6 largest segment size to allow in IPv6, bytes; 0 leaves IPv6 alone
     * @return whether the packet was changed
     */
    public static boolean clamp(ByteBuffer buffer, int offset, int length, int located, int maxMss4, int maxMss6) {
        if (!isSyn(buffer, offset, length, located)) {
            return false;
        }
        int tcp = offset + TransportHeader.offsetBytes(located);
        int maxMss = InnerPackets.isIpv4(buffer, offset) ? maxMss4 : maxMss6;
        int end = tcp + (unsignedByte(buffer, tcp + 12) >>> 4 << 2);
        if (maxMss <= 0 || end > offset + length) {
            return false;
        }
        boolean changed = false;
        int at = TcpOptions.find(buffer, tcp + TCP_HEADER_BYTES, end, OPTION_MSS, OPTION_MSS_BYTES);
        while (at != TcpOptions.NONE) {
            changed |= lower(buffer, tcp, at + 2, maxMss);
            at = TcpOptions.find(buffer, at + OPTION_MSS_BYTES, end, OPTION_MSS, OPTION_MSS_BYTES);
        }
        return changed;
    }

    private static boolean lower(ByteBuffer buffer, int tcp, int at, int maxMss) {
        int mss = unsignedShort(buffer, at);
        if (mss <= maxMss) {
            return false;
        }
        buffer.putShort(at, (short) maxMss);
        // Behind an odd number of NOPs the value straddles two checksum words; its bytes then count swapped
        // (RFC 1071 section 2, byte order independence).
        boolean odd = (at - tcp & 1) != 0;
        int oldWord = odd ? swap(mss) : mss;
        int newWord = odd ? swap(maxMss) : maxMss;
        int checksum = unsignedShort(buffer, tcp + 16);
        buffer.putShort(tcp + 16, (short) Checksums.update(checksum, oldWord, newWord));
        return true;
    }

    private static int swap(int word) {
        return Short.reverseBytes((short) word) & 0xFFFF;
    }
}
