package io.aggr.tun.linux.internal.ipip;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import io.aggr.tun.linux.internal.udp.LinkFaults;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over a raw socket of protocol 4. The kernel puts the outer header in front of what is sent, and puts pieces together before it delivers;
 * what is received begins with the outer header, which is left out here. Made by {@link RawOpener}.
 */
final class RawLink implements Link {

    /** The far end of a packet that did not come from the configured one: nobody can send to it or keep it. */
    private static final int STRANGER = 1;

    private static final Logger log = LoggerFactory.getLogger(RawLink.class);
    private static final int ADDRESS_BYTES = 16;
    private static final int SOURCE_ADDRESS = 12;
    private static final int MOST_ERRORS = 4;

    private final String name;
    private final Neighbours.Tunnel tunnel;
    private final Watch watch;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final int maxDatagramBytes;
    private final NativeMemory to = new NativeMemory(ADDRESS_BYTES);

    // Receiving thread.
    private LinkFault receiveFault = LinkFault.NONE;
    private final AtomicLong oversized = new AtomicLong();

    // Sending thread.
    private LinkFault sendFault = LinkFault.NONE;

    RawLink(
            String name,
            Neighbours.Tunnel tunnel,
            InetSocketAddress local,
            InetSocketAddress remote,
            int maxDatagramBytes) {
        this.name = name;
        this.tunnel = tunnel;
        this.local = local;
        this.remote = remote;
        this.maxDatagramBytes = maxDatagramBytes;
        watch = new Watch.FileDescriptor(tunnel.socket().number());
        writeAddress(to.buffer(), remote);
    }

    /** Writes {@code struct sockaddr_in} (ip(7)) into memory of the machine's byte order. */
    static void writeAddress(ByteBuffer memory, InetSocketAddress address) {
        int port = address.getPort();
        memory.putShort(0, (short) Libc.AF_INET)
                .put(2, (byte) (port >>> 8))
                .put(3, (byte) port)
                .put(4, address.getAddress().getAddress())
                .putLong(8, 0);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Watch watch() {
        return watch;
    }

    @Override
    public int overheadBytes(int far) {
        return RawOpener.OVERHEAD_BYTES;
    }

    @Override
    public int maxDatagramBytes() {
        return maxDatagramBytes;
    }

    @Override
    public boolean forbidsFragmentation() {
        return true;
    }

    @Override
    public int receive(PacketBatch batch) {
        if (!tunnel.socket().acquire()) {
            receiveFault = LinkFault.CLOSED;
            return 0;
        }
        try {
            receiveFault = LinkFault.NONE;
            return receiveOneByOne(batch);
        } finally {
            tunnel.socket().release();
        }
    }

    private int receiveOneByOne(PacketBatch batch) {
        long slab = NativeMemory.addressOf(batch);
        int before = batch.size();
        int errors = 0;
        int drops = 0;
        while (batch.nextRoomBytes() > 0 && drops < batch.capacity()) {
            int room = batch.nextRoomBytes();
            if (room < maxDatagramBytes + RawOpener.OVERHEAD_BYTES && batch.size() > 0 && nextBytes() > room) {
                // It gets its room in the next batch.
                break;
            }
            int offset = batch.nextOffset();
            long count = Libc.recvfrom(
                    tunnel.socket().number(), slab + offset, room, Libc.MSG_TRUNC | Libc.MSG_DONTWAIT, 0, 0);
            if (count > room) {
                oversized.lazySet(oversized.get() + 1);
                drops++;
            } else if (count >= 0) {
                add(batch, offset, (int) count);
            } else {
                int errno = Libc.errno();
                if (errno == Errno.EAGAIN) {
                    break;
                }
                if (errno != Errno.EINTR) {
                    receiveFault = LinkFaults.onReceive(errno);
                    if (++errors == MOST_ERRORS) {
                        break;
                    }
                }
            }
        }
        return batch.size() - before;
    }

    /** Length of the packet at the head of the queue; 0 if there is none. */
    private long nextBytes() {
        long count = Libc.recvfrom(
                tunnel.socket().number(), to.address(), 0, Libc.MSG_PEEK | Libc.MSG_TRUNC | Libc.MSG_DONTWAIT, 0, 0);
        return Math.max(count, 0);
    }

    /** The kernel has checked the outer header. */
    private void add(PacketBatch batch, int offset, int length) {
        ByteBuffer bytes = batch.buffer();
        int headerBytes = Math.min(length, (bytes.get(offset) & 0x0F) << 2);
        boolean isFarEnd =
                length >= RawOpener.OVERHEAD_BYTES && bytes.getInt(offset + SOURCE_ADDRESS) == tunnel.remote();
        batch.add(offset + headerBytes, length - headerBytes, isFarEnd ? CONFIGURED_REMOTE : STRANGER);
    }

    @Override
    public LinkFault receiveFault() {
        return receiveFault;
    }

    @Override
    public long oversizedDatagrams() {
        return oversized.get();
    }

    @Override
    public int send(PacketBatch batch, int from, int count, int far) {
        if (!tunnel.socket().acquire()) {
            sendFault = LinkFault.CLOSED;
            return 0;
        }
        try {
            if (far != CONFIGURED_REMOTE) {
                sendFault = LinkFault.OTHER;
                return 0;
            }
            sendFault = LinkFault.NONE;
            return sendOneByOne(batch, from, count);
        } finally {
            tunnel.socket().release();
        }
    }

    private int sendOneByOne(PacketBatch batch, int from, int count) {
        long slab = NativeMemory.addressOf(batch);
        int sent = 0;
        while (sent < count) {
            int index = from + sent;
            long result = Libc.sendto(
                    tunnel.socket().number(),
                    slab + batch.offset(index),
                    batch.length(index),
                    Libc.MSG_DONTWAIT,
                    to.address(),
                    ADDRESS_BYTES);
            if (result >= 0) {
                sent++;
                continue;
            }
            int errno = Libc.errno();
            if (errno != Errno.EINTR) {
                sendFault = LinkFaults.onSend(errno);
                break;
            }
        }
        return sent;
    }

    @Override
    public LinkFault fault() {
        return sendFault;
    }

    @Override
    public boolean isKept(int far) {
        return far == CONFIGURED_REMOTE;
    }

    /** Strangers are not kept: a tunnel has one far end. */
    @Override
    public int keep(int far) {
        return far;
    }

    @Override
    public void release(int far) {}

    @Override
    public @Nullable SocketAddress address(int far) {
        return far == CONFIGURED_REMOTE ? remote : null;
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    public void close() {
        if (tunnel.socket().acquire()) {
            Neighbours.remove(tunnel);
            Libc.shutdown(tunnel.socket().number(), Libc.SHUT_RDWR);
            tunnel.socket().release();
            tunnel.socket().close(() -> {});
            log.info("link {} closed", name);
        }
    }
}
