package io.aggr.tun.linux.internal.libc;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The functions of the C library, bound by JNA's direct mapping. Memory is passed as a plain address and sizes as {@code long}, so that a
 * call makes no object. A failed call answers -1; {@link #errno} then has to be asked at once, by the same thread.
 *
 * <p>The constants are those of x86-64 and aarch64, which agree in all of these. {@code ioctl}, {@code open} and {@code prctl} are variadic
 * in C and declared with fixed arguments here, which is right for the calling conventions of both.
 */
public final class Libc {

    static {
        // The process has its C library loaded; looking for a file of that name would take longer and may find another
        // one.
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    /** open(2): read and write. */
    public static final int O_RDWR = 2;
    /** open(2): calls return EAGAIN instead of waiting. */
    public static final int O_NONBLOCK = 0x800;
    /** open(2): not inherited by programs that are started. */
    public static final int O_CLOEXEC = 0x8_0000;

    /** poll(2): something to read. */
    public static final short POLLIN = 0x001;
    /** poll(2): error. */
    public static final short POLLERR = 0x008;
    /** poll(2): hung up. */
    public static final short POLLHUP = 0x010;
    /** poll(2): not an open descriptor. */
    public static final short POLLNVAL = 0x020;

    /** socket(2): IPv4. */
    public static final int AF_INET = 2;
    /** socket(2): IPv6. */
    public static final int AF_INET6 = 10;
    /** socket(2): netlink(7). */
    public static final int AF_NETLINK = 16;
    /** socket(2): datagrams. */
    public static final int SOCK_DGRAM = 2;
    /** socket(2): raw. */
    public static final int SOCK_RAW = 3;
    /** raw(7): IP-in-IP (RFC 2003). */
    public static final int IPPROTO_IPIP = 4;
    /** socket(2): as {@link #O_NONBLOCK}. */
    public static final int SOCK_NONBLOCK = O_NONBLOCK;
    /** socket(2): as {@link #O_CLOEXEC}. */
    public static final int SOCK_CLOEXEC = O_CLOEXEC;

    /** recv(2): leave the datagram in the queue. */
    public static final int MSG_PEEK = 0x02;
    /** recv(2): answer the full length of a datagram that did not fit. */
    public static final int MSG_TRUNC = 0x20;
    /** send(2), recv(2): do not wait. */
    public static final int MSG_DONTWAIT = 0x40;

    /** shutdown(2): both directions. */
    public static final int SHUT_RDWR = 2;

    /** setsockopt(2): socket level. */
    public static final int SOL_SOCKET = 1;
    /** socket(7): send buffer. */
    public static final int SO_SNDBUF = 7;
    /** socket(7): receive buffer. */
    public static final int SO_RCVBUF = 8;
    /** socket(7): longest wait of a receive. */
    public static final int SO_RCVTIMEO = 20;
    /** socket(7): device of all that is sent and received. */
    public static final int SO_BINDTODEVICE = 25;
    /** socket(7): send buffer beyond the limit of the system. */
    public static final int SO_SNDBUFFORCE = 32;
    /** socket(7): a classic BPF program that decides what is received. */
    public static final int SO_ATTACH_FILTER = 26;
    /** socket(7): receive buffer beyond the limit of the system. */
    public static final int SO_RCVBUFFORCE = 33;
    /** setsockopt(2): IPv4 level. */
    public static final int SOL_IP = 0;
    /** ip(7): what to do about packets that are too long for the path. */
    public static final int IP_MTU_DISCOVER = 10;
    /** ip(7): do not fragment, do not believe ICMP, refuse only what is too long for the interface. */
    public static final int IP_PMTUDISC_PROBE = 3;
    /** ip(7): MTU of a connected socket's path. */
    public static final int IP_MTU = 14;
    /** setsockopt(2): IPv6 level. */
    public static final int SOL_IPV6 = 41;
    /** ipv6(7): as {@link #IP_MTU_DISCOVER}. */
    public static final int IPV6_MTU_DISCOVER = 23;
    /** ipv6(7): as {@link #IP_PMTUDISC_PROBE}. */
    public static final int IPV6_PMTUDISC_PROBE = 3;
    /** ipv6(7): MTU of a connected socket's path. */
    public static final int IPV6_MTU = 24;
    /** ipv6(7): no IPv4 on this socket. */
    public static final int IPV6_V6ONLY = 26;

    private static final int PR_SET_TIMERSLACK = 29;

    private Libc() {}

    /** Error number of the calling thread's last call that failed. */
    public static int errno() {
        return Native.getLastError();
    }

    /**
     * Lets the kernel end the calling thread's waits within a nanosecond of their time instead of 50 us later (prctl(2), PR_SET_TIMERSLACK).
     * It stays so for the thread's life.
     */
    public static void sharpenTimers() {
        prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    }

    public static native int open(long path, int flags, int mode);

    public static native int close(int descriptor);

    public static native long read(int descriptor, long memory, long sizeBytes);

    public static native long write(int descriptor, long memory, long sizeBytes);

    public static native int ioctl(int descriptor, long request, long argument);

    public static native int eventfd(int initial, int flags);

    public static native int ppoll(long pollfds, long count, long timeout, long signalMask);

    public static native int socket(int family, int type, int protocol);

    public static native int bind(int descriptor, long address, int addressBytes);

    public static native int connect(int descriptor, long address, int addressBytes);

    public static native int shutdown(int descriptor, int how);

    public static native int getsockname(int descriptor, long address, long addressBytes);

    public static native int setsockopt(int descriptor, int level, int option, long value, int valueBytes);

    public static native int getsockopt(int descriptor, int level, int option, long value, long valueBytes);

    public static native long send(int descriptor, long memory, long sizeBytes, int flags);

    public static native long sendto(
            int descriptor, long memory, long sizeBytes, int flags, long address, int addressBytes);

    public static native long recvfrom(
            int descriptor, long memory, long sizeBytes, int flags, long address, long addressBytes);

    /** if_nametoindex(3): 0 if there is no such interface. */
    public static native int if_nametoindex(long name);

    private static native int prctl(int option, long a, long b, long c, long d);
}
