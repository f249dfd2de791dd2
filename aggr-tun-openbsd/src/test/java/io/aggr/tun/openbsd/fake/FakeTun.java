package io.aggr.tun.openbsd.fake;

import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Errno;
import io.aggr.tun.openbsd.internal.libc.Memory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * An open tun(4) descriptor. Its number is one end of a real socket pair, so that the borders of packets, truncation, polling and closing are those of
 * the test machine's kernel. The other end is the fake kernel's network stack, which answers echo requests and keeps what else arrives.
 */
final class FakeTun {

    private static final int PREFIX = 4;
    private static final int ICMP = 1;
    private static final int UDP = 17;

    final FakeInterface network;
    final int device;
    private final Release release;
    private final LinuxHost host;
    private final int kernel;
    private final Memory arrived = new Memory(PREFIX + 65_536);
    private final Memory leaving = new Memory(PREFIX + 65_536);
    private final Queue<byte[]> delivered = new ArrayDeque<>();
    private volatile boolean destroyed;
    volatile boolean discards;

    FakeTun(Release release, LinuxHost host, FakeInterface network, boolean isNonBlocking) {
        this.release = release;
        this.host = host;
        this.network = network;
        int[] ends = host.packetPair(isNonBlocking);
        device = ends[0];
        kernel = ends[1];
    }

    boolean isDestroyed() {
        return destroyed;
    }

    /** The interface is taken away while the device is open: who waits for it wakes up. */
    void destroy() {
        destroyed = true;
        host.close(kernel);
    }

    int close() {
        host.close(device);
        if (!destroyed) {
            host.close(kernel);
            return 0;
        }
        return -release.goneClose;
    }

    long read(long memory, long sizeBytes) {
        if (destroyed) {
            return -release.goneTransfer;
        }
        long count = host.read(device, memory, sizeBytes);
        return count == 0 && destroyed ? -release.goneTransfer : count;
    }

    synchronized long write(long memory, long sizeBytes) {
        if (destroyed) {
            return -release.goneTransfer;
        }
        if (sizeBytes < PREFIX || sizeBytes > release.longestWrite) {
            return -Errno.EMSGSIZE;
        }
        long count = host.write(device, memory, sizeBytes);
        if (count < 0) {
            throw new AssertionError("the socket pair took nothing: " + count);
        }
        int length = (int) host.read(kernel, arrived.address(), PREFIX + 65_536);
        if (length != sizeBytes) {
            throw new AssertionError("of " + sizeBytes + " bytes written " + length + " arrived");
        }
        int family = 0;
        for (int i = 0; i < PREFIX; i++) {
            family = family << 8 | Byte.toUnsignedInt(arrived.bytes().get(i));
        }
        if (family != Abi.AF_INET && family != Abi.AF_INET6) {
            return release.refusesUnknownFamilies() ? -Errno.EAFNOSUPPORT : sizeBytes;
        }
        if (!discards && length > PREFIX) {
            input(family, length - PREFIX);
        }
        return sizeBytes;
    }

    private void input(int family, int length) {
        int version = arrived.bytes().get(PREFIX) >>> 4 & 0xF;
        if (version != (family == Abi.AF_INET ? 4 : 6)) {
            // ip_input and ip6_input drop what is not theirs.
            return;
        }
        byte[] packet = new byte[length];
        arrived.bytes().get(PREFIX, packet);
        if (version == 4 && length >= 28 && packet[9] == ICMP && packet[20] == 8 && network.has(address(packet, 16))) {
            ByteBuffer reply = ByteBuffer.wrap(packet.clone());
            reply.put(12, packet, 16, 4).put(16, packet, 12, 4).put(8, (byte) 255);
            reply.putShort(10, (short) 0).putShort(10, checksum(reply, 0, 20));
            reply.put(20, (byte) 0).putShort(22, (short) 0).putShort(22, checksum(reply, 20, length));
            output(reply.array());
        } else {
            delivered.add(packet);
        }
    }

    /** Sends a packet into the device. */
    synchronized void output(byte[] packet) {
        boolean isIpv6 = (packet[0] & 0xF0) == 0x60;
        // The three bytes before it stay 0.
        leaving.bytes()
                .put(PREFIX - 1, (byte) (isIpv6 ? Abi.AF_INET6 : Abi.AF_INET))
                .put(PREFIX, packet);
        if (host.write(kernel, leaving.address(), PREFIX + packet.length) != PREFIX + packet.length) {
            throw new AssertionError("the socket pair is full");
        }
    }

    /** Sends a packet of another protocol into the device. */
    synchronized void outputRaw(byte[] bytes) {
        leaving.bytes().put(0, bytes);
        host.write(kernel, leaving.address(), bytes.length);
    }

    /** Sends a UDP datagram over IPv4 into the device. As the kernel does it: without DF, because OpenBSD does no path MTU discovery for UDP. */
    void outputUdp(InetAddress from, int fromPort, InetAddress to, int toPort, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(28 + payload.length);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity());
        packet.putInt(0x1234_0000).put((byte) 64).put((byte) UDP).putShort((short) 0);
        packet.put(from.getAddress()).put(to.getAddress());
        packet.putShort(10, checksum(packet, 0, 20));
        packet.putShort((short) fromPort).putShort((short) toPort).putShort((short) (8 + payload.length));
        packet.putShort((short) 0).put(payload);
        output(packet.array());
    }

    /** What was written and is no echo request to this machine. */
    synchronized byte @Nullable [] delivered() {
        return delivered.poll();
    }

    int nextPacketBytes() {
        return host.nextPacketBytes(device);
    }

    private static InetAddress address(byte[] packet, int at) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(packet, at, at + 4));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static short checksum(ByteBuffer packet, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += Byte.toUnsignedInt(packet.get(i)) << ((i - from) % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
