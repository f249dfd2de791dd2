package io.aggr.internal.packet;

import static io.aggr.internal.packet.InnerPackets.unsignedByte;
import static io.aggr.internal.packet.InnerPackets.unsignedShort;

import java.nio.ByteBuffer;

/**
 * Where the transport header of a packet starts, and which one it is. {@link #locate} walks the headers once and
 * returns the answer as one {@code int}, which the other methods take apart; hand it on instead of walking again.
 */
public final class TransportHeader {
    // Packed: protocol in bits 0..7, offset from the start of the packet in bits 8..23, flags above.
    private static final int FRAGMENT = 1 << 24;
    private static final int UNREADABLE = 1 << 25;

    /** More extension headers than any sender uses; a longer chain is work made for us by an attacker (RFC 7112). */
    private static final int MAX_EXTENSION_HEADERS = 8;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT_HEADER = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOBILITY = 135;
    private static final int HOST_IDENTITY = 139;
    private static final int SHIM6 = 140;

    private TransportHeader() {}

    /**
     * Finds the transport header of a checked packet.
     *
     * @param length the packet's own length in bytes, see {@link InnerPackets#lengthBytes}
     * @return the location, to be read with the other methods of this class
     */
    public static int locate(ByteBuffer buffer, int offset, int length) {
        return InnerPackets.isIpv4(buffer, offset) ? locateIpv4(buffer, offset) : locateIpv6(buffer, offset, length);
    }

    private static int locateIpv4(ByteBuffer buffer, int offset) {
        int fragment = unsignedShort(buffer, offset + 6);
        int flags = 0;
        if ((fragment & 0x3FFF) != 0) {
            flags = (fragment & 0x1FFF) != 0 ? FRAGMENT | UNREADABLE : FRAGMENT;
        }
        return pack(unsignedByte(buffer, offset + 9), InnerPackets.headerBytes(buffer, offset), flags);
    }

    private static int locateIpv6(ByteBuffer buffer, int offset, int length) {
        int protocol = unsignedByte(buffer, offset + 6);
        int at = InnerPackets.IPV6_HEADER_BYTES;
        for (int i = 0; i < MAX_EXTENSION_HEADERS; i++) {
            if (!isExtension(protocol)) {
                return pack(protocol, at, 0);
            }
            if (at + 8 > length) {
                return pack(protocol, at, UNREADABLE);
            }
            int next = unsignedByte(buffer, offset + at);
            int sizeBytes;
            if (protocol == FRAGMENT_HEADER) {
                sizeBytes = 8;
                int fragment = unsignedShort(buffer, offset + at + 2);
                // Offset 0 without "more" is a whole packet in a fragment's clothes (RFC 6946).
                if ((fragment & 0xFFF9) != 0) {
                    // Here the walk ends for the first fragment too: all fragments must give the same protocol.
                    boolean first = fragment >>> 3 == 0 && !isExtension(next);
                    return pack(next, at + sizeBytes, first ? FRAGMENT : FRAGMENT | UNREADABLE);
                }
            } else if (protocol == AUTHENTICATION) {
                sizeBytes = (unsignedByte(buffer, offset + at + 1) + 2) << 2;
            } else {
                sizeBytes = (unsignedByte(buffer, offset + at + 1) + 1) << 3;
            }
            if (at + sizeBytes > length) {
                return pack(protocol, at, UNREADABLE);
            }
            protocol = next;
            at += sizeBytes;
        }
        return pack(protocol, at, isExtension(protocol) ? UNREADABLE : 0);
    }

    private static boolean isExtension(int protocol) {
        return switch (protocol) {
            case HOP_BY_HOP,
                    ROUTING,
                    FRAGMENT_HEADER,
                    AUTHENTICATION,
                    DESTINATION_OPTIONS,
                    MOBILITY,
                    HOST_IDENTITY,
                    SHIM6 -> true;
            default -> false;
        };
    }

    private static int pack(int protocol, int offsetBytes, int flags) {
        return protocol | offsetBytes << 8 | flags;
    }

    /** The protocol number of the transport header, or of the header at which the walk had to stop; 0..255. */
    public static int protocol(int located) {
        return located & 0xFF;
    }

    /** Bytes from the start of the packet to the transport header; at most the length of the packet. */
    public static int offsetBytes(int located) {
        return located >>> 8 & 0xFFFF;
    }

    /** Whether the packet is a fragment, the first one included. */
    public static boolean isFragment(int located) {
        return (located & FRAGMENT) != 0;
    }

    /**
     * Whether a transport header starts in this packet: false for all fragments but the first and for a broken or
     * overlong chain of extension headers. How many of its bytes are there is for the reader to check.
     */
    public static boolean isReadable(int located) {
        return (located & UNREADABLE) == 0;
    }

    /**
     * Whether the packet is no fragment, is of the given protocol, and has at least so many bytes from the start of
     * its transport header.
     *
     * @param length the packet's own length in bytes
     */
    public static boolean has(int located, int protocol, int minBytes, int length) {
        return (located & (FRAGMENT | UNREADABLE)) == 0
                && protocol(located) == protocol
                && offsetBytes(located) + minBytes <= length;
    }
}
