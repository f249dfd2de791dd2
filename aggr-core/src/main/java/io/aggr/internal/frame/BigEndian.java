package io.aggr.internal.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Big-endian numbers of the widths that the wire format has, at absolute offsets of any {@link ByteBuffer}, whatever its byte order is set to.
 * Writers take the low bits of their argument and drop the rest.
 */
public final class BigEndian {

    private BigEndian() {}

    /**
     * Reads one byte.
     *
     * @param buffer where from
     * @param offset absolute
     * @return 0 to 255
     */
    public static int u8(ByteBuffer buffer, int offset) {
        return buffer.get(offset) & 0xFF;
    }

    /**
     * Reads two bytes.
     *
     * @param buffer where from
     * @param offset absolute, of the first
     * @return 0 to 65 535
     */
    public static int u16(ByteBuffer buffer, int offset) {
        short value = buffer.getShort(offset);
        return (isBigEndian(buffer) ? value : Short.reverseBytes(value)) & 0xFFFF;
    }

    /**
     * Reads three bytes.
     *
     * @param buffer where from
     * @param offset absolute, of the first
     * @return 0 to 2^24 - 1
     */
    public static int u24(ByteBuffer buffer, int offset) {
        return u8(buffer, offset) << 16 | u16(buffer, offset + 1);
    }

    /**
     * Reads four bytes as they are.
     *
     * @param buffer where from
     * @param offset absolute, of the first
     * @return all 32 bits, which may look negative
     */
    public static int i32(ByteBuffer buffer, int offset) {
        int value = buffer.getInt(offset);
        return isBigEndian(buffer) ? value : Integer.reverseBytes(value);
    }

    /**
     * Reads four bytes.
     *
     * @param buffer where from
     * @param offset absolute, of the first
     * @return 0 to 2^32 - 1
     */
    public static long u32(ByteBuffer buffer, int offset) {
        return i32(buffer, offset) & 0xFFFF_FFFFL;
    }

    /**
     * Reads six bytes.
     *
     * @param buffer where from
     * @param offset absolute, of the first
     * @return 0 to 2^48 - 1
     */
    public static long u48(ByteBuffer buffer, int offset) {
        return (long) u16(buffer, offset) << 32 | u32(buffer, offset + 2);
    }

    /**
     * Reads eight bytes as they are.
     *
     * @param buffer where from
     * @param offset absolute, of the first
     * @return all 64 bits, which may look negative
     */
    public static long i64(ByteBuffer buffer, int offset) {
        long value = buffer.getLong(offset);
        return isBigEndian(buffer) ? value : Long.reverseBytes(value);
    }

    /**
     * Writes one byte.
     *
     * @param buffer where to
     * @param offset absolute
     * @param value the low 8 bits count
     */
    public static void put8(ByteBuffer buffer, int offset, int value) {
        buffer.put(offset, (byte) value);
    }

    /**
     * Writes two bytes.
     *
     * @param buffer where to
     * @param offset absolute, of the first
     * @param value the low 16 bits count
     */
    public static void put16(ByteBuffer buffer, int offset, int value) {
        short low = (short) value;
        buffer.putShort(offset, isBigEndian(buffer) ? low : Short.reverseBytes(low));
    }

    /**
     * Writes three bytes.
     *
     * @param buffer where to
     * @param offset absolute, of the first
     * @param value the low 24 bits count
     */
    public static void put24(ByteBuffer buffer, int offset, int value) {
        put8(buffer, offset, value >>> 16);
        put16(buffer, offset + 1, value);
    }

    /**
     * Writes four bytes.
     *
     * @param buffer where to
     * @param offset absolute, of the first
     * @param value all bits count
     */
    public static void put32(ByteBuffer buffer, int offset, int value) {
        buffer.putInt(offset, isBigEndian(buffer) ? value : Integer.reverseBytes(value));
    }

    /**
     * Writes six bytes.
     *
     * @param buffer where to
     * @param offset absolute, of the first
     * @param value the low 48 bits count
     */
    public static void put48(ByteBuffer buffer, int offset, long value) {
        put16(buffer, offset, (int) (value >>> 32));
        put32(buffer, offset + 2, (int) value);
    }

    /**
     * Writes eight bytes.
     *
     * @param buffer where to
     * @param offset absolute, of the first
     * @param value all bits count
     */
    public static void put64(ByteBuffer buffer, int offset, long value) {
        buffer.putLong(offset, isBigEndian(buffer) ? value : Long.reverseBytes(value));
    }

    private static boolean isBigEndian(ByteBuffer buffer) {
        return buffer.order() == ByteOrder.BIG_ENDIAN;
    }
}
