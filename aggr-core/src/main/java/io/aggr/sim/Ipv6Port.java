package io.aggr.sim;

import java.nio.ByteBuffer;

/**
 * Makes IPv6 of the packets of a host that speaks IPv4, and back, as a translator between the two does (RFC 7915): so the hosts of the simulation
 * have both. An address such as {@code 10.1.0.1} is {@code fd00:1::10.1.0.1} on the other side.
 */
final class Ipv6Port implements PacketPort {
    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int ICMP_CHECKSUM = 2;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REQUEST_V6 = 128;
    private static final int ECHO_REPLY_V6 = 129;
    private static final int TOO_BIG_V6 = 2;
    private static final int UNREACHABLE = 3;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int QUOTED_BYTES = 28;

    private final PacketPort port;
    private final ByteBuffer out = ByteBuffer.allocate(1 << 16);
    private final ByteBuffer in = ByteBuffer.allocate(1 << 16);
    private long untranslatable;

    /** Stands in front of a port that carries IPv6. */
    Ipv6Port(PacketPort port) {
        this.port = port;
    }

    /** Packets that came in and are nothing that a host of the simulation would understand. */
    long untranslatable() {
        return untranslatable;
    }

    @Override
    public void send(ByteBuffer packet) {
        int ip = packet.position();
        int bytes = packet.remaining() - IPV4_BYTES;
        int protocol = packet.get(ip + 9);
        out.clear();
        out.putInt(0, 0x6000_0000 | (packet.get(ip + 1) & 0xFF) << 20);
        out.putShort(4, (short) bytes);
        out.put(6, (byte) (protocol == ICMP ? ICMPV6 : protocol));
        out.put(7, packet.get(ip + 8));
        putAddress(8, packet.getInt(ip + 12));
        putAddress(24, packet.getInt(ip + 16));
        out.put(IPV6_BYTES, packet, ip + IPV4_BYTES, bytes);
        if (protocol == ICMP) {
            int type = packet.get(ip + IPV4_BYTES);
            out.put(IPV6_BYTES, (byte) (type == ECHO_REQUEST ? ECHO_REQUEST_V6 : ECHO_REPLY_V6));
        }
        seal(out, protocol == ICMP ? ICMPV6 : protocol, bytes);
        port.send(out.limit(IPV6_BYTES + bytes));
    }

    private void putAddress(int at, int address) {
        out.putLong(at, 0xFD00_0000_0000_0000L | (long) (address >>> 16 & 0xFF) << 32);
        out.putLong(at + 8, address & 0xFFFF_FFFFL);
    }

    private static int checksumAt(int transport) {
        return transport == TCP ? TCP_CHECKSUM : UDP_CHECKSUM;
    }

    private static void seal(ByteBuffer packet, int nextHeader, int bytes) {
        int at = IPV6_BYTES + (nextHeader == ICMPV6 ? ICMP_CHECKSUM : checksumAt(nextHeader));
        packet.putShort(at, (short) 0);
        long sum = Checksums.sum(packet, 8, 32) + bytes + nextHeader + Checksums.sum(packet, IPV6_BYTES, bytes);
        packet.putShort(at, (short) Checksums.fold(sum));
    }

    @Override
    public void receiveWith(Receiver receiver) {
        port.receiveWith(packet -> {
            if (translateBack(packet)) {
                receiver.onPacket(in);
            } else {
                untranslatable++;
            }
        });
    }

    private boolean translateBack(ByteBuffer packet) {
        int ip = packet.position();
        if (packet.remaining() < IPV6_BYTES + 8 || (packet.get(ip) & 0xF0) != 0x60) {
            return false;
        }
        int bytes = packet.remaining() - IPV6_BYTES;
        int nextHeader = packet.get(ip + 6);
        long sum =
                Checksums.sum(packet, ip + 8, 32) + bytes + nextHeader + Checksums.sum(packet, ip + IPV6_BYTES, bytes);
        if (Checksums.fold(sum) != 0) {
            return false;
        }
        in.clear();
        if (nextHeader == TCP || nextHeader == UDP) {
            int checksum = IPV4_BYTES + checksumAt(nextHeader);
            in.put(IPV4_BYTES, packet, ip + IPV6_BYTES, bytes);
            header(packet, ip, nextHeader, bytes);
            in.putShort(checksum, (short) 0);
            long inSum = Checksums.pseudoHeaderSum(in, 0, nextHeader, bytes) + Checksums.sum(in, IPV4_BYTES, bytes);
            in.putShort(checksum, (short) Checksums.fold(inSum));
            return true;
        }
        return nextHeader == ICMPV6 && translateIcmp(packet, ip, bytes);
    }

    private boolean translateIcmp(ByteBuffer packet, int ip, int bytes) {
        int type = packet.get(ip + IPV6_BYTES) & 0xFF;
        int icmpBytes = bytes;
        switch (type) {
            case ECHO_REQUEST_V6, ECHO_REPLY_V6 -> {
                in.put(IPV4_BYTES, packet, ip + IPV6_BYTES, bytes);
                in.put(IPV4_BYTES, (byte) (type == ECHO_REQUEST_V6 ? ECHO_REQUEST : ECHO_REPLY));
            }
            case TOO_BIG_V6 -> {
                int quoted = ip + IPV6_BYTES + 8;
                if (packet.limit() - quoted < IPV6_BYTES + 8) {
                    return false;
                }
                icmpBytes = 8 + QUOTED_BYTES;
                int mtuBytes = packet.getInt(ip + IPV6_BYTES + 4) - IPV4_BYTES;
                in.putInt(IPV4_BYTES, UNREACHABLE << 24 | FRAGMENTATION_NEEDED << 16);
                in.putInt(IPV4_BYTES + 4, mtuBytes);
                quote(packet, quoted);
            }
            default -> {
                return false;
            }
        }
        header(packet, ip, ICMP, icmpBytes);
        in.putShort(IPV4_BYTES + ICMP_CHECKSUM, (short) 0);
        in.putShort(IPV4_BYTES + ICMP_CHECKSUM, (short) Checksums.fold(Checksums.sum(in, IPV4_BYTES, icmpBytes)));
        return true;
    }

    /** What the host needs of the packet that was too big: addresses, protocol and ports. */
    private void quote(ByteBuffer packet, int quoted) {
        int at = IPV4_BYTES + 8;
        in.putLong(at, 0x4500_0000_0000_0000L);
        in.putInt(at + 8, (packet.get(quoted + 6) & 0xFF) << 16);
        in.putInt(at + 12, packet.getInt(quoted + 20));
        in.putInt(at + 16, packet.getInt(quoted + 36));
        in.put(at + IPV4_BYTES, packet, quoted + IPV6_BYTES, 8);
    }

    private void header(ByteBuffer packet, int ip, int protocol, int bytes) {
        in.limit(IPV4_BYTES + bytes);
        int ecn = packet.getInt(ip) >>> 20 & 3;
        TcpSegment.writeIpHeader(in, protocol, 0, packet.getInt(ip + 20), packet.getInt(ip + 36), ecn);
    }
}
