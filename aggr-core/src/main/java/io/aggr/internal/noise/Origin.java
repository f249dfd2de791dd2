package io.aggr.internal.noise;

import io.aggr.encap.HandshakeSource;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Who has to answer for a datagram: an IPv4 address, or the 64 bits of an IPv6 network, since a host has all addresses of that. Where a link has
 * other addresses or none, the far end as the link knows it.
 *
 * @param kind 4, 6, or 0
 * @param number the address, the network, or link and far end
 */
record Origin(int kind, long number) {

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    static Origin of(HandshakeSource source) {
        if (source.address() instanceof InetSocketAddress inet && inet.getAddress() != null) {
            ByteBuffer address = ByteBuffer.wrap(inet.getAddress().getAddress());
            return address.capacity() == IPV4_BYTES
                    ? new Origin(4, address.getInt(0))
                    : new Origin(6, address.getLong(0));
        }
        return new Origin(0, (long) source.localLink() << Integer.SIZE | (source.remote() & 0xFFFF_FFFFL));
    }

    /** What a cookie is bound to: address and port. */
    static byte[] address(HandshakeSource source) {
        if (source.address() instanceof InetSocketAddress inet && inet.getAddress() != null) {
            byte[] address = inet.getAddress().getAddress();
            return ByteBuffer.allocate(address.length + 2)
                    .put(address)
                    .putShort((short) inet.getPort())
                    .array();
        }
        return ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(source.localLink())
                .putInt(source.remote())
                .array();
    }

    /** Writes family, port and address as RESP tells them: 1, 2 and 16 bytes, all zero if unknown. */
    static void putObserved(HandshakeSource source, ByteBuffer target) {
        int start = target.position();
        if (source.address() instanceof InetSocketAddress inet && inet.getAddress() != null) {
            byte[] address = inet.getAddress().getAddress();
            target.put((byte) (address.length == IPV4_BYTES ? 4 : 6))
                    .putShort((short) inet.getPort())
                    .put(address);
        }
        target.position(start + 1 + 2 + IPV6_BYTES);
    }
}
