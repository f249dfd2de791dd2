package io.aggr.examples.lab.traffic;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Writes and recognises ICMP echo packets (RFC 792, RFC 4443 section 4.1 and 4.2), IPv4 or IPv6. */
final class EchoCodec {

    /** What a usual ping sends: 84 bytes with IPv4, 104 with IPv6. */
    private static final int DATA_BYTES = 56;

    private static final int ICMP_HEADER_BYTES = 8;
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int PROTOCOL_ICMP = 1;
    private static final int PROTOCOL_ICMPV6 = 58;

    private final byte[] source;
    private final byte[] target;
    private final boolean ipv6;
    private final int identifier;

    EchoCodec(InetAddress source, InetAddress target, int identifier) {
        this.source = source.getAddress();
        this.target = target.getAddress();
        if (this.source.length != this.target.length) {
            throw new IllegalArgumentException(source + " and " + target + " are not of one version");
        }
        this.ipv6 = this.source.length == 16;
        this.identifier = identifier & 0xffff;
    }

    int packetBytes() {
        return headerBytes() + ICMP_HEADER_BYTES + DATA_BYTES;
    }

    private int headerBytes() {
        return ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES;
    }

    /** Writes an echo request of {@link #packetBytes} bytes. */
    void writeRequest(ByteBuffer buffer, int at, int sequence) {
        int icmpBytes = ICMP_HEADER_BYTES + DATA_BYTES;
        int icmp = at + headerBytes();
        if (ipv6) {
            buffer.putInt(at, 0x6000_0000);
            buffer.putShort(at + 4, (short) icmpBytes);
            buffer.put(at + 6, (byte) PROTOCOL_ICMPV6);
            buffer.put(at + 7, (byte) 64);
            buffer.put(at + 8, source);
            buffer.put(at + 24, target);
        } else {
            buffer.putShort(at, (short) 0x4500);
            buffer.putShort(at + 2, (short) packetBytes());
            buffer.putInt(at + 4, sequence << 16);
            buffer.put(at + 8, (byte) 64);
            buffer.put(at + 9, (byte) PROTOCOL_ICMP);
            buffer.putShort(at + 10, (short) 0);
            buffer.put(at + 12, source);
            buffer.put(at + 16, target);
            buffer.putShort(at + 10, (short) checksum(buffer, at, IPV4_HEADER_BYTES, 0));
        }
        buffer.put(icmp, (byte) (ipv6 ? 128 : 8));
        buffer.put(icmp + 1, (byte) 0);
        buffer.putShort(icmp + 2, (short) 0);
        buffer.putShort(icmp + 4, (short) identifier);
        buffer.putShort(icmp + 6, (short) sequence);
        for (int i = 0; i < DATA_BYTES; i++) {
            buffer.put(icmp + ICMP_HEADER_BYTES + i, (byte) i);
        }
        // The pseudo-header of IPv6: both addresses, which lie behind each other, the length and the protocol.
        int pseudo = ipv6 ? sum(buffer, at + 8, 32) + icmpBytes + PROTOCOL_ICMPV6 : 0;
        buffer.putShort(icmp + 2, (short) checksum(buffer, icmp, icmpBytes, pseudo));
    }

    /**
     * Recognises an answer to one of our requests.
     *
     * @return its 16-bit sequence number, or -1 for anything else
     */
    int readReply(ByteBuffer buffer, int at, int lengthBytes) {
        int icmp = at + headerBytes();
        if (lengthBytes < packetBytes()) {
            return -1;
        }
        int protocol = ipv6 ? buffer.get(at + 6) : buffer.get(at + 9);
        int version = (buffer.get(at) & 0xf0) >> 4;
        boolean matches = version == (ipv6 ? 6 : 4)
                && protocol == (ipv6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP)
                && buffer.get(icmp) == (ipv6 ? (byte) 129 : (byte) 0)
                && (buffer.getShort(icmp + 4) & 0xffff) == identifier;
        return matches ? buffer.getShort(icmp + 6) & 0xffff : -1;
    }

    private static int sum(ByteBuffer buffer, int at, int bytes) {
        int sum = 0;
        for (int i = 0; i < bytes; i += 2) {
            sum += buffer.getShort(at + i) & 0xffff;
        }
        return sum;
    }

    private static int checksum(ByteBuffer buffer, int at, int bytes, int start) {
        int sum = start + sum(buffer, at, bytes);
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~sum & 0xffff;
    }
}
