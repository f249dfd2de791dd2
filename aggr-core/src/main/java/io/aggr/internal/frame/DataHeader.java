package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/** The ten bytes in front of the frames of a DATA datagram. */
public final class DataHeader {

    /** First byte of a DATA datagram. */
    public static final int TYPE = 4;

    /** Length of the header. */
    public static final int BYTES = 10;

    private static final int LAST_HANDSHAKE_TYPE = 3;

    private DataHeader() {}

    /**
     * Tells apart what can arrive on a socket.
     *
     * @param buffer holds the datagram
     * @param offset absolute, of its first byte
     * @param lengthBytes of the whole datagram
     * @param trailerBytes what the encapsulation appends: 16 for a tag, 0 for none
     * @return never null; nothing but the first byte and the length is looked at
     */
    public static DatagramKind kind(ByteBuffer buffer, int offset, int lengthBytes, int trailerBytes) {
        if (lengthBytes < 1) {
            return DatagramKind.SHORT;
        }
        int type = BigEndian.u8(buffer, offset);
        if (type == TYPE) {
            return lengthBytes > BYTES + trailerBytes ? DatagramKind.DATA : DatagramKind.SHORT;
        }
        return type >= 1 && type <= LAST_HANDSHAKE_TYPE ? DatagramKind.HANDSHAKE : DatagramKind.UNKNOWN;
    }

    /**
     * Writes a header.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param linkId number of the link, 0 to 255
     * @param receiverIndex all 32 bits
     * @param counter the datagram's counter on that link; its low 32 bits travel
     * @return {@link #BYTES}
     */
    public static int put(ByteBuffer buffer, int offset, int linkId, int receiverIndex, long counter) {
        BigEndian.put8(buffer, offset, TYPE);
        BigEndian.put8(buffer, offset + 1, linkId);
        BigEndian.put32(buffer, offset + 2, receiverIndex);
        BigEndian.put32(buffer, offset + 6, (int) counter);
        return BYTES;
    }

    /**
     * The link that the datagram was sent on.
     *
     * @param buffer holds a datagram of kind {@link DatagramKind#DATA}
     * @param offset absolute, of its first byte
     * @return 0 to 255
     */
    public static int linkId(ByteBuffer buffer, int offset) {
        return BigEndian.u8(buffer, offset + 1);
    }

    /**
     * What finds the session.
     *
     * @param buffer holds a datagram of kind {@link DatagramKind#DATA}
     * @param offset absolute, of its first byte
     * @return all 32 bits
     */
    public static int receiverIndex(ByteBuffer buffer, int offset) {
        return BigEndian.i32(buffer, offset + 2);
    }

    /**
     * The part of the counter that travels; {@link Serial#counter} rebuilds the rest.
     *
     * @param buffer holds a datagram of kind {@link DatagramKind#DATA}
     * @param offset absolute, of its first byte
     * @return 0 to 2^32 - 1
     */
    public static long counterLow(ByteBuffer buffer, int offset) {
        return BigEndian.u32(buffer, offset + 6);
    }
}
