package io.aggr.internal.tcporder;

import io.aggr.internal.packet.InnerPackets;
import io.aggr.internal.packet.TransportHeader;
import io.aggr.packet.PacketView;
import java.nio.ByteBuffer;

/** What the order of a TCP segment (RFC 9293) depends on, read from a packet. One instance is used again and again. */
final class TcpSegment {

    private static final int HEADER_BYTES = 20;
    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;

    /** The time of a segment without one. */
    static final long NO_STAMP = -1;

    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;
    private static final int TIMESTAMPS = 8;
    private static final int TIMESTAMPS_BYTES = 10;

    /** Fibonacci hashing's multiplier for 64 bits (Knuth, The Art of Computer Programming, volume 3, section 6.4). */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private int start;
    private int spaceBytes;
    private int flags;
    private long identity;
    private ByteBuffer options = ByteBuffer.allocate(0);
    private int optionsFrom;
    private int optionsTo;

    /**
     * Reads a packet.
     *
     * @param packet a checked packet
     * @return false if it is no whole TCP segment over IPv4 or IPv6; nothing else is to be asked then
     */
    boolean read(PacketView packet) {
        ByteBuffer bytes = packet.buffer();
        int offset = packet.offset();
        int length = packet.lengthBytes();
        if (length < HEADER_BYTES) {
            return false;
        }
        boolean ipv4 = InnerPackets.isIpv4(bytes, offset);
        if (!ipv4 && InnerPackets.version(bytes, offset) != 6) {
            return false;
        }
        if (!ipv4 && length < 2 * HEADER_BYTES) {
            return false;
        }
        int located = TransportHeader.locate(bytes, offset, length);
        if (!TransportHeader.has(located, InnerPackets.TCP, HEADER_BYTES, length)) {
            return false;
        }
        int at = offset + TransportHeader.offsetBytes(located);
        int headerBytes = (bytes.get(at + 12) & 0xF0) >>> 2;
        int payloadBytes = length - TransportHeader.offsetBytes(located) - headerBytes;
        if (headerBytes < HEADER_BYTES || payloadBytes < 0) {
            return false;
        }
        options = bytes;
        optionsFrom = at + HEADER_BYTES;
        optionsTo = at + headerBytes;
        flags = bytes.get(at + 13);
        start = bytes.getInt(at + 4);
        spaceBytes = payloadBytes + (isSyn() ? 1 : 0) + ((flags & FIN) != 0 ? 1 : 0);
        long addresses = ipv4
                ? bytes.getLong(offset + 12)
                : (bytes.getLong(offset + 8) * SPREAD ^ bytes.getLong(offset + 16)) * SPREAD
                        ^ (bytes.getLong(offset + 24) * SPREAD ^ bytes.getLong(offset + 32));
        identity = (addresses ^ (long) bytes.getInt(at) << 17) * SPREAD + bytes.getInt(at);
        return true;
    }

    /** Its sequence number, 32 bits. */
    int start() {
        return start;
    }

    /** The sequence number behind it, 32 bits. */
    int end() {
        return start + spaceBytes;
    }

    /**
     * When the sender sent it, by a clock of its own (RFC 7323 section 3). To be asked before the packet is gone.
     *
     * @return 32 bits, or {@link #NO_STAMP}
     */
    long stamp() {
        int at = optionsFrom;
        while (at + TIMESTAMPS_BYTES <= optionsTo) {
            int kind = options.get(at);
            if (kind == NO_OPERATION) {
                at++;
                continue;
            }
            int length = options.get(at + 1) & 0xFF;
            if (kind == TIMESTAMPS && length == TIMESTAMPS_BYTES) {
                return options.getInt(at + 2) & 0xFFFF_FFFFL;
            }
            if (kind == END_OF_OPTIONS || length < 2) {
                return NO_STAMP;
            }
            at += length;
        }
        return NO_STAMP;
    }

    /** Whether it opens a connection. */
    boolean isSyn() {
        return (flags & SYN) != 0;
    }

    /** Whether its place in the stream matters: it carries data, or ends the stream. Acknowledgements alone may come in any order. */
    boolean hasPlace() {
        return spaceBytes > 0 || (flags & RST) != 0;
    }

    /** Tells connections with the same hash apart, as good as always. */
    long identity() {
        return identity;
    }
}
