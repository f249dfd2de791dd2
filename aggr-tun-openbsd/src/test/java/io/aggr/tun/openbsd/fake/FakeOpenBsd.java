package io.aggr.tun.openbsd.fake;

import io.aggr.tun.IpPrefix;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Errno;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.Platform;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A kernel that answers system calls as OpenBSD does, as far as the module makes them: the rules of tun(4), interfaces with flags, MTU and addresses,
 * UDP sockets with routing tables. Descriptors are real ones of the test machine, so reading, writing, polling and closing go through the module's own
 * JNA binding and the real C library.
 *
 * <p>What it cannot show: whether the numbers and layouts are right (for that there is the list from OpenBSD's headers), and how a real network stack
 * treats what arrives.
 */
public final class FakeOpenBsd implements Libc {

    private static final int MOST_DESCRIPTORS = 65_536;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** What a socket buffer can be at most (SB_MAX of sys/socketvar.h). */
    private static final int LARGEST_BUFFER_BYTES = 2 << 20;

    private final Release release;
    private final LinuxHost host = new LinuxHost();
    private final InterfaceIoctls ioctls = new InterfaceIoctls(this);
    private final Set<String> nodes = new HashSet<>(List.of("tun0", "tun1", "tun2", "tun3"));
    private final Set<String> forbidden = new HashSet<>();
    private final Set<Integer> tables = new HashSet<>(List.of(0));
    private final TreeMap<String, FakeInterface> interfaces = new TreeMap<>();
    private final @Nullable FakeTun[] tuns = new FakeTun[MOST_DESCRIPTORS];
    private final @Nullable FakeSocket[] sockets = new FakeSocket[MOST_DESCRIPTORS];
    private final Set<Integer> open = new HashSet<>();
    private boolean isRoot = true;
    private volatile long tickNanos;
    private volatile boolean anyDestroyed;

    /** A socket: OpenBSD's part of it. */
    private static final class FakeSocket {
        final LinuxHost.Addresses sending = new LinuxHost.Addresses();
        final LinuxHost.Addresses receiving = new LinuxHost.Addresses();
        final View target = new View(Abi.SockaddrIn6.SIZE);
        final int family;
        boolean hasPort;
        int table;

        FakeSocket(int family) {
            this.family = family;
        }
    }

    public FakeOpenBsd(Release release) {
        this.release = release;
    }

    /** The machine with this kernel. */
    public Platform platform() {
        return new Platform("OpenBSD", "amd64", this);
    }

    public Release release() {
        return release;
    }

    // What somebody else does on the machine.

    /** {@code ifconfig NAME create}. */
    public synchronized FakeInterface createInterface(String name) {
        FakeInterface created = new FakeInterface(name, false);
        interfaces.put(name, created);
        return created;
    }

    /** {@code ifconfig NAME destroy}. */
    public synchronized void destroyInterface(String name) {
        interfaces.remove(name);
        for (FakeTun tun : tuns) {
            if (tun != null && !tun.isDestroyed() && tun.network.name.equals(name)) {
                anyDestroyed = true;
                tun.destroy();
            }
        }
    }

    /** From now on a sleeper wakes at a tick of the clock, as on a real one; at most two ticks late. */
    public void tickEvery(long nanos) {
        tickNanos = nanos;
    }

    private long coarse(long timeout) {
        ByteBuffer asked = View.bytes(timeout, Abi.Timespec.SIZE);
        long nanos = asked.getLong(Abi.Timespec.TV_SEC) * NANOS_PER_SECOND + asked.getLong(Abi.Timespec.TV_NSEC);
        if (nanos > 0) {
            // Rounded up, and a tick more, because the present one has begun already; ticks come at multiples.
            long now = System.nanoTime();
            long ticks = (nanos + tickNanos - 1) / tickNanos + 1;
            nanos = (now / tickNanos + ticks) * tickNanos - now;
            asked.putLong(Abi.Timespec.TV_SEC, nanos / NANOS_PER_SECOND)
                    .putLong(Abi.Timespec.TV_NSEC, nanos % NANOS_PER_SECOND);
        }
        return timeout;
    }

    /** Takes the right to open a node away. */
    public synchronized void forbid(String node) {
        forbidden.add(node);
    }

    /** From now on the process is not root's. */
    public void dropRoot() {
        isRoot = false;
    }

    /** {@code route -T N add ...}. */
    public synchronized void addRoutingTable(int table) {
        tables.add(table);
    }

    // What a test looks at.

    /** An interface, or null. */
    public synchronized @Nullable FakeInterface networkInterface(String name) {
        return interfaces.get(name);
    }

    /** The device that is open for an interface. */
    synchronized FakeTun tun(String name) {
        for (FakeTun tun : tuns) {
            if (tun != null && tun.network.name.equals(name)) {
                return tun;
            }
        }
        throw new AssertionError(name + " is not open");
    }

    /** Sends a packet into a device. */
    public void output(String name, byte[] packet) {
        tun(name).output(packet);
    }

    /** Sends bytes of another protocol into a device, address family included. */
    public void outputRaw(String name, byte[] bytes) {
        tun(name).outputRaw(bytes);
    }

    /** Takes a packet that was written to a device. */
    public byte @Nullable [] delivered(String name) {
        return tun(name).delivered();
    }

    /** From now on what is written is taken and forgotten. */
    public void discard(String name) {
        tun(name).discards = true;
    }

    /** How many descriptors are open. */
    public synchronized int openDescriptors() {
        return open.size();
    }

    boolean isRoot() {
        return isRoot;
    }

    // System calls.

    @Override
    public synchronized int open(long path, int flags) {
        ByteBuffer text = View.bytes(path, 32);
        int length = 0;
        while (text.get(length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        text.get(0, bytes);
        String node = new String(bytes, StandardCharsets.US_ASCII);
        String name = node.substring(node.lastIndexOf('/') + 1);
        if (!node.equals("/dev/" + name) || !nodes.contains(name)) {
            return -Errno.ENOENT;
        }
        if (forbidden.contains(name)) {
            return -Errno.EACCES;
        }
        for (FakeTun tun : tuns) {
            if (tun != null && tun.network.name.equals(name) && !tun.isDestroyed()) {
                return -Errno.EBUSY;
            }
        }
        FakeInterface network = interfaces.computeIfAbsent(name, n -> new FakeInterface(n, true));
        network.flags |= Abi.IFF_RUNNING | release.flagsOfOpen;
        FakeTun tun = new FakeTun(release, host, network, (flags & Abi.O_NONBLOCK) != 0);
        tuns[tun.device] = tun;
        open.add(tun.device);
        return tun.device;
    }

    @Override
    public synchronized int close(int descriptor) {
        open.remove(descriptor);
        sockets[descriptor] = null;
        FakeTun tun = tuns[descriptor];
        if (tun == null) {
            return host.close(descriptor);
        }
        tuns[descriptor] = null;
        if (!tun.isDestroyed()) {
            FakeInterface network = tun.network;
            network.flags &= ~(Abi.IFF_UP | Abi.IFF_RUNNING);
            network.capabilities = 0;
            if (network.isMadeByOpen) {
                interfaces.remove(network.name);
            }
        }
        return tun.close();
    }

    @Override
    public long read(int descriptor, long memory, long sizeBytes) {
        FakeTun tun = tuns[descriptor];
        return tun == null ? host.read(descriptor, memory, sizeBytes) : tun.read(memory, sizeBytes);
    }

    @Override
    public long write(int descriptor, long memory, long sizeBytes) {
        FakeTun tun = tuns[descriptor];
        return tun == null ? host.write(descriptor, memory, sizeBytes) : tun.write(memory, sizeBytes);
    }

    @Override
    public int ppoll(long pollfds, int count, long timeout) {
        int ready = host.ppoll(pollfds, count, tickNanos == 0 ? timeout : coarse(timeout));
        if (anyDestroyed && ready > 0) {
            ByteBuffer bytes = View.bytes(pollfds, count * Abi.Pollfd.SIZE);
            for (int at = 0; at < bytes.capacity(); at += Abi.Pollfd.SIZE) {
                FakeTun tun = tuns[bytes.getInt(at + Abi.Pollfd.FD)];
                if (tun != null && tun.isDestroyed()) {
                    bytes.putShort(at + Abi.Pollfd.REVENTS, release.gonePoll);
                }
            }
        }
        return ready;
    }

    @Override
    public synchronized int pipe2(long descriptors, int flags) {
        int result = host.pipe2(descriptors, flags);
        if (result >= 0) {
            open.add(View.bytes(descriptors, 8).getInt(0));
            open.add(View.bytes(descriptors, 8).getInt(4));
        }
        return result;
    }

    @Override
    public synchronized int ioctl(int descriptor, long request, long argument) {
        FakeTun tun = tuns[descriptor];
        if (tun != null) {
            return tun.isDestroyed() ? -release.goneIoctl : TunIoctls.answer(release, host, tun, request, argument);
        }
        FakeSocket socket = sockets[descriptor];
        return socket != null ? ioctls.answer(socket.family, request, argument) : -Errno.ENOTTY;
    }

    @Override
    public synchronized int socket(int family, int type, int protocol) {
        int socket = host.socket(family, type, protocol);
        if (socket >= 0) {
            sockets[socket] = new FakeSocket(family);
            open.add(socket);
        }
        return socket;
    }

    private FakeSocket at(int descriptor) {
        FakeSocket socket = sockets[descriptor];
        if (socket == null) {
            throw new AssertionError("descriptor " + descriptor + " is no socket");
        }
        return socket;
    }

    @Override
    public synchronized int setsockopt(int descriptor, int level, int option, long value, int valueBytes) {
        FakeSocket socket = at(descriptor);
        int number = View.bytes(value, 4).getInt(0);
        if (level != Abi.SOL_SOCKET || option != Abi.SO_RTABLE) {
            boolean isBuffer = level == Abi.SOL_SOCKET && (option == Abi.SO_RCVBUF || option == Abi.SO_SNDBUF);
            return isBuffer && number > LARGEST_BUFFER_BYTES
                    ? -Errno.ENOBUFS
                    : host.setsockopt(descriptor, level, option, value, valueBytes);
        }
        if (socket.hasPort) {
            return -Errno.EBUSY;
        }
        if (valueBytes != 4 || !tables.contains(number)) {
            return -Errno.EINVAL;
        }
        socket.table = number;
        return 0;
    }

    /** The routing table of a socket. */
    public int routingTable(int descriptor) {
        return at(descriptor).table;
    }

    @Override
    public int bind(int descriptor, long address, int addressBytes) {
        FakeSocket socket = at(descriptor);
        int result = host.bind(descriptor, socket.sending, address, addressBytes);
        socket.hasPort |= result >= 0;
        return result;
    }

    @Override
    public int connect(int descriptor, long address, int addressBytes) {
        FakeSocket socket = at(descriptor);
        int result = host.connect(descriptor, socket.sending, address, addressBytes);
        socket.hasPort |= result >= 0;
        return result;
    }

    @Override
    public int getsockname(int descriptor, long address, long addressBytes) {
        return host.getsockname(descriptor, at(descriptor).sending, address, addressBytes);
    }

    @Override
    public int shutdown(int descriptor, int how) {
        return host.shutdown(descriptor, how);
    }

    @Override
    public long sendto(int descriptor, long memory, long sizeBytes, int flags, long address, int addressBytes) {
        FakeSocket socket = at(descriptor);
        if (address != 0 && addressBytes == Abi.SockaddrIn.SIZE) {
            ByteBuffer target = socket.target.at(address);
            // 127.0.0.0/8 is the test machine's loopback.
            if (target.get(Abi.SockaddrIn.SIN_ADDR) != 127) {
                return sendIntoTun(target, memory, sizeBytes);
            }
        }
        return host.sendto(descriptor, socket.sending, memory, sizeBytes, flags, address, addressBytes);
    }

    private synchronized long sendIntoTun(ByteBuffer target, long memory, long sizeBytes) {
        InetAddress to = InterfaceIoctls.address(target, 0);
        for (FakeInterface network : interfaces.values()) {
            for (FakeInterface.Address address : new ArrayList<>(network.addresses)) {
                if (to.equals(address.peer())) {
                    byte[] payload = new byte[(int) sizeBytes];
                    View.bytes(memory, payload.length).get(0, payload);
                    int port = Short.toUnsignedInt(Short.reverseBytes(target.getShort(Abi.SockaddrIn.SIN_PORT)));
                    tun(network.name).outputUdp(address.prefix().address(), 50_000, to, port, payload);
                    return sizeBytes;
                }
            }
        }
        return -Errno.EHOSTUNREACH;
    }

    @Override
    public long recvmsg(int descriptor, long message, int flags) {
        return host.recvmsg(descriptor, at(descriptor).receiving, message, flags);
    }

    /** Addresses of an interface. */
    public synchronized List<InetAddress> addresses(String name) {
        FakeInterface network = interfaces.get(name);
        return network == null
                ? List.of()
                : network.addresses.stream()
                        .map(FakeInterface.Address::prefix)
                        .map(IpPrefix::address)
                        .toList();
    }
}
