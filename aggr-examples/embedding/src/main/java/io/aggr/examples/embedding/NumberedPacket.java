package io.aggr.examples.embedding;

import java.nio.ByteBuffer;

/**
 * What this program has to send: an IPv4 packet with UDP in it (RFC 791, RFC 768) that carries a number. A real program would send what its
 * users' stack or its own has made.
 */
final class NumberedPacket {

    static final int HEADERS_BYTES = 28;
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int PORT = 9;
    private static final byte TTL = 64;
    private static final byte UDP = 17;

    private final ByteBuffer buffer;

    /**
     * Makes the packet; its number is 0.
     *
     * @param source IPv4 address, 4 bytes
     * @param destination IPv4 address, 4 bytes
     * @param lengthBytes length of the whole packet, 36 or more
     */
    NumberedPacket(byte[] source, byte[] destination, int lengthBytes) {
        buffer = ByteBuffer.allocateDirect(lengthBytes);
        buffer.put((byte) 0x45).put((byte) 0).putShort((short) lengthBytes);
        buffer.putInt(0).put(TTL).put(UDP).putShort((short) 0);
        buffer.put(source).put(destination);
        // A UDP checksum of 0 says that there is none, which IPv4 allows.
        buffer.putShort((short) PORT).putShort((short) PORT);
        buffer.putShort((short) (lengthBytes - IPV4_HEADER_BYTES)).putShort((short) 0);
        buffer.putShort(10, headerChecksum(buffer));
    }

    /**
     * The packet with another number.
     *
     * @param number what it carries
     * @return always the same buffer, ready to be read
     */
    ByteBuffer withNumber(long number) {
        return buffer.putLong(HEADERS_BYTES, number).rewind();
    }

    /**
     * The number of a packet that has arrived.
     *
     * @param packet the packet, from index 0 on
     * @return its number
     */
    static long numberOf(ByteBuffer packet) {
        return packet.getLong(HEADERS_BYTES);
    }

    private static short headerChecksum(ByteBuffer packet) {
        int sum = 0;
        for (int i = 0; i < IPV4_HEADER_BYTES; i += 2) {
            sum += packet.getShort(i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (short) ~((sum & 0xFFFF) + (sum >>> 16));
    }
}
