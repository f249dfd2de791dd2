package io.aggr.internal.packet;

import java.nio.ByteBuffer;

/**
 * Checks and fixed-header fields of the IP packets inside the tunnel.
 *
 * <p>{@link #check} and {@link #lengthBytes} accept any bytes. All other methods need a packet for which {@code check}
 * said {@link PacketCheck#OK}. Buffers are big-endian; offsets are absolute; nothing is changed, allocated or thrown.
 */
public final class InnerPackets {
    /** Protocol number of ICMP for IPv4. */
    public static final int ICMP = 1;

    /** Protocol number of TCP. */
    public static final int TCP = 6;

    /** Protocol number of UDP. */
    public static final int UDP = 17;

    /** Protocol number of ICMPv6. */
    public static final int ICMPV6 = 58;

    static final int IPV4_HEADER_BYTES = 20;
    static final int IPV6_HEADER_BYTES = 40;

    private static final int HOP_BY_HOP = 0;
    private static final int OPTION_PAD1 = 0;
    private static final int OPTION_JUMBO = 0xC2;

    private InnerPackets() {}

    /**
     * Checks that a whole IP packet stands at {@code offset}; bytes may follow it (RFC 791 section 3.1, RFC 8200
     * section 3). Its own length is then {@link #lengthBytes}.
     *
     * @param length bytes available from {@code offset}; all of them must lie within the buffer
     */
    public static PacketCheck check(ByteBuffer buffer, int offset, int length) {
        if (length <= 0) {
            return PacketCheck.EMPTY;
        }
        return switch (version(buffer, offset)) {
            case 4 -> checkIpv4(buffer, offset, length);
            case 6 -> checkIpv6(buffer, offset, length);
            default -> PacketCheck.VERSION;
        };
    }

    /** Like {@link #check}, and the packet must end where the bytes end: {@link PacketCheck#TRAILING} if it does not. */
    public static PacketCheck checkExact(ByteBuffer buffer, int offset, int length) {
        PacketCheck outcome = check(buffer, offset, length);
        return outcome == PacketCheck.OK && lengthBytes(buffer, offset, length) != length
                ? PacketCheck.TRAILING
                : outcome;
    }

    private static PacketCheck checkIpv4(ByteBuffer buffer, int offset, int length) {
        if (length < IPV4_HEADER_BYTES) {
            return PacketCheck.TRUNCATED;
        }
        int headerBytes = (buffer.get(offset) & 0x0F) << 2;
        if (headerBytes < IPV4_HEADER_BYTES || headerBytes > length) {
            return PacketCheck.HEADER_LENGTH;
        }
        int totalBytes = unsignedShort(buffer, offset + 2);
        return totalBytes < headerBytes || totalBytes > length ? PacketCheck.TOTAL_LENGTH : PacketCheck.OK;
    }

    private static PacketCheck checkIpv6(ByteBuffer buffer, int offset, int length) {
        if (length < IPV6_HEADER_BYTES) {
            return PacketCheck.TRUNCATED;
        }
        int payloadBytes = unsignedShort(buffer, offset + 4);
        boolean hopByHop = unsignedByte(buffer, offset + 6) == HOP_BY_HOP;
        if (hopByHop && payloadBytes == 0) {
            return PacketCheck.JUMBOGRAM;
        }
        if (payloadBytes > length - IPV6_HEADER_BYTES) {
            return PacketCheck.PAYLOAD_LENGTH;
        }
        return hopByHop && hasJumboOption(buffer, offset + IPV6_HEADER_BYTES, payloadBytes)
                ? PacketCheck.JUMBOGRAM
                : PacketCheck.OK;
    }

    /** A jumbo option beside a non-zero payload length is an error by RFC 2675 section 3; two lengths, one attack. */
    private static boolean hasJumboOption(ByteBuffer buffer, int start, int payloadBytes) {
        if (payloadBytes < 8) {
            return false;
        }
        int end = start + Math.min(payloadBytes, (unsignedByte(buffer, start + 1) + 1) << 3);
        int at = start + 2;
        while (at < end) {
            int type = unsignedByte(buffer, at);
            if (type == OPTION_JUMBO) {
                return true;
            }
            if (type == OPTION_PAD1) {
                at++;
            } else if (at + 1 < end) {
                at += 2 + unsignedByte(buffer, at + 1);
            } else {
                return false;
            }
        }
        return false;
    }

    /** The IP version nibble, 0..15. Needs one byte. */
    public static int version(ByteBuffer buffer, int offset) {
        return unsignedByte(buffer, offset) >>> 4;
    }

    /** Whether the version nibble is 4. Needs one byte. */
    public static boolean isIpv4(ByteBuffer buffer, int offset) {
        return version(buffer, offset) == 4;
    }

    /**
     * The length of the whole packet as its header states it, unchecked.
     *
     * @param available bytes that may be read from {@code offset}
     * @return bytes, or -1 if the length field is not there or the version is neither 4 nor 6
     */
    public static int lengthBytes(ByteBuffer buffer, int offset, int available) {
        if (available < 6) {
            return -1;
        }
        return switch (version(buffer, offset)) {
            case 4 -> unsignedShort(buffer, offset + 2);
            case 6 -> IPV6_HEADER_BYTES + unsignedShort(buffer, offset + 4);
            default -> -1;
        };
    }

    /** The length of the IP header itself: IPv4 with its options, IPv6 always 40. */
    public static int headerBytes(ByteBuffer buffer, int offset) {
        return isIpv4(buffer, offset) ? (buffer.get(offset) & 0x0F) << 2 : IPV6_HEADER_BYTES;
    }

    /** The differentiated services code point, 0..63 (RFC 2474). */
    public static int dscp(ByteBuffer buffer, int offset) {
        return isIpv4(buffer, offset)
                ? unsignedByte(buffer, offset + 1) >>> 2
                : (unsignedShort(buffer, offset) >>> 6) & 0x3F;
    }

    /** Whether a router may not fragment the packet: IPv4 with DF set, and every IPv6 packet. */
    public static boolean isDontFragment(ByteBuffer buffer, int offset) {
        return !isIpv4(buffer, offset) || (buffer.get(offset + 6) & 0x40) != 0;
    }

    /** The source address of an IPv4 packet. */
    public static int sourceIpv4(ByteBuffer buffer, int offset) {
        return buffer.getInt(offset + 12);
    }

    /** The destination address of an IPv4 packet. */
    public static int destinationIpv4(ByteBuffer buffer, int offset) {
        return buffer.getInt(offset + 16);
    }

    /** The upper 64 bits of the source address of an IPv6 packet. */
    public static long sourceIpv6High(ByteBuffer buffer, int offset) {
        return buffer.getLong(offset + 8);
    }

    /** The lower 64 bits of the source address of an IPv6 packet. */
    public static long sourceIpv6Low(ByteBuffer buffer, int offset) {
        return buffer.getLong(offset + 16);
    }

    /** The upper 64 bits of the destination address of an IPv6 packet. */
    public static long destinationIpv6High(ByteBuffer buffer, int offset) {
        return buffer.getLong(offset + 24);
    }

    /** The lower 64 bits of the destination address of an IPv6 packet. */
    public static long destinationIpv6Low(ByteBuffer buffer, int offset) {
        return buffer.getLong(offset + 32);
    }

    /**
     * Says whether the source address is one that no honest packet carries. Our own addresses are not known here; the
     * owner looks them up in an {@link AllowedIps} of its own.
     */
    public static SourceCheck checkSource(ByteBuffer buffer, int offset) {
        return isIpv4(buffer, offset)
                ? checkSourceIpv4(sourceIpv4(buffer, offset))
                : checkSourceIpv6(sourceIpv6High(buffer, offset), sourceIpv6Low(buffer, offset));
    }

    private static SourceCheck checkSourceIpv4(int address) {
        int first = address >>> 24;
        if (first == 0) {
            return SourceCheck.UNSPECIFIED;
        }
        if (first == 127) {
            return SourceCheck.LOOPBACK;
        }
        if ((first & 0xF0) == 224) {
            return SourceCheck.MULTICAST;
        }
        return address == -1 ? SourceCheck.BROADCAST : SourceCheck.OK;
    }

    private static SourceCheck checkSourceIpv6(long high, long low) {
        if (high >>> 56 == 0xFF) {
            return SourceCheck.MULTICAST;
        }
        if (high != 0) {
            return SourceCheck.OK;
        }
        if (low == 0) {
            return SourceCheck.UNSPECIFIED;
        }
        if (low == 1) {
            return SourceCheck.LOOPBACK;
        }
        return low >>> 32 == 0xFFFFL ? SourceCheck.MAPPED : SourceCheck.OK;
    }

    static int unsignedByte(ByteBuffer buffer, int at) {
        return buffer.get(at) & 0xFF;
    }

    static int unsignedShort(ByteBuffer buffer, int at) {
        return buffer.getShort(at) & 0xFFFF;
    }
}
