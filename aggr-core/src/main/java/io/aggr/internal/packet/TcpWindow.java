package io.aggr.internal.packet;

import static io.aggr.internal.packet.InnerPackets.unsignedByte;
import static io.aggr.internal.packet.InnerPackets.unsignedShort;

import java.nio.ByteBuffer;

/**
 * The receive window of a TCP connection (RFC 9293 section 3.8.6) and its scale (RFC 7323 section 2), read from packets and lowered in them.
 *
 * <p>All methods want a checked packet and what {@link TransportHeader#locate} says of it.
 */
public final class TcpWindow {

    /** No scale is announced. */
    public static final int UNSCALED = -1;

    /** A larger one is to be taken for this (RFC 7323 section 2.3). */
    private static final int MAX_SCALE = 14;

    private static final int TCP_HEADER_BYTES = 20;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;
    private static final int OPTION_SCALE = 3;
    private static final int OPTION_SCALE_BYTES = 3;

    /** Fibonacci hashing's multiplier for 64 bits (Knuth, The Art of Computer Programming, volume 3, section 6.4). */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private TcpWindow() {}

    /**
     * Whether the packet holds a whole TCP header.
     *
     * @param length the packet's own length in bytes
     */
    public static boolean isTcp(ByteBuffer buffer, int offset, int length, int located) {
        return TransportHeader.has(located, InnerPackets.TCP, TCP_HEADER_BYTES, length)
                && TransportHeader.offsetBytes(located) + headerBytes(buffer, offset, located) <= length
                && headerBytes(buffer, offset, located) >= TCP_HEADER_BYTES;
    }

    /** Whether a TCP segment opens a connection: a SYN or SYN-ACK. */
    public static boolean isSyn(ByteBuffer buffer, int offset, int located) {
        return (flags(buffer, offset, located) & SYN) != 0;
    }

    /**
     * Tells connections apart, the same in both directions.
     *
     * @param outgoing whether the packet goes to the peer; its source is then the end on this side
     * @return 64 bits; two connections share them as good as never
     */
    public static long connection(ByteBuffer buffer, int offset, int located, boolean outgoing) {
        int at = offset + TransportHeader.offsetBytes(located);
        long source = address(buffer, offset, false);
        long target = address(buffer, offset, true);
        long sourcePort = unsignedShort(buffer, at);
        long targetPort = unsignedShort(buffer, at + 2);
        long near = outgoing ? source ^ sourcePort << 40 : target ^ targetPort << 40;
        long far = outgoing ? target ^ targetPort << 40 : source ^ sourcePort << 40;
        return Long.rotateLeft(near * SPREAD, 23) * SPREAD ^ far * SPREAD;
    }

    private static long address(ByteBuffer buffer, int offset, boolean target) {
        if (InnerPackets.isIpv4(buffer, offset)) {
            return buffer.getInt(offset + (target ? 16 : 12)) & 0xFFFFFFFFL;
        }
        int at = offset + (target ? 24 : 8);
        return Long.rotateLeft(buffer.getLong(at) * SPREAD, 31) ^ buffer.getLong(at + 8);
    }

    /**
     * The scale that a SYN announces.
     *
     * @return 0 to 14, or {@link #UNSCALED}
     */
    public static int announcedScale(ByteBuffer buffer, int offset, int located) {
        int at = offset + TransportHeader.offsetBytes(located) + TCP_HEADER_BYTES;
        int end = at - TCP_HEADER_BYTES + headerBytes(buffer, offset, located);
        int option = TcpOptions.find(buffer, at, end, OPTION_SCALE, OPTION_SCALE_BYTES);
        return option == TcpOptions.NONE ? UNSCALED : Math.min(MAX_SCALE, unsignedByte(buffer, option + 2));
    }

    /** Bytes of data in the segment. */
    public static int payloadBytes(ByteBuffer buffer, int offset, int length, int located) {
        return length - TransportHeader.offsetBytes(located) - headerBytes(buffer, offset, located);
    }

    /** The sequence number behind the segment's data. */
    public static int endSequence(ByteBuffer buffer, int offset, int length, int located) {
        return buffer.getInt(offset + TransportHeader.offsetBytes(located) + 4)
                + payloadBytes(buffer, offset, length, located);
    }

    /** What the segment acknowledges; means nothing without {@link #acknowledges}. */
    public static int acknowledgement(ByteBuffer buffer, int offset, int located) {
        return buffer.getInt(offset + TransportHeader.offsetBytes(located) + 8);
    }

    /** Whether the segment belongs to an open connection and carries an acknowledgement, and so a window that is scaled. */
    public static boolean acknowledges(ByteBuffer buffer, int offset, int located) {
        return (flags(buffer, offset, located) & (SYN | RST | ACK)) == ACK;
    }

    /**
     * Makes sure that a segment grants no more than so many bytes, and corrects the TCP checksum by the difference, so that a wrong checksum stays
     * wrong (RFC 1624).
     *
     * @param maxBytes more than 0; rounded up to what the scale can say
     * @param scale of the end that sends the segment, 0 to 14
     * @return whether the segment was changed
     */
    public static boolean lower(ByteBuffer buffer, int offset, int located, long maxBytes, int scale) {
        int at = offset + TransportHeader.offsetBytes(located);
        int window = unsignedShort(buffer, at + 14);
        long max = (maxBytes + (1L << scale) - 1) >>> scale;
        if (window <= max) {
            return false;
        }
        buffer.putShort(at + 14, (short) max);
        int checksum = unsignedShort(buffer, at + 16);
        buffer.putShort(at + 16, (short) Checksums.update(checksum, window, (int) max));
        return true;
    }

    private static int flags(ByteBuffer buffer, int offset, int located) {
        return buffer.get(offset + TransportHeader.offsetBytes(located) + 13);
    }

    private static int headerBytes(ByteBuffer buffer, int offset, int located) {
        return unsignedByte(buffer, offset + TransportHeader.offsetBytes(located) + 12) >>> 4 << 2;
    }
}
