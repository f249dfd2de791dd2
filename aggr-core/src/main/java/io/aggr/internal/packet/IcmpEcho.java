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
        put(out, at, PROBE_BYTES, REQUEST, source, destination, number, 0, token);
    }

    /**
     * Writes a request that is as long as asked for, and says so: whether it gets through tells what a line takes. An answer of that length comes from
     * those who know nothing of us; we answer with {@link #PROBE_BYTES}, so that each direction is asked about by itself.
     *
     * @param out another buffer with room for it from {@code at}
     * @param bytes its length, more than {@link #PROBE_BYTES}
     * @param source our inner address
     * @param destination the far end's inner address
     * @param token comes back with the answer
     */
    public static void putSizedRequest(ByteBuffer out, int at, int bytes, int source, int destination, long token) {
        for (int i = PROBE_BYTES; i < bytes; i++) {
            out.put(at + i, (byte) 0);
        }
        put(out, at, bytes, REQUEST, source, destination, 0, bytes, token);
    }

    private static void put(
            ByteBuffer out,
            int at,
            int bytes,
            int type,
            int source,
            int destination,
            int number,
            int sizeBytes,
            long token) {
        out.putInt(at, 0x45000000 | bytes);
        // Identification 0 with DF: never fragmented, so it need not be unique (RFC 6864 section 4.1).
        out.putInt(at + 4, 0x00004000);
        out.putInt(at + 8, TTL << 24 | InnerPackets.ICMP << 16);
        out.putInt(at + 12, source);
        out.putInt(at + 16, destination);
        out.putShort(at + 10, (short) Checksums.checksum(out, at, IPV4_HEADER_BYTES));
        int icmp = at + IPV4_HEADER_BYTES;
        out.putInt(icmp, type << 24);
        out.putInt(icmp + 4, IDENTIFIER << 16 | (number & 0xFFFF));
        out.putInt(icmp + 8, MAGIC);
        out.putInt(icmp + 12, sizeBytes);
        out.putLong(icmp + 16, token);
        out.putShort(icmp + 2, (short) Checksums.checksum(out, icmp, bytes - IPV4_HEADER_BYTES));
    }

    /**
     * Whether a checked packet is a whole, undamaged {@link #putSizedRequest sized request}, or a full-length answer to one.
     *
     * @param length the packet's own length in bytes
     */
    public static boolean isSized(ByteBuffer packet, int offset, int length) {
        return length > PROBE_BYTES
                && InnerPackets.isIpv4(packet, offset)
                && InnerPackets.headerBytes(packet, offset) == IPV4_HEADER_BYTES
                && packet.getInt(offset + IPV4_HEADER_BYTES + 8) == MAGIC
                && sizeBytes(packet, offset) == length
                && unsignedShort(packet, offset + IPV4_HEADER_BYTES + 4) == IDENTIFIER
                && (isEcho(packet, offset, length, REQUEST) || isEcho(packet, offset, length, REPLY));
    }

    /**
     * How long a request of ours was, where that was the question.
     *
     * @param packet a request of ours, or an answer to one
     * @return bytes of the inner packet, 0 for an ordinary request
     */
    public static int sizeBytes(ByteBuffer packet, int offset) {
        return packet.getInt(offset + InnerPackets.headerBytes(packet, offset) + 12);
    }

    /**
     * Writes what matters of a {@link #isSized sized} packet, {@link #PROBE_BYTES} long.
     *
     * @param out another buffer
     */
    public static void putHead(ByteBuffer out, int at, ByteBuffer packet, int offset) {
        put(
                out,
                at,
                PROBE_BYTES,
                packet.get(offset + IPV4_HEADER_BYTES),
                packet.getInt(offset + 12),
                packet.getInt(offset + 16),
                number(packet, offset),
                sizeBytes(packet, offset),
                token(packet, offset));
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
