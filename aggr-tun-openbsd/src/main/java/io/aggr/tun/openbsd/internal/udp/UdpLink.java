package io.aggr.tun.openbsd.internal.udp;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Descriptor;
import io.aggr.tun.openbsd.internal.libc.Errno;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.Memory;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over a UDP socket of one family. Made by {@link UdpOpener}.
 *
 * <p>The kernel would cut an IPv4 datagram that is too long for the interface into fragments, so the link refuses it itself.
 */
final class UdpLink implements Link {

    private static final Logger log = LoggerFactory.getLogger(UdpLink.class);

    /** UDP and IPv4 headers (RFC 768, RFC 791). */
    static final int IPV4_OVERHEAD_BYTES = 28;

    /** UDP and IPv6 headers (RFC 768, RFC 8200). */
    static final int IPV6_OVERHEAD_BYTES = 48;

    /** Errors about earlier datagrams that one receive passes over to get at what has arrived. */
    private static final int MOST_ERRORS = 4;

    private static final int IOVEC_AT = Abi.Msghdr.SIZE;
    private static final int NAME_AT = IOVEC_AT + Abi.Iovec.SIZE;

    /** What is told about a socket when a link is made of it. */
    record Socket(
            String name,
            Descriptor descriptor,
            InetSocketAddress local,
            @Nullable InetSocketAddress remote,
            boolean isIpv6,
            int maxDatagramBytes,
            boolean forbidsFragmentation) {}

    private final Libc libc;
    private final Socket socket;
    private final Descriptor descriptor;
    private final Watch watch;
    private final boolean isConnected;
    private final FarEnds farEnds;

    // Receiving thread: a msghdr, its iovec, and the name that is filled in.
    private final Memory message = new Memory(NAME_AT + Abi.SockaddrIn6.SIZE);
    private final ByteBuffer sender;
    private final AtomicLong oversized = new AtomicLong();
    private LinkFault receiveFault = LinkFault.NONE;

    // Sending thread.
    private LinkFault sendFault = LinkFault.NONE;

    /** Takes over a socket. */
    UdpLink(Libc libc, Socket socket) {
        this.libc = libc;
        this.socket = socket;
        descriptor = socket.descriptor();
        watch = new Watch.FileDescriptor(descriptor.number());
        isConnected = socket.remote() != null;
        farEnds = new FarEnds(socket.isIpv6(), socket.remote());
        sender = message.bytes()
                .slice(NAME_AT, Abi.SockaddrIn6.SIZE)
                .order(message.bytes().order());
        message.bytes()
                .putLong(Abi.Msghdr.MSG_NAME, isConnected ? 0 : message.address() + NAME_AT)
                .putLong(Abi.Msghdr.MSG_IOV, message.address() + IOVEC_AT)
                .putInt(Abi.Msghdr.MSG_IOVLEN, 1);
    }

    @Override
    public String name() {
        return socket.name();
    }

    @Override
    public Watch watch() {
        return watch;
    }

    @Override
    public int overheadBytes(int remote) {
        return socket.isIpv6() ? IPV6_OVERHEAD_BYTES : IPV4_OVERHEAD_BYTES;
    }

    @Override
    public int maxDatagramBytes() {
        return socket.maxDatagramBytes();
    }

    @Override
    public boolean forbidsFragmentation() {
        return socket.forbidsFragmentation();
    }

    @Override
    public int receive(PacketBatch batch) {
        long entered = descriptor.enter();
        if (entered == 0) {
            receiveFault = LinkFault.CLOSED;
            return 0;
        }
        try {
            receiveFault = LinkFault.NONE;
            farEnds.beginBatch();
            int before = batch.size();
            receive(batch, Memory.addressOf(batch));
            return batch.size() - before;
        } finally {
            descriptor.leave(entered);
        }
    }

    private void receive(PacketBatch batch, long slab) {
        int errors = 0;
        // Drops add nothing to the batch; so they are bounded too.
        int drops = 0;
        while (batch.nextRoomBytes() > 0 && !farEnds.isFull() && drops < batch.capacity() && errors < MOST_ERRORS) {
            int room = batch.nextRoomBytes();
            long memory = slab + batch.nextOffset();
            if (room < socket.maxDatagramBytes() && batch.size() > 0 && isCutBy(memory, room)) {
                // It gets its room in the next batch.
                return;
            }
            long count = receiveOne(memory, room, Abi.MSG_DONTWAIT);
            if (count < 0) {
                if (count == -Errno.EAGAIN) {
                    return;
                }
                if (count != -Errno.EINTR) {
                    receiveFault = LinkFaults.onReceive((int) -count);
                    errors++;
                }
            } else if (isCut()) {
                oversized.lazySet(oversized.get() + 1);
                drops++;
            } else {
                batch.add(batch.nextOffset(), (int) count, isConnected ? CONFIGURED_REMOTE : farEnds.idOf(sender));
            }
        }
    }

    /** Whether the datagram at the head of the queue is longer than some room. It stays there. */
    private boolean isCutBy(long memory, int room) {
        return receiveOne(memory, room, Abi.MSG_PEEK | Abi.MSG_DONTWAIT) >= 0 && isCut();
    }

    private boolean isCut() {
        return (message.bytes().getInt(Abi.Msghdr.MSG_FLAGS) & Abi.MSG_TRUNC) != 0;
    }

    private long receiveOne(long memory, int room, int flags) {
        message.bytes()
                .putInt(Abi.Msghdr.MSG_NAMELEN, isConnected ? 0 : Abi.SockaddrIn6.SIZE)
                .putLong(IOVEC_AT + Abi.Iovec.IOV_BASE, memory)
                .putLong(IOVEC_AT + Abi.Iovec.IOV_LEN, room);
        return libc.recvmsg(descriptor.number(), message.address(), flags);
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
        long entered = descriptor.enter();
        if (entered == 0) {
            sendFault = LinkFault.CLOSED;
            return 0;
        }
        FarEnds.Kept far = farEnds.kept(remote);
        try {
            if (far == null || (isConnected && remote != CONFIGURED_REMOTE)) {
                sendFault = LinkFault.OTHER;
                return 0;
            }
            sendFault = LinkFault.NONE;
            return send(batch, from, count, far);
        } finally {
            // The kernel has read its address from a structure that lies in it.
            Reference.reachabilityFence(far);
            descriptor.leave(entered);
        }
    }

    private int send(PacketBatch batch, int from, int count, FarEnds.Kept far) {
        long slab = Memory.addressOf(batch);
        long to = isConnected ? 0 : far.nativeAddress();
        int toBytes = isConnected ? 0 : far.nativeBytes();
        int sent = 0;
        boolean isSecondTry = false;
        while (sent < count) {
            int length = batch.length(from + sent);
            if (length > socket.maxDatagramBytes()) {
                sendFault = LinkFault.TOO_LARGE;
                break;
            }
            long result = libc.sendto(
                    descriptor.number(), slab + batch.offset(from + sent), length, Abi.MSG_DONTWAIT, to, toBytes);
            if (result >= 0) {
                sent++;
                isSecondTry = false;
            } else if (result != -Errno.EINTR) {
                LinkFault fault = LinkFaults.onSend((int) -result);
                if (!isConnected || isSecondTry || fault.isTransient()) {
                    sendFault = fault;
                    break;
                }
                // A connected socket tells of an ICMP message, which anybody may have forged, instead of sending.
                // Telling clears it, so what comes again is the system's own word.
                isSecondTry = true;
            }
        }
        return sent;
    }

    @Override
    public LinkFault fault() {
        return sendFault;
    }

    @Override
    public boolean isKept(int remote) {
        return farEnds.kept(remote) != null;
    }

    @Override
    public int keep(int remote) {
        return farEnds.keep(remote);
    }

    @Override
    public void release(int remote) {
        farEnds.release(remote);
    }

    @Override
    public @Nullable SocketAddress address(int remote) {
        return farEnds.address(remote);
    }

    @Override
    public SocketAddress localAddress() {
        return socket.local();
    }

    @Override
    public void close() {
        // Shutting the socket down ends the wait of whoever polls it; closing would not.
        if (descriptor.close(() -> libc.shutdown(descriptor.number(), Abi.SHUT_RDWR))) {
            log.info("link {} closed", socket.name());
        }
    }
}
