package io.aggr.tun.openbsd.internal.udp;

import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Descriptor;
import io.aggr.tun.openbsd.internal.libc.Errno;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.Memory;
import io.aggr.tun.openbsd.internal.libc.SystemCallException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes UDP sockets, puts them into routing tables, binds and connects them. One object opens one link. */
public final class UdpOpener {

    private static final Logger log = LoggerFactory.getLogger(UdpOpener.class);

    /** What every IPv4 host takes (RFC 791: 576 bytes), less the longest IPv4 header and UDP's. */
    private static final int LEAST_DATAGRAM_BYTES = 508;

    /** Longest UDP payload over IPv4. */
    private static final int MOST_DATAGRAM_BYTES = 65_507;

    /** Below this a socket is left with what it has. */
    private static final int LEAST_BUFFER_BYTES = 16 * 1024;

    private final Libc libc;
    private final LinkSettings settings;
    private final boolean isIpv6;
    private final Memory scratch = new Memory(64);
    private final int number;

    private UdpOpener(Libc libc, LinkSettings settings) throws IOException {
        this.libc = libc;
        this.settings = settings;
        InetSocketAddress either = settings.local() != null ? settings.local() : settings.remote();
        isIpv6 = either != null && either.getAddress() instanceof Inet6Address;
        int family = isIpv6 ? Abi.AF_INET6 : Abi.AF_INET;
        number = libc.socket(family, Abi.SOCK_DGRAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, 0);
        if (number < 0) {
            throw failure(isIpv6 ? "socket for IPv6" : "socket", number, "");
        }
    }

    /**
     * Opens a link.
     *
     * @param settings where it begins and ends; without a device
     * @param receiveBufferBytes what the kernel shall hold for the receiver; less is taken if it does not give that much
     * @param sendBufferBytes what the kernel shall hold for the line; less is taken if it does not give that much
     * @throws IOException if the system refuses; nothing stays behind then
     */
    public static Link open(
            Libc libc, LocalMtu localMtu, LinkSettings settings, int receiveBufferBytes, int sendBufferBytes)
            throws IOException {
        UdpOpener opener = new UdpOpener(libc, settings);
        boolean done = false;
        try {
            opener.setBuffer(Abi.SO_RCVBUF, receiveBufferBytes);
            opener.setBuffer(Abi.SO_SNDBUF, sendBufferBytes);
            Link link = opener.link(localMtu);
            done = true;
            return link;
        } finally {
            if (!done) {
                libc.close(opener.number);
            }
        }
    }

    private Link link(LocalMtu localMtu) throws IOException {
        // Before binding and connecting: once the socket has a port, its table cannot be changed.
        setRoutingTable();
        // IPv4 datagrams leave without DF, and no option changes that.
        boolean forbidsFragmentation = isIpv6 && set(Abi.IPPROTO_IPV6, Abi.IPV6_DONTFRAG, 1) >= 0;
        bind();
        connect();
        InetSocketAddress local = localAddress();
        InetSocketAddress remote = settings.remote();
        int maxDatagramBytes = maxDatagramBytes(localMtu.bytes(local.getAddress()));
        log.info(
                "link {} open at {}{}{}, up to {} bytes",
                settings.name(),
                local,
                settings.routingTable() == LinkSettings.MAIN_TABLE ? "" : " in rtable " + settings.routingTable(),
                remote == null ? "" : " to " + remote,
                maxDatagramBytes);
        return new UdpLink(
                libc,
                new UdpLink.Socket(
                        settings.name(),
                        new Descriptor(libc, number),
                        local,
                        remote,
                        isIpv6,
                        maxDatagramBytes,
                        forbidsFragmentation));
    }

    private int set(int level, int option, int value) {
        scratch.bytes().putInt(0, value);
        return libc.setsockopt(number, level, option, scratch.address(), Integer.BYTES);
    }

    /** The kernel refuses what is above its limit instead of giving what it can. */
    private void setBuffer(int option, int bytes) {
        int tried = bytes;
        while (set(Abi.SOL_SOCKET, option, tried) < 0 && tried > LEAST_BUFFER_BYTES) {
            tried /= 2;
        }
    }

    private void setRoutingTable() throws IOException {
        int table = settings.routingTable();
        if (table == LinkSettings.MAIN_TABLE) {
            return;
        }
        int result = set(Abi.SOL_SOCKET, Abi.SO_RTABLE, table);
        if (result < 0) {
            String hint = switch (-result) {
                case Errno.EINVAL -> "there is no such table; make it with: route -T " + table + " add default GATEWAY";
                case Errno.EPERM, Errno.EACCES -> "a process that is not in rtable 0 needs root for it";
                default -> "";
            };
            throw failure("rtable " + table, result, hint);
        }
    }

    private void bind() throws IOException {
        InetSocketAddress local = settings.local();
        if (local == null) {
            return;
        }
        int bytes = scratch.putSocketAddress(0, local.getAddress(), local.getPort());
        int result = libc.bind(number, scratch.address(), bytes);
        if (result < 0) {
            String hint = switch (-result) {
                case Errno.EADDRINUSE -> "another program has the port";
                case Errno.EACCES -> "ports below 1024 need root";
                case Errno.EADDRNOTAVAIL ->
                    settings.routingTable() > 0
                            ? "it must be an address of the rdomain that rtable " + settings.routingTable()
                                    + " belongs to"
                            : "";
                default -> "";
            };
            throw failure("bind to " + text(local), result, hint);
        }
    }

    private void connect() throws IOException {
        InetSocketAddress remote = settings.remote();
        if (remote == null) {
            return;
        }
        int bytes = scratch.putSocketAddress(0, remote.getAddress(), remote.getPort());
        int result = libc.connect(number, scratch.address(), bytes);
        if (result < 0) {
            boolean isUnreachable = result == -Errno.ENETUNREACH || result == -Errno.EHOSTUNREACH;
            String where = settings.routingTable() > 0 ? " in rtable " + settings.routingTable() : "";
            throw failure("connect to " + text(remote), result, isUnreachable ? "there is no route to it" + where : "");
        }
    }

    private InetSocketAddress localAddress() throws IOException {
        scratch.bytes().putInt(32, Abi.SockaddrIn6.SIZE);
        int result = libc.getsockname(number, scratch.address(), scratch.address() + 32);
        if (result < 0) {
            throw failure("getsockname", result, "");
        }
        return scratch.socketAddress(0);
    }

    private int maxDatagramBytes(int mtuBytes) {
        int headers = isIpv6 ? UdpLink.IPV6_OVERHEAD_BYTES : UdpLink.IPV4_OVERHEAD_BYTES;
        int known = mtuBytes > 0 ? mtuBytes : LocalMtu.USUAL_BYTES;
        return Math.max(LEAST_DATAGRAM_BYTES, Math.min(known - headers, MOST_DATAGRAM_BYTES));
    }

    private IOException failure(String call, long answer, String hint) {
        return new SystemCallException("link " + settings.name() + ": " + call, answer, hint);
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
