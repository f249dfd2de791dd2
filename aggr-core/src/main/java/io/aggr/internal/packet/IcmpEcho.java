package io.aggr.internal.packet;

import static io.aggr.internal.packet.InnerPackets.IPV4_HEADER_BYTES;
import static io.aggr.internal.packet.InnerPackets.unsignedByte;
import static io.aggr.internal.packet.InnerPackets.unsignedShort;

import java.nio.ByteBuffer;

/**
 * ICMP echo over IPv4 (RFC 792), by which the far end of a tunnel is asked whether it is there: every host answers (RFC 1122 section 3.2.2.6), also
 * one that knows nothing of us.
 */
public final class IcmpEcho {

    /** Length of a request of ours and of the answer to it. */
    public static final int PROBE_BYTES = 44;

    private static final int ICMP_HEADER_BYTES = 8;
    private static final int REPLY = 0;
    private static final int REQUEST = 8;
    private static final int TTL = 64;

    /** Tells our requests from those of ping, whose answers have to reach it. */
    private static final int IDENTIFIER = 0xA662;

    /** "aggr". */
    private static final int MAGIC = 0x61676772;

    private IcmpEcho() {}

    /**
     * Writes a request.
     *
     * @param out another buffer with {@link #PROBE_BYTES} of room from {@code at}
     * @param source our inner address
     * @param destination the far end's inner address
     * @param number counts requests; the low 16 bits travel
     * @param token comes back with the answer; nobody can guess it who has not seen the request
     */
    public static void putRequest(ByteBuffer out, int at, int source, int destination, int number, long token) {
        out.putInt(at, 0x45000000 | PROBE_BYTES);
        // Identification 0 with DF: never fragmented, so it need not be unique (RFC 6864 section 4.1).
        out.putInt(at + 4, 0x00004000);
        out.putInt(at + 8, TTL << 24 | InnerPackets.ICMP << 16);
        out.putInt(at + 12, source);
        out.putInt(at + 16, destination);
        out.putShort(at + 10, (short) Checksums.checksum(out, at, IPV4_HEADER_BYTES));
        int icmp = at + IPV4_HEADER_BYTES;
        out.putInt(icmp, REQUEST << 24);
        out.putInt(icmp + 4, IDENTIFIER << 16 | (number & 0xFFFF));
        out.putInt(icmp + 8, MAGIC);
        out.putInt(icmp + 12, 0);
        out.putLong(icmp + 16, token);
        out.putShort(icmp + 2, (short) Checksums.checksum(out, icmp, PROBE_BYTES - IPV4_HEADER_BYTES));
    }

    /**
     * Whether a checked packet is a whole, undamaged request.
     *
     * @param length the packet's own length in bytes
     */
    public static boolean isRequest(ByteBuffer packet, int offset, int length) {
        return isEcho(packet, offset, length, REQUEST);
    }

    /**
     * Whether a checked packet is an answer to one of our requests, as far as its look tells; the token has to prove it.
     *
     * @param length the packet's own length in bytes
     */
    public static boolean isAnswerToUs(ByteBuffer packet, int offset, int length) {
        if (!isEcho(packet, offset, length, REPLY)) {
            return false;
        }
        int headerBytes = InnerPackets.headerBytes(packet, offset);
        int icmp = offset + headerBytes;
        return length - headerBytes == PROBE_BYTES - IPV4_HEADER_BYTES
                && unsignedShort(packet, icmp + 4) == IDENTIFIER
                && packet.getInt(icmp + 8) == MAGIC;
    }

    private static boolean isEcho(ByteBuffer packet, int offset, int length, int type) {
        if (!InnerPackets.isIpv4(packet, offset)
                || unsignedByte(packet, offset + 9) != InnerPackets.ICMP
                || (unsignedShort(packet, offset + 6) & 0x3FFF) != 0) {
            return false;
        }
        int headerBytes = InnerPackets.headerBytes(packet, offset);
        int icmpBytes = length - headerBytes;
        return icmpBytes >= ICMP_HEADER_BYTES
                && unsignedShort(packet, offset + headerBytes) == type << 8
                && Checksums.checksum(packet, offset, headerBytes) == 0
                && Checksums.checksum(packet, offset + headerBytes, icmpBytes) == 0;
    }

    /**
     * The number of the request that an answer names.
     *
     * @return 16 bits
     */
    public static int number(ByteBuffer packet, int offset) {
        return unsignedShort(packet, offset + InnerPackets.headerBytes(packet, offset) + 6);
    }

    /** The token of {@link #isAnswerToUs an answer to us}. */
    public static long token(ByteBuffer packet, int offset) {
        return packet.getLong(offset + InnerPackets.headerBytes(packet, offset) + 16);
    }

    /**
     * Makes the answer of a request, in place.
     *
     * @param length the packet's own length in bytes
     */
    public static void answer(ByteBuffer packet, int offset, int length) {
        int headerBytes = InnerPackets.headerBytes(packet, offset);
        int source = packet.getInt(offset + 12);
        packet.putInt(offset + 12, packet.getInt(offset + 16)).putInt(offset + 16, source);
        packet.put(offset + 8, (byte) TTL).putShort(offset + 10, (short) 0);
        packet.putShort(offset + 10, (short) Checksums.checksum(packet, offset, headerBytes));
        int icmp = offset + headerBytes;
        packet.putShort(icmp, (short) (REPLY << 8)).putShort(icmp + 2, (short) 0);
        packet.putShort(icmp + 2, (short) Checksums.checksum(packet, icmp, length - headerBytes));
    }
}
