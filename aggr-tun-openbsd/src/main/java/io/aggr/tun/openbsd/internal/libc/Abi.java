package io.aggr.tun.openbsd.internal.libc;

/**
 * The numbers of OpenBSD's kernel interface, and sizes and offsets of its structures in bytes. They are the same on amd64 and arm64; names are those
 * of the C headers, so that a test can compare all of them with what the headers of OpenBSD say.
 */
public final class Abi {

    /** open(2): read and write. */
    public static final int O_RDWR = 2;

    /** open(2), pipe2(2): calls answer EAGAIN instead of waiting. */
    public static final int O_NONBLOCK = 4;

    /** open(2), pipe2(2): not inherited by programs that are started. */
    public static final int O_CLOEXEC = 0x10000;

    /** poll(2): something to read. */
    public static final short POLLIN = 1;

    /** poll(2): can be written. */
    public static final short POLLOUT = 4;

    /** poll(2): error. */
    public static final short POLLERR = 8;

    /** poll(2): hung up. */
    public static final short POLLHUP = 16;

    /** poll(2): not an open descriptor. */
    public static final short POLLNVAL = 32;

    /** socket(2): IPv4; also in front of a packet in tun(4). */
    public static final int AF_INET = 2;

    /** socket(2): IPv6; also in front of a packet in tun(4). 10 on Linux. */
    public static final int AF_INET6 = 24;

    /** socket(2): datagrams. */
    public static final int SOCK_DGRAM = 2;

    /** socket(2): as {@link #O_NONBLOCK}. */
    public static final int SOCK_NONBLOCK = 0x4000;

    /** socket(2): as {@link #O_CLOEXEC}. */
    public static final int SOCK_CLOEXEC = 0x8000;

    /** setsockopt(2): socket level. */
    public static final int SOL_SOCKET = 0xffff;

    /** setsockopt(2): send buffer. */
    public static final int SO_SNDBUF = 0x1001;

    /** setsockopt(2): receive buffer. */
    public static final int SO_RCVBUF = 0x1002;

    /** setsockopt(2): routing table; before bind(2). */
    public static final int SO_RTABLE = 0x1021;

    /** recv(2): leave the datagram in the queue. */
    public static final int MSG_PEEK = 2;

    /** recv(2), in what recvmsg fills in only: the datagram did not fit. */
    public static final int MSG_TRUNC = 16;

    /** send(2), recv(2): do not wait. */
    public static final int MSG_DONTWAIT = 128;

    /** shutdown(2): both directions. */
    public static final int SHUT_RDWR = 2;

    /** setsockopt(2): IPv6 level. */
    public static final int IPPROTO_IPV6 = 41;

    /** ip6(4): datagrams leave whole or not at all (RFC 3542 section 11.2). */
    public static final int IPV6_DONTFRAG = 62;

    /** netintro(4): set up. */
    public static final int IFF_UP = 1;

    /** netintro(4): has a broadcast address. */
    public static final int IFF_BROADCAST = 2;

    /** netintro(4): has one other end. */
    public static final int IFF_POINTOPOINT = 16;

    /** netintro(4): somebody has the device open. */
    public static final int IFF_RUNNING = 64;

    /** netintro(4): knows multicast. */
    public static final int IFF_MULTICAST = 0x8000;

    /** Bytes of an interface name, the 0 at its end included. */
    public static final int IFNAMSIZ = 16;

    /** Type of a tun(4) interface. */
    public static final int IFT_TUNNEL = 131;

    /** tun(4): sets {@link Tuninfo}. */
    public static final long TUNSIFINFO = 0x800c745bL;

    /** tun(4): asks for {@link Tuninfo}. */
    public static final long TUNGIFINFO = 0x400c745cL;

    /** tun(4): point-to-point or broadcast. */
    public static final long TUNSIFMODE = 0x8004745dL;

    /** tun(4), 7.7 and later: turns offloads on. */
    public static final long TUNSCAP = 0x800474c4L;

    /** Longest packet that tun(4) takes on every release, and its largest MTU. */
    public static final int TUNMRU = 16384;

    /** ioctl(2): bytes of the next packet. */
    public static final long FIONREAD = 0x4004667fL;

    /** ioctl(2): non-blocking or not. */
    public static final long FIONBIO = 0x8004667eL;

    /** netintro(4): asks for the flags of an interface. */
    public static final long SIOCGIFFLAGS = 0xc0206911L;

    /** netintro(4): sets them. */
    public static final long SIOCSIFFLAGS = 0x80206910L;

    /** netintro(4): asks for the MTU. */
    public static final long SIOCGIFMTU = 0xc020697eL;

    /** netintro(4): sets it. */
    public static final long SIOCSIFMTU = 0x8020697fL;

    /** netintro(4): adds an IPv4 address, {@link Ifaliasreq}. */
    public static final long SIOCAIFADDR = 0x8040691aL;

    /** netintro(4): deletes an IPv4 address. */
    public static final long SIOCDIFADDR = 0x80206919L;

    /** netintro(4): makes an interface. */
    public static final long SIOCIFCREATE = 0x8020697aL;

    /** netintro(4): destroys it. */
    public static final long SIOCIFDESTROY = 0x80206979L;

    /** Adds an IPv6 address, {@link In6Aliasreq}, on a socket of IPv6. */
    public static final long SIOCAIFADDR_IN6 = 0x8080691aL;

    /** Deletes an IPv6 address, {@link In6Ifreq}, on a socket of IPv6. */
    public static final long SIOCDIFADDR_IN6 = 0x81206919L;

    private Abi() {}

    /** {@code struct pollfd}: ppoll(2). */
    public static final class Pollfd {
        public static final int SIZE = 8;
        public static final int FD = 0;
        public static final int EVENTS = 4;
        public static final int REVENTS = 6;

        private Pollfd() {}
    }

    /** {@code struct timespec}: ppoll(2). */
    public static final class Timespec {
        public static final int SIZE = 16;
        public static final int TV_SEC = 0;
        public static final int TV_NSEC = 8;

        private Timespec() {}
    }

    /** {@code struct msghdr}: recvmsg(2). */
    public static final class Msghdr {
        public static final int SIZE = 48;
        public static final int MSG_NAME = 0;
        public static final int MSG_NAMELEN = 8;
        public static final int MSG_IOV = 16;
        public static final int MSG_IOVLEN = 24;
        public static final int MSG_CONTROL = 32;
        public static final int MSG_CONTROLLEN = 40;
        public static final int MSG_FLAGS = 44;

        private Msghdr() {}
    }

    /** {@code struct iovec}: readv(2), recvmsg(2). */
    public static final class Iovec {
        public static final int SIZE = 16;
        public static final int IOV_BASE = 0;
        public static final int IOV_LEN = 8;

        private Iovec() {}
    }

    /** {@code struct sockaddr_in}: inet(4). Port and address are in network byte order. */
    public static final class SockaddrIn {
        public static final int SIZE = 16;
        public static final int SIN_LEN = 0;
        public static final int SIN_FAMILY = 1;
        public static final int SIN_PORT = 2;
        public static final int SIN_ADDR = 4;

        private SockaddrIn() {}
    }

    /** {@code struct sockaddr_in6}: ip6(4). Port and address are in network byte order. */
    public static final class SockaddrIn6 {
        public static final int SIZE = 28;
        public static final int SIN6_LEN = 0;
        public static final int SIN6_FAMILY = 1;
        public static final int SIN6_PORT = 2;
        public static final int SIN6_FLOWINFO = 4;
        public static final int SIN6_ADDR = 8;
        public static final int SIN6_SCOPE_ID = 24;

        private SockaddrIn6() {}
    }

    /** {@code struct ifreq}: netintro(4): a question about an interface. */
    public static final class Ifreq {
        public static final int SIZE = 32;
        public static final int IFR_NAME = 0;
        public static final int IFR_FLAGS = 16;
        public static final int IFR_MTU = 16;
        public static final int IFR_ADDR = 16;

        private Ifreq() {}
    }

    /** {@code struct ifaliasreq}: netintro(4): an IPv4 address. */
    public static final class Ifaliasreq {
        public static final int SIZE = 64;
        public static final int IFRA_NAME = 0;
        public static final int IFRA_ADDR = 16;
        public static final int IFRA_DSTADDR = 32;
        public static final int IFRA_MASK = 48;

        private Ifaliasreq() {}
    }

    /** {@code struct in6_aliasreq}: An IPv6 address. */
    public static final class In6Aliasreq {
        public static final int SIZE = 128;
        public static final int IFRA_NAME = 0;
        public static final int IFRA_ADDR = 16;
        public static final int IFRA_DSTADDR = 44;
        public static final int IFRA_PREFIXMASK = 72;
        public static final int IFRA_FLAGS = 100;
        public static final int IFRA_LIFETIME = 104;

        private In6Aliasreq() {}
    }

    /** {@code struct in6_addrlifetime}: How long an IPv6 address holds. */
    public static final class In6Addrlifetime {
        public static final int SIZE = 24;
        public static final int IA6T_EXPIRE = 0;
        public static final int IA6T_PREFERRED = 8;
        public static final int IA6T_VLTIME = 16;
        public static final int IA6T_PLTIME = 20;

        private In6Addrlifetime() {}
    }

    /** {@code struct in6_ifreq}: A question about an IPv6 address. */
    public static final class In6Ifreq {
        public static final int SIZE = 288;
        public static final int IFR_NAME = 0;
        public static final int IFR_IFRU = 16;

        private In6Ifreq() {}
    }

    /** {@code struct tuninfo}: tun(4). */
    public static final class Tuninfo {
        public static final int SIZE = 12;
        public static final int MTU = 0;
        public static final int TYPE = 4;
        public static final int FLAGS = 6;
        public static final int BAUDRATE = 8;

        private Tuninfo() {}
    }
}
