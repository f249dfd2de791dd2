package io.aggr.sim;

import java.nio.ByteBuffer;

/**
 * One TCP segment over IPv4, as fields: written into a packet and read from one. Mutable and reused.
 *
 * <p>Options are those of Linux: on SYN the MSS, SACK permitted, timestamps and window scale (RFC 9293, 2018, 7323), on
 * everything else timestamps and up to three SACK blocks.
 */
final class TcpSegment {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int PSH = 0x08;
    static final int ACK = 0x10;
    static final int ECE = 0x40;
    static final int CWR = 0x80;

    /** Values of the ECN field (RFC 3168, 5). */
    static final int NOT_ECT = 0;

    static final int ECT_0 = 2;
    static final int CE = 3;

    static final int IP_HEADER_BYTES = 20;
    static final int PROTOCOL = 6;

    /** Header bytes of a data segment without SACK blocks: IPv4 20, TCP 20, timestamps 12. */
    static final int DATA_HEADER_BYTES = 52;

    /** SACK blocks that fit beside timestamps (RFC 2018, 3). */
    static final int MAX_SACK_BLOCKS = 3;

    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    private static final int OPTION_MSS = 2;
    private static final int OPTION_WINDOW_SCALE = 3;
    private static final int OPTION_SACK_PERMITTED = 4;
    private static final int OPTION_SACK = 5;
    private static final int OPTION_TIMESTAMPS = 8;

    int sourceAddress;
    int targetAddress;
    int sourcePort;
    int targetPort;
    int sequence;
    int acknowledgement;
    int flags;
    int window;
    int ecn;
    int maxSegmentBytes;
    int windowScale;
    int timestamp;
    int timestampEcho;
    int sackCount;
    final int[] sackLeft = new int[4];
    final int[] sackRight = new int[4];
    int payloadOffset;
    int payloadBytes;

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    void addSack(int left, int right) {
        sackLeft[sackCount] = left;
        sackRight[sackCount++] = right;
    }

    /**
     * Writes the segment at offset 0 of a buffer and sets its limit. The payload is zeros but for its first eight bytes,
     * which hold {@code stamp}, so that a receiver can tell whether it got the bytes that belong there.
     *
     * @param packet a buffer that is zero behind its first 128 bytes
     */
    void write(ByteBuffer packet, int identification, long stamp) {
        int at = IP_HEADER_BYTES + 20;
        if (has(SYN)) {
            packet.putInt(at, OPTION_MSS << 24 | 4 << 16 | maxSegmentBytes);
            packet.putInt(at + 4, OPTION_SACK_PERMITTED << 24 | 2 << 16 | OPTION_TIMESTAMPS << 8 | 10);
            packet.putInt(at + 8, timestamp);
            packet.putInt(at + 12, timestampEcho);
            packet.putInt(at + 16, OPTION_NOP << 24 | OPTION_WINDOW_SCALE << 16 | 3 << 8 | windowScale);
            at += 20;
        } else {
            packet.putInt(at, OPTION_NOP << 24 | OPTION_NOP << 16 | OPTION_TIMESTAMPS << 8 | 10);
            packet.putInt(at + 4, timestamp);
            packet.putInt(at + 8, timestampEcho);
            at += 12;
            if (sackCount > 0) {
                packet.putInt(at, OPTION_NOP << 24 | OPTION_NOP << 16 | OPTION_SACK << 8 | (2 + 8 * sackCount));
                at += 4;
                for (int i = 0; i < sackCount; i++) {
                    packet.putInt(at, sackLeft[i]);
                    packet.putInt(at + 4, sackRight[i]);
                    at += 8;
                }
            }
        }
        payloadOffset = at;
        int stamped = Math.min(8, payloadBytes);
        packet.putLong(at, stamped == 8 ? stamp : 0);
        packet.limit(at + payloadBytes);
        writeIpHeader(packet, PROTOCOL, identification, sourceAddress, targetAddress, ecn);
        packet.putShort(20, (short) sourcePort);
        packet.putShort(22, (short) targetPort);
        packet.putInt(24, sequence);
        packet.putInt(28, acknowledgement);
        packet.put(32, (byte) (((at - IP_HEADER_BYTES) / 4) << 4));
        packet.put(33, (byte) flags);
        packet.putShort(34, (short) window);
        packet.putInt(36, 0);
        int segmentBytes = at + payloadBytes - IP_HEADER_BYTES;
        long sum = Checksums.pseudoHeaderSum(packet, 0, PROTOCOL, segmentBytes)
                + Checksums.sum(packet, IP_HEADER_BYTES, at + stamped - IP_HEADER_BYTES);
        packet.putShort(36, (short) Checksums.fold(sum));
        // The next packet in this buffer may have a shorter header; what lies behind must be zero again.
        packet.position(0);
    }

    /** Clears what {@link #write} left where a shorter packet would have its payload. */
    static void wipe(ByteBuffer packet) {
        packet.clear();
        for (int at = 0; at < 128; at += 8) {
            packet.putLong(at, 0);
        }
    }

    static void writeIpHeader(
            ByteBuffer packet, int protocol, int identification, int source, int target, int ecnField) {
        packet.putShort(0, (short) (0x4500 | ecnField));
        packet.putShort(2, (short) packet.limit());
        packet.putShort(4, (short) identification);
        packet.putShort(6, (short) 0x4000); // do not fragment
        packet.putShort(8, (short) (64 << 8 | protocol));
        packet.putShort(10, (short) 0);
        packet.putInt(12, source);
        packet.putInt(16, target);
        packet.putShort(10, (short) Checksums.fold(Checksums.sum(packet, 0, IP_HEADER_BYTES)));
    }

    /**
     * Reads a segment whose IPv4 header has been checked.
     *
     * @param packet between position and limit
     * @return false if a checksum is wrong or a length does not fit
     */
    boolean read(ByteBuffer packet) {
        int ip = packet.position();
        int tcp = ip + IP_HEADER_BYTES;
        int end = packet.limit();
        if (end - tcp < 20) {
            return false;
        }
        int headerBytes = (packet.get(tcp + 12) >>> 4 & 0xF) * 4;
        if (headerBytes < 20 || tcp + headerBytes > end) {
            return false;
        }
        long sum = Checksums.pseudoHeaderSum(packet, ip, PROTOCOL, end - tcp) + Checksums.sum(packet, tcp, end - tcp);
        if (Checksums.fold(sum) != 0) {
            return false;
        }
        ecn = packet.get(ip + 1) & 3;
        sourceAddress = packet.getInt(ip + 12);
        targetAddress = packet.getInt(ip + 16);
        sourcePort = packet.getShort(tcp) & 0xFFFF;
        targetPort = packet.getShort(tcp + 2) & 0xFFFF;
        sequence = packet.getInt(tcp + 4);
        acknowledgement = packet.getInt(tcp + 8);
        flags = packet.get(tcp + 13) & 0xFF;
        window = packet.getShort(tcp + 14) & 0xFFFF;
        payloadOffset = tcp + headerBytes;
        payloadBytes = end - payloadOffset;
        return readOptions(packet, tcp + 20, payloadOffset);
    }

    private boolean readOptions(ByteBuffer packet, int from, int end) {
        maxSegmentBytes = 536;
        windowScale = 0;
        sackCount = 0;
        timestamp = 0;
        timestampEcho = 0;
        int at = from;
        while (at < end) {
            int kind = packet.get(at) & 0xFF;
            if (kind == OPTION_END) {
                break;
            }
            if (kind == OPTION_NOP) {
                at++;
                continue;
            }
            int length = at + 1 < end ? packet.get(at + 1) & 0xFF : 0;
            if (length < 2 || at + length > end) {
                return false;
            }
            if (kind == OPTION_MSS && length == 4) {
                maxSegmentBytes = packet.getShort(at + 2) & 0xFFFF;
            } else if (kind == OPTION_WINDOW_SCALE && length == 3) {
                windowScale = packet.get(at + 2) & 0xFF;
            } else if (kind == OPTION_TIMESTAMPS && length == 10) {
                timestamp = packet.getInt(at + 2);
                timestampEcho = packet.getInt(at + 6);
            } else if (kind == OPTION_SACK && length <= 34) {
                for (int block = at + 2; block + 8 <= at + length; block += 8) {
                    addSack(packet.getInt(block), packet.getInt(block + 4));
                }
            }
            at += length;
        }
        return true;
    }
}
