package io.aggr.internal.tcporder;

import io.aggr.testkit.ScriptedPacket;
import java.nio.ByteBuffer;

/** Makes TCP segments. */
final class Segments {

    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;

    private Segments() {}

    /** A segment over IPv4 or IPv6. */
    static ScriptedPacket of(boolean ipv6, int port, int start, int payloadBytes, int flags) {
        int ipBytes = ipv6 ? 40 : 20;
        ByteBuffer packet = ByteBuffer.allocate(ipBytes + 20 + payloadBytes);
        if (ipv6) {
            packet.putInt(0, 6 << 28).putShort(4, (short) (20 + payloadBytes)).put(6, (byte) 6);
            packet.putLong(8, 0xFD00_0000_0000_0001L).putLong(24, 0xFD00_0000_0000_0002L);
        } else {
            packet.putInt(0, 0x4500_0000 | packet.capacity()).put(9, (byte) 6);
            packet.putInt(12, 0x0A01_0001).putInt(16, 0x0A02_0001);
        }
        packet.putInt(ipBytes, port << 16 | 5_001).putInt(ipBytes + 4, start);
        packet.put(ipBytes + 12, (byte) 0x50).put(ipBytes + 13, (byte) flags);
        return ScriptedPacket.of(packet.array()).setFlowHash(port * 0x9E37_79B9);
    }

    /** A segment over IPv4 with a time of its sender's (RFC 7323), that has come over a line. */
    static ScriptedPacket stamped(int port, int start, int stamp, int line) {
        ByteBuffer packet = ByteBuffer.allocate(20 + 32 + 100);
        packet.putInt(0, 0x4500_0000 | packet.capacity()).put(9, (byte) 6);
        packet.putInt(12, 0x0A01_0001).putInt(16, 0x0A02_0001);
        packet.putInt(20, port << 16 | 5_001).putInt(24, start);
        packet.put(32, (byte) 0x80).put(33, (byte) ACK);
        packet.putInt(40, 0x0101_080A).putInt(44, stamp);
        return ScriptedPacket.of(packet.array()).setFlowHash(port * 0x9E37_79B9).setLink(line);
    }

    /** A segment over IPv4. */
    static ScriptedPacket of(int port, int start, int payloadBytes, int flags) {
        return of(false, port, start, payloadBytes, flags);
    }
}
