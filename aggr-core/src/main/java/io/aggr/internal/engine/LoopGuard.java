package io.aggr.internal.engine;

import io.aggr.internal.packet.InnerPackets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Knows where the datagrams of the tunnel go, so that none of them is sent through the tunnel: a route that leads the tunnel into itself would fill
 * all lines with headers (RFC 2003 section 4).
 *
 * <p>Confined to one thread. Looking allocates nothing.
 */
final class LoopGuard {

    private static final int ANY = -1;
    private static final int IPV4_BYTES = 4;
    private static final int DESTINATION_PORT = 2;

    private long[] high = new long[4];
    private long[] low = new long[4];
    private int[] ports = new int[4];
    private int count;
    private boolean told;

    LoopGuard() {
        Arrays.fill(ports, ANY);
    }

    /** Sets the so many-th end; null or something that is no internet address for none. */
    void put(int index, @Nullable SocketAddress end) {
        if (index >= ports.length) {
            int before = ports.length;
            int size = Math.max(2 * before, index + 1);
            high = Arrays.copyOf(high, size);
            low = Arrays.copyOf(low, size);
            ports = Arrays.copyOf(ports, size);
            Arrays.fill(ports, before, size, ANY);
        }
        count = Math.max(count, index + 1);
        ports[index] = ANY;
        if (end instanceof InetSocketAddress inet && inet.getAddress() != null) {
            InetAddress address = inet.getAddress();
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            boolean ipv4 = bytes.capacity() == IPV4_BYTES;
            high[index] = ipv4 ? 0 : bytes.getLong(0);
            low[index] = ipv4 ? bytes.getInt(0) & 0xFFFF_FFFFL : bytes.getLong(Long.BYTES);
            ports[index] = inet.getPort();
        }
    }

    /** Whether a checked packet is a datagram to one of the ends. */
    boolean isLoop(ByteBuffer buffer, int offset, int lengthBytes) {
        if (count == 0) {
            return false;
        }
        boolean ipv4 = InnerPackets.isIpv4(buffer, offset);
        int protocol = buffer.get(offset + (ipv4 ? 9 : 6)) & 0xFF;
        int headerBytes = InnerPackets.headerBytes(buffer, offset);
        if (protocol != InnerPackets.UDP
                || lengthBytes < headerBytes + 2 * DESTINATION_PORT
                || (ipv4 && (buffer.getShort(offset + 6) & 0x1FFF) != 0)) {
            return false;
        }
        int port = buffer.getShort(offset + headerBytes + DESTINATION_PORT) & 0xFFFF;
        for (int i = 0; i < count; i++) {
            if (ports[i] == port && isAddress(i, ipv4, buffer, offset)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAddress(int index, boolean ipv4, ByteBuffer buffer, int offset) {
        return ipv4
                ? high[index] == 0 && low[index] == (InnerPackets.destinationIpv4(buffer, offset) & 0xFFFF_FFFFL)
                : high[index] == InnerPackets.destinationIpv6High(buffer, offset)
                        && low[index] == InnerPackets.destinationIpv6Low(buffer, offset);
    }

    /** Whether this is the first loop that is found: one warning is enough. */
    boolean isFirst() {
        boolean first = !told;
        told = true;
        return first;
    }
}
