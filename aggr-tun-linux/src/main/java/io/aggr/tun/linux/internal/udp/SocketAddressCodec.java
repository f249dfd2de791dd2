package io.aggr.tun.linux.internal.udp;

import io.aggr.tun.linux.internal.libc.Libc;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * The structures {@code sockaddr_in} (ip(7)) and {@code sockaddr_in6} (ipv6(7)) in memory of the machine's byte order. Port and address
 * are in network byte order inside them.
 */
final class SocketAddressCodec {

    /** Bytes of {@code struct sockaddr_in}. */
    static final int IPV4_BYTES = 16;

    /** Bytes of {@code struct sockaddr_in6}. */
    static final int IPV6_BYTES = 28;

    private static final int PORT = 2;
    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;
    private static final int IPV6_SCOPE = 24;

    private SocketAddressCodec() {}

    /**
     * Writes an address.
     *
     * @param asIpv6 whether the socket is one of IPv6; an IPv4 address is mapped then (RFC 4291 section 2.5.5.2)
     * @return bytes of the structure
     */
    static int write(ByteBuffer memory, int at, InetSocketAddress address, boolean asIpv6) {
        byte[] bytes = address.getAddress().getAddress();
        putPort(memory, at, address.getPort());
        if (!asIpv6) {
            memory.putShort(at, (short) Libc.AF_INET)
                    .put(at + IPV4_ADDRESS, bytes)
                    .putLong(at + 8, 0);
            return IPV4_BYTES;
        }
        memory.putShort(at, (short) Libc.AF_INET6).putInt(at + 4, 0);
        if (bytes.length == 16) {
            memory.put(at + IPV6_ADDRESS, bytes);
        } else {
            memory.putLong(at + IPV6_ADDRESS, 0)
                    .put(at + 16, (byte) 0)
                    .put(at + 17, (byte) 0)
                    .put(at + 18, (byte) 0xff)
                    .put(at + 19, (byte) 0xff)
                    .put(at + 20, bytes);
        }
        memory.putInt(at + IPV6_SCOPE, address.getAddress() instanceof Inet6Address six ? six.getScopeId() : 0);
        return IPV6_BYTES;
    }

    /** Reads an address; a mapped IPv4 address becomes a plain one. */
    static InetSocketAddress read(ByteBuffer memory, int at) {
        int port = Byte.toUnsignedInt(memory.get(at + PORT)) << 8 | Byte.toUnsignedInt(memory.get(at + PORT + 1));
        try {
            if (memory.getShort(at) == Libc.AF_INET) {
                byte[] bytes = new byte[4];
                memory.get(at + IPV4_ADDRESS, bytes);
                return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
            }
            byte[] bytes = new byte[16];
            memory.get(at + IPV6_ADDRESS, bytes);
            int scope = memory.getInt(at + IPV6_SCOPE);
            InetAddress address = InetAddress.getByAddress(bytes);
            if (scope != 0 && address instanceof Inet6Address) {
                address = Inet6Address.getByAddress(null, bytes, scope);
            }
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of another length", e);
        }
    }

    private static void putPort(ByteBuffer memory, int at, int port) {
        memory.put(at + PORT, (byte) (port >>> 8)).put(at + PORT + 1, (byte) port);
    }
}
