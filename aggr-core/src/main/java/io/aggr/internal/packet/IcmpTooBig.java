package io.aggr.internal.packet;

import static io.aggr.internal.packet.InnerPackets.IPV4_HEADER_BYTES;
import static io.aggr.internal.packet.InnerPackets.IPV6_HEADER_BYTES;
import static io.aggr.internal.packet.InnerPackets.unsignedByte;

import java.nio.ByteBuffer;

/**
 * Writes the message that tells the sender of a packet how large its packets may be: ICMP "fragmentation needed" (RFC
 * 792, RFC 1191 section 4) or ICMPv6 "packet too big" (RFC 4443 section 3.2). How often is for the caller to limit.
 */
public final class IcmpTooBig {
    /** The most bytes that one message has. */
    public static final int MAX_BYTES = 1280;

    // RFC 1812 section 4.3.2.3: as much of the packet as fits into 576 bytes, headers of the message included.
    private static final int MAX_IPV4_BYTES = 576;
    private static final int ICMP_HEADER_BYTES = 8;
    private static final int HOP_LIMIT = 64;
    // Precedence 6, as RFC 1812 section 4.3.2.5 wants for errors.
    private static final int TOS = 0xC0;
    private static final int MIN_IPV4_MTU = 68;
    private static final int MIN_IPV6_MTU = 1280;

    private IcmpTooBig() {}

    /**
     * Writes the message that answers {@code packet}, IPv4 or IPv6 like the packet itself. IPv4 packets without DF are
     * answered too; a caller that can fragment asks {@link InnerPackets#isDontFragment} first.
     *
     * @param packet a checked packet, not altered
     * @param length the packet's own length in bytes
     * @param located from {@link TransportHeader#locate}
     * @param mtuBytes the largest packet that would have passed; raised to 68 (IPv4) or 1280 (IPv6) if below
     * @param sourceIpv4 our address in the message if the packet is IPv4
     * @param sourceIpv6High our address in the message if the packet is IPv6, upper half
     * @param sourceIpv6Low lower half
     * @param out another buffer, with {@link #MAX_BYTES} of room from {@code outOffset}
     * @return bytes written, or 0 where no error may be sent: about an ICMP error, a fragment that is not the first,
     *     a packet to a group (IPv4), or from an address that is not one host's (RFC 1812 section 4.3.2.7, RFC 4443
     *     section 2.4)
     */
    public static int write(
            ByteBuffer packet,
            int offset,
            int length,
            int located,
            int mtuBytes,
            int sourceIpv4,
            long sourceIpv6High,
            long sourceIpv6Low,
            ByteBuffer out,
            int outOffset) {
        if (InnerPackets.checkSource(packet, offset) != SourceCheck.OK
                || isLaterFragment(located)
                || isIcmpError(packet, offset, length, located)) {
            return 0;
        }
        if (InnerPackets.isIpv4(packet, offset)) {
            int destination = InnerPackets.destinationIpv4(packet, offset);
            return destination >>> 28 == 14 || destination == -1
                    ? 0
                    : writeIpv4(packet, offset, length, mtuBytes, sourceIpv4, out, outOffset);
        }
        return writeIpv6(packet, offset, length, mtuBytes, sourceIpv6High, sourceIpv6Low, out, outOffset);
    }

    private static int writeIpv4(
            ByteBuffer packet, int offset, int length, int mtuBytes, int source, ByteBuffer out, int at) {
        int quotedBytes = Math.min(length, MAX_IPV4_BYTES - IPV4_HEADER_BYTES - ICMP_HEADER_BYTES);
        int totalBytes = IPV4_HEADER_BYTES + ICMP_HEADER_BYTES + quotedBytes;
        out.putInt(at, 0x45000000 | TOS << 16 | totalBytes);
        // Identification 0 with DF: never fragmented, so it need not be unique (RFC 6864 section 4.1).
        out.putInt(at + 4, 0x00004000);
        out.putInt(at + 8, HOP_LIMIT << 24 | InnerPackets.ICMP << 16);
        out.putInt(at + 12, source);
        out.putInt(at + 16, InnerPackets.sourceIpv4(packet, offset));
        out.putShort(at + 10, (short) Checksums.checksum(out, at, IPV4_HEADER_BYTES));
        int icmp = at + IPV4_HEADER_BYTES;
        out.putInt(icmp, 3 << 24 | 4 << 16);
        out.putInt(icmp + 4, Math.min(Math.max(mtuBytes, MIN_IPV4_MTU), 0xFFFF));
        out.put(icmp + ICMP_HEADER_BYTES, packet, offset, quotedBytes);
        out.putShort(icmp + 2, (short) Checksums.checksum(out, icmp, ICMP_HEADER_BYTES + quotedBytes));
        return totalBytes;
    }

    private static int writeIpv6(
            ByteBuffer packet,
            int offset,
            int length,
            int mtuBytes,
            long sourceHigh,
            long sourceLow,
            ByteBuffer out,
            int at) {
        int quotedBytes = Math.min(length, MAX_BYTES - IPV6_HEADER_BYTES - ICMP_HEADER_BYTES);
        int icmpBytes = ICMP_HEADER_BYTES + quotedBytes;
        out.putInt(at, 6 << 28 | TOS << 20);
        out.putInt(at + 4, icmpBytes << 16 | InnerPackets.ICMPV6 << 8 | HOP_LIMIT);
        out.putLong(at + 8, sourceHigh);
        out.putLong(at + 16, sourceLow);
        out.putLong(at + 24, InnerPackets.sourceIpv6High(packet, offset));
        out.putLong(at + 32, InnerPackets.sourceIpv6Low(packet, offset));
        int icmp = at + IPV6_HEADER_BYTES;
        out.putInt(icmp, 2 << 24);
        out.putInt(icmp + 4, Math.max(mtuBytes, MIN_IPV6_MTU));
        out.put(icmp + ICMP_HEADER_BYTES, packet, offset, quotedBytes);
        int pseudo = Checksums.pseudoHeaderSum(out, at, InnerPackets.ICMPV6, icmpBytes);
        out.putShort(icmp + 2, (short) ~Checksums.sum(out, icmp, icmpBytes, pseudo));
        return IPV6_HEADER_BYTES + icmpBytes;
    }

    private static boolean isLaterFragment(int located) {
        return TransportHeader.isFragment(located) && !TransportHeader.isReadable(located);
    }

    private static boolean isIcmpError(ByteBuffer packet, int offset, int length, int located) {
        int at = TransportHeader.offsetBytes(located);
        if (!TransportHeader.isReadable(located) || at >= length) {
            return false;
        }
        int type = unsignedByte(packet, offset + at);
        return switch (TransportHeader.protocol(located)) {
            // Unreachable, source quench, redirect, time exceeded, parameter problem.
            case InnerPackets.ICMP -> type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
            // RFC 4443: types below 128 are errors; 137 is redirect.
            case InnerPackets.ICMPV6 -> type < 128 || type == 137;
            default -> false;
        };
    }
}
