package io.aggr.internal.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** A packet at an odd place in a buffer, with foreign bytes around it. */
record TestPacket(ByteBuffer buffer, int offset, int length) {
    private static final int OFFSET = 13;
    private static final int BEHIND = 9;

    static TestPacket of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(OFFSET + bytes.length + BEHIND);
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 0xA5);
        }
        buffer.put(OFFSET, bytes);
        return new TestPacket(buffer, OFFSET, bytes.length);
    }

    /** An IP packet with correct lengths and, in IPv4, header checksum. */
    static TestPacket ip(String source, String destination, int protocol, byte[] payload) {
        byte[] from = address(source);
        byte[] to = address(destination);
        boolean ipv4 = from.length == 4;
        int headerBytes = ipv4 ? 20 : 40;
        ByteBuffer bytes = ByteBuffer.allocate(headerBytes + payload.length);
        if (ipv4) {
            bytes.put((byte) 0x45).put((byte) 0).putShort((short) (20 + payload.length));
            bytes.putShort((short) 0x1234).putShort((short) 0x4000);
            bytes.put((byte) 64).put((byte) protocol).putShort((short) 0);
        } else {
            bytes.putInt(6 << 28)
                    .putShort((short) payload.length)
                    .put((byte) protocol)
                    .put((byte) 64);
        }
        bytes.put(from).put(to).put(payload);
        TestPacket packet = of(bytes.array());
        packet.fixIpv4Checksum();
        return packet;
    }

    /** A TCP segment with a correct checksum. */
    static TestPacket tcp(String source, String destination, int ports, int flags, byte[] options, int dataBytes) {
        ByteBuffer tcp = ByteBuffer.allocate(20 + options.length + dataBytes);
        tcp.putInt(ports).putInt(0x11223344).putInt(0x55667788);
        tcp.put((byte) (((20 + options.length) / 4) << 4)).put((byte) flags).putShort((short) 0x7000);
        tcp.putShort((short) 0).putShort((short) 0).put(options);
        for (int i = 0; i < dataBytes; i++) {
            tcp.put((byte) (i * 7));
        }
        TestPacket packet = ip(source, destination, InnerPackets.TCP, tcp.array());
        int checksum = Checksums.transportChecksum(packet.buffer, packet.offset, packet.length, packet.located());
        return packet.putShort(packet.transportOffset() + 16, checksum);
    }

    static TestPacket udp(String source, String destination, int ports, int dataBytes) {
        ByteBuffer udp = ByteBuffer.allocate(8 + dataBytes);
        udp.putInt(ports).putShort((short) (8 + dataBytes)).putShort((short) 0);
        return ip(source, destination, InnerPackets.UDP, udp.array());
    }

    static TestPacket icmp(String source, String destination, int type, int id) {
        ByteBuffer icmp = ByteBuffer.allocate(64);
        icmp.put((byte) type).put((byte) 0).putShort((short) 0).putShort((short) id);
        int protocol = source.indexOf(':') >= 0 ? InnerPackets.ICMPV6 : InnerPackets.ICMP;
        return ip(source, destination, protocol, icmp.array());
    }

    /** An IPv6 packet whose chain of extension headers is given as bytes. */
    static TestPacket extended(int firstHeader, byte[]... headersAndPayload) {
        int bytes = 0;
        for (byte[] part : headersAndPayload) {
            bytes += part.length;
        }
        ByteBuffer payload = ByteBuffer.allocate(bytes);
        for (byte[] part : headersAndPayload) {
            payload.put(part);
        }
        return ip("2001:db8::1", "2001:db8::2", firstHeader, payload.array());
    }

    TestPacket put(int at, int value) {
        buffer.put(offset + at, (byte) value);
        return this;
    }

    TestPacket putShort(int at, int value) {
        buffer.putShort(offset + at, (short) value);
        return this;
    }

    int shortAt(int at) {
        return buffer.getShort(offset + at) & 0xFFFF;
    }

    TestPacket dscpAndEcn(int dscp, int ecn) {
        int trafficClass = dscp << 2 | ecn;
        if (InnerPackets.isIpv4(buffer, offset)) {
            put(1, trafficClass);
            fixIpv4Checksum();
            return this;
        }
        return putShort(0, 0x6000 | trafficClass << 4 | (shortAt(0) & 0xF));
    }

    void fixIpv4Checksum() {
        if (InnerPackets.isIpv4(buffer, offset)) {
            putShort(10, 0);
            putShort(10, Checksums.checksum(buffer, offset, InnerPackets.headerBytes(buffer, offset)));
        }
    }

    boolean hasGoodIpv4Checksum() {
        return Checksums.checksum(buffer, offset, InnerPackets.headerBytes(buffer, offset)) == 0;
    }

    boolean hasGoodTransportChecksum() {
        return Checksums.transportChecksum(buffer, offset, length, located()) == 0;
    }

    int located() {
        return TransportHeader.locate(buffer, offset, length);
    }

    int transportOffset() {
        return TransportHeader.offsetBytes(located());
    }

    PacketCheck check() {
        return InnerPackets.check(buffer, offset, length);
    }

    byte[] bytes() {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }

    static byte[] address(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
