package io.aggr.badinput;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Inner packets to start from. */
final class Packets {

    private Packets() {}

    /** A UDP packet from peer {@code a}'s network to the hub's. */
    static byte[] good(int bytes) {
        return udp("10.2.0.9", "10.1.0.1", 5000, bytes);
    }

    static byte[] udp(String from, String to, int port, int bytes) {
        ByteBuffer packet = ByteBuffer.allocate(bytes);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) bytes);
        packet.putInt(0x1234_4000).put((byte) 64).put((byte) 17).putShort((short) 0);
        packet.put(address(from)).put(address(to));
        packet.putShort((short) 5000)
                .putShort((short) port)
                .putShort((short) (bytes - 20))
                .putShort((short) 0);
        return repair(packet.array());
    }

    /** An IPv6 packet without payload header. */
    static byte[] ipv6(String from, String to, int bytes) {
        ByteBuffer packet = ByteBuffer.allocate(bytes);
        packet.putInt(0x6000_0000).putShort((short) (bytes - 40)).put((byte) 59).put((byte) 64);
        packet.put(address(from)).put(address(to));
        return packet.array();
    }

    /** Puts the header checksum of an IPv4 packet right. */
    static byte[] repair(byte[] bytes) {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        packet.putShort(10, (short) 0);
        long sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += packet.getShort(i) & 0xFFFF;
        }
        while (sum > 0xFFFF) {
            sum = (sum >> 16) + (sum & 0xFFFF);
        }
        packet.putShort(10, (short) ~sum);
        return bytes;
    }

    static byte[] with(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] address(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
