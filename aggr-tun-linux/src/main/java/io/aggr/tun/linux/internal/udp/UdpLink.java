package io.aggr.tun.linux.internal.udp;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import io.aggr.tun.linux.internal.libc.Descriptor;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A link over a UDP socket. Made by {@link UdpOpener}. */
final class UdpLink implements Link {

    private static final Logger log = LoggerFactory.getLogger(UdpLink.class);

    /** UDP and IPv4 headers (RFC 768, RFC 791). */
    private static final int IPV4_OVERHEAD_BYTES = 28;

    /** UDP and IPv6 headers (RFC 768, RFC 8200). */
    private static final int IPV6_OVERHEAD_BYTES = 48;

    /** Errors of others that one receive passes over to get at the datagrams behind them. */
    private static final int MOST_ERRORS = 4;

    private final String name;
    private final Descriptor socket;
    private final Watch watch;
    private final InetSocketAddress local;
    private final boolean isConnected;
    private final int maxDatagramBytes;
    private final boolean forbidsFragmentation;

    // Receiving thread.
    private final RemoteTable remotes;
    private final NativeMemory source = new NativeMemory(32);
    private final NativeMemory sourceBytes = new NativeMemory(4);
    private LinkFault receiveFault = LinkFault.NONE;
    private final AtomicLong oversized = new AtomicLong();

    // Sending thread.
    private LinkFault sendFault = LinkFault.NONE;

    /**
     * Takes over a socket.
     *
     * @param isConnected whether it takes datagrams only from the configured far end
     */
    UdpLink(
            String name,
            Descriptor socket,
            InetSocketAddress local,
            boolean isConnected,
            RemoteTable remotes,
            int maxDatagramBytes,
            boolean forbidsFragmentation) {
        this.name = name;
        this.socket = socket;
        this.watch = new Watch.FileDescriptor(socket.number());
        this.local = local;
        this.isConnected = isConnected;
        this.remotes = remotes;
        this.maxDatagramBytes = maxDatagramBytes;
        this.forbidsFragmentation = forbidsFragmentation;
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
    public int overheadBytes(int remote) {
        InetSocketAddress address = remotes.keptAddress(remote);
        boolean ipv4 =
                address == null ? remotes.family() == Libc.AF_INET : address.getAddress() instanceof Inet4Address;
        return ipv4 ? IPV4_OVERHEAD_BYTES : IPV6_OVERHEAD_BYTES;
    }

    @Override
    public int maxDatagramBytes() {
        return maxDatagramBytes;
    }

    @Override
    public boolean forbidsFragmentation() {
        return forbidsFragmentation;
    }

    @Override
    public int receive(PacketBatch batch) {
        if (!socket.acquire()) {
            receiveFault = LinkFault.CLOSED;
            return 0;
        }
        try {
            remotes.beginBatch();
            receiveFault = LinkFault.NONE;
            return receiveOneByOne(batch);
        } finally {
            socket.release();
        }
    }

    private int receiveOneByOne(PacketBatch batch) {
        long slab = NativeMemory.addressOf(batch);
        long from = isConnected ? 0 : source.address();
        long fromBytes = isConnected ? 0 : sourceBytes.address();
        int before = batch.size();
        int errors = 0;
        // Drops add nothing to the batch; so they are bounded too.
        int drops = 0;
        while (batch.nextRoomBytes() > 0 && !remotes.isFull() && drops < batch.capacity()) {
            int room = batch.nextRoomBytes();
            if (room < maxDatagramBytes && batch.size() > 0 && nextBytes() > room) {
                // It gets its room in the next batch.
                break;
            }
            int offset = batch.nextOffset();
            sourceBytes.buffer().putInt(0, SocketAddressCodec.IPV6_BYTES);
            // With MSG_TRUNC the answer is the datagram's length even if only a part fitted.
            long count = Libc.recvfrom(
                    socket.number(), slab + offset, room, Libc.MSG_TRUNC | Libc.MSG_DONTWAIT, from, fromBytes);
            if (count > room) {
                oversized.lazySet(oversized.get() + 1);
                drops++;
            } else if (count >= 0) {
                int remote = isConnected ? CONFIGURED_REMOTE : remotes.idOf(source.buffer(), 0);
                batch.add(offset, (int) count, remote);
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

    /** Length of the datagram at the head of the queue; 0 if there is none. */
    private long nextBytes() {
        long count = Libc.recvfrom(
                socket.number(), source.address(), 0, Libc.MSG_PEEK | Libc.MSG_TRUNC | Libc.MSG_DONTWAIT, 0, 0);
        return Math.max(count, 0);
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
    public int send(PacketBatch batch, int from, int count, int remote) {
        if (!socket.acquire()) {
            sendFault = LinkFault.CLOSED;
            return 0;
        }
        try {
            long to = isConnected ? 0 : remotes.nativeAddress(remote);
            if (isConnected ? remote != CONFIGURED_REMOTE : to == 0) {
                sendFault = LinkFault.OTHER;
                return 0;
            }
            sendFault = LinkFault.NONE;
            return sendOneByOne(batch, from, count, to, isConnected ? 0 : remotes.addressBytes());
        } finally {
            socket.release();
        }
    }

    private int sendOneByOne(PacketBatch batch, int from, int count, long to, int toBytes) {
        long slab = NativeMemory.addressOf(batch);
        int sent = 0;
        boolean isSecondTry = false;
        while (sent < count) {
            int index = from + sent;
            long result = Libc.sendto(
                    socket.number(), slab + batch.offset(index), batch.length(index), Libc.MSG_DONTWAIT, to, toBytes);
            if (result >= 0) {
                sent++;
                isSecondTry = false;
                continue;
            }
            int errno = Libc.errno();
            if (errno == Errno.EINTR) {
                continue;
            }
            LinkFault fault = LinkFaults.onSend(errno);
            if (isConnected && !isSecondTry && !fault.isTransient()) {
                // A connected socket reports an ICMP message, which anybody may have forged, instead of sending.
                // Reporting it clears it, so
                // what comes again is the system's own word.
                isSecondTry = true;
                continue;
            }
            sendFault = fault;
            break;
        }
        return sent;
    }

    @Override
    public LinkFault fault() {
        return sendFault;
    }

    @Override
    public boolean isKept(int remote) {
        return remotes.keptAddress(remote) != null;
    }

    @Override
    public int keep(int remote) {
        return remotes.keep(remote);
    }

    @Override
    public void release(int remote) {
        remotes.release(remote);
    }

    @Override
    public @Nullable SocketAddress address(int remote) {
        return remotes.address(remote);
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    public void close() {
        // Shutting down ends the wait of whoever polls the descriptor; closing would not.
        if (socket.acquire()) {
            Libc.shutdown(socket.number(), Libc.SHUT_RDWR);
            socket.release();
            socket.close(() -> {});
            log.info("link {} closed", name);
        }
    }
}
