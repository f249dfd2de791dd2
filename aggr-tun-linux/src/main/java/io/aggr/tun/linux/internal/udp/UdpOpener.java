package io.aggr.tun.linux.internal.udp;

import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import io.aggr.tun.linux.internal.libc.Descriptor;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import io.aggr.tun.linux.internal.libc.SocketOptions;
import io.aggr.tun.linux.internal.netlink.InterfaceState;
import io.aggr.tun.linux.internal.netlink.RoutingControl;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes UDP sockets and binds and connects them as the settings say. One object opens one link. */
public final class UdpOpener {

    private static final Logger log = LoggerFactory.getLogger(UdpOpener.class);

    /** What every IPv4 host takes (RFC 791: 576 bytes), less the longest IPv4 header and UDP's. */
    private static final int LEAST_DATAGRAM_BYTES = 508;

    /** Longest UDP payload over IPv4. */
    private static final int MOST_DATAGRAM_BYTES = 65_507;

    private static final int USUAL_MTU_BYTES = 1500;

    private final LinkSettings settings;
    private final boolean isIpv6;
    private final SocketOptions options;
    private final NativeMemory scratch = new NativeMemory(64);
    private final int number;

    private UdpOpener(LinkSettings settings) throws IOException {
        this.settings = settings;
        options = new SocketOptions(settings.name());
        this.isIpv6 = family(settings) == Libc.AF_INET6;
        int made = Libc.socket(
                isIpv6 ? Libc.AF_INET6 : Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (made < 0) {
            throw options.failure(isIpv6 ? "socket for IPv6" : "socket", Libc.errno(), "");
        }
        number = made;
    }

    /**
     * Opens a link.
     *
     * @param settings where it begins and ends
     * @param receiveBufferBytes what the kernel shall hold for the receiver
     * @param sendBufferBytes what the kernel shall hold for the line
     * @throws IOException if the system refuses; nothing stays behind then
     */
    public static Link open(LinkSettings settings, int receiveBufferBytes, int sendBufferBytes) throws IOException {
        UdpOpener opener = new UdpOpener(settings);
        boolean done = false;
        try {
            Link link = opener.link(receiveBufferBytes, sendBufferBytes);
            done = true;
            return link;
        } finally {
            if (!done) {
                Libc.close(opener.number);
            }
        }
    }

    private Link link(int receiveBufferBytes, int sendBufferBytes) throws IOException {
        options.setBuffers(number, receiveBufferBytes, sendBufferBytes);
        // Before binding: a link-local address means nothing without a device.
        options.bindToDevice(number, settings.device());
        boolean forbidsFragmentation = forbidFragmentation();
        bind();
        connect();
        InetSocketAddress local = localAddress();
        InetSocketAddress remote = settings.remote();
        int maxDatagramBytes = maxDatagramBytes();
        log.info(
                "link {} open at {}{}{}, up to {} bytes",
                settings.name(),
                local,
                settings.device() == null ? "" : " on " + settings.device(),
                remote == null ? "" : " to " + remote,
                maxDatagramBytes);
        return new UdpLink(
                settings.name(),
                new Descriptor(number),
                local,
                remote != null,
                new RemoteTable(isIpv6, remote),
                maxDatagramBytes,
                forbidsFragmentation);
    }

    /**
     * The core finds the path's MTU by probes (RFC 8899); so the kernel must neither cut packets nor hold back what some ICMP message, which
     * anybody may have forged, called too long. A socket of both families needs it for both.
     */
    private boolean forbidFragmentation() {
        boolean ipv4 = options.set(number, Libc.SOL_IP, Libc.IP_MTU_DISCOVER, Libc.IP_PMTUDISC_PROBE);
        return isIpv6 ? options.set(number, Libc.SOL_IPV6, Libc.IPV6_MTU_DISCOVER, Libc.IPV6_PMTUDISC_PROBE) : ipv4;
    }

    private static int family(LinkSettings settings) {
        InetSocketAddress either = settings.local() != null ? settings.local() : settings.remote();
        return either != null && either.getAddress() instanceof Inet6Address ? Libc.AF_INET6 : Libc.AF_INET;
    }

    private void bind() throws IOException {
        InetSocketAddress local = settings.local();
        if (local == null) {
            return;
        }
        if (isIpv6 && local.getAddress().isAnyLocalAddress()) {
            // One socket for both families; where IPv6 has been told otherwise by net.ipv6.bindv6only, too.
            options.set(number, Libc.SOL_IPV6, Libc.IPV6_V6ONLY, 0);
        }
        int bytes = SocketAddressCodec.write(scratch.buffer(), 0, local, isIpv6);
        if (Libc.bind(number, scratch.address(), bytes) < 0) {
            int errno = Libc.errno();
            String hint = switch (errno) {
                case Errno.EADDRINUSE -> "another program has the port";
                case Errno.EACCES -> "ports below 1024 need root or CAP_NET_BIND_SERVICE";
                default -> "";
            };
            throw options.failure("bind to " + text(local), errno, hint);
        }
    }

    private void connect() throws IOException {
        InetSocketAddress remote = settings.remote();
        if (remote == null) {
            return;
        }
        int bytes = SocketAddressCodec.write(scratch.buffer(), 0, remote, isIpv6);
        if (Libc.connect(number, scratch.address(), bytes) < 0) {
            int errno = Libc.errno();
            String hint = errno == Errno.ENETUNREACH || errno == Errno.EHOSTUNREACH
                    ? "there is no route to it" + (settings.device() == null ? "" : " over " + settings.device())
                    : "";
            throw options.failure("connect to " + text(remote), errno, hint);
        }
    }

    private InetSocketAddress localAddress() throws IOException {
        scratch.buffer().putInt(32, SocketAddressCodec.IPV6_BYTES);
        if (Libc.getsockname(number, scratch.address(), scratch.address() + 32) < 0) {
            throw options.failure("getsockname", Libc.errno(), "");
        }
        return SocketAddressCodec.read(scratch.buffer(), 0);
    }

    private int maxDatagramBytes() {
        int headers = isIpv6 ? 48 : 28;
        return Math.max(LEAST_DATAGRAM_BYTES, Math.min(mtuBytes() - headers, MOST_DATAGRAM_BYTES));
    }

    /** The route's MTU if the far end is known, otherwise that of the interfaces that the socket may use. */
    private int mtuBytes() {
        if (settings.remote() != null) {
            scratch.buffer().putInt(32, 4);
            int result = isIpv6
                    ? Libc.getsockopt(number, Libc.SOL_IPV6, Libc.IPV6_MTU, scratch.address(), scratch.address() + 32)
                    : Libc.getsockopt(number, Libc.SOL_IP, Libc.IP_MTU, scratch.address(), scratch.address() + 32);
            if (result == 0) {
                return scratch.buffer().getInt(0);
            }
        }
        try (RoutingControl control = new RoutingControl()) {
            return interfaceMtu(control).orElse(USUAL_MTU_BYTES);
        } catch (IOException e) {
            log.debug("link {}: no MTU from the system: {}", settings.name(), e.getMessage());
            return USUAL_MTU_BYTES;
        }
    }

    private OptionalInt interfaceMtu(RoutingControl control) throws IOException {
        String device = settings.device();
        if (device != null) {
            InterfaceState state = control.find(device);
            return state == null ? OptionalInt.empty() : OptionalInt.of(state.mtuBytes());
        }
        List<InterfaceState> interfaces = control.interfaces();
        InetAddress address = settings.local() == null ? null : settings.local().getAddress();
        Integer index = address == null || address.isAnyLocalAddress() ? null : indexOf(control, address);
        return interfaces.stream()
                .filter(i -> index != null ? i.index() == index : i.isUp() && !i.isLoopback())
                .mapToInt(InterfaceState::mtuBytes)
                .max();
    }

    private static @Nullable Integer indexOf(RoutingControl control, InetAddress address) throws IOException {
        return control.addresses().stream()
                .filter(a -> a.prefix().address().equals(address))
                .map(RoutingControl.InterfaceAddress::index)
                .findFirst()
                .orElse(null);
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
