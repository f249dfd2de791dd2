package io.aggr.tun.openbsd.internal.tun;

import io.aggr.tun.IpPrefix;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Errno;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.Memory;
import io.aggr.tun.openbsd.internal.libc.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Asks for and sets what belongs to an interface, by the ioctls of netintro(4) on a socket.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class InterfaceControl implements AutoCloseable {

    /** A lifetime without an end (RFC 4861 section 4.6.2). */
    private static final int FOR_EVER = -1;

    private final Libc libc;
    private final int ipv4;
    private int ipv6 = -1;
    // The largest of the structures.
    private final Memory request = new Memory(Abi.In6Ifreq.SIZE);

    /**
     * Opens a socket to ask on.
     *
     * @throws IOException if the system gives none
     */
    InterfaceControl(Libc libc) throws IOException {
        this.libc = libc;
        ipv4 = socket(libc, Abi.AF_INET);
    }

    private static int socket(Libc libc, int family) throws IOException {
        int socket = libc.socket(family, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0);
        if (socket < 0) {
            throw new SystemCallException(
                    family == Abi.AF_INET ? "socket" : "socket for IPv6", socket, "needed to configure an interface");
        }
        return socket;
    }

    /** Whether there is an interface of this name. */
    boolean exists(String name) throws IOException {
        int result = libc.ioctl(ipv4, Abi.SIOCGIFFLAGS, about(name));
        if (result < 0 && result != -Errno.ENXIO) {
            throw failure("SIOCGIFFLAGS", name, result, "");
        }
        return result >= 0;
    }

    /** The flags, without those above bit 15. */
    int flags(String name) throws IOException {
        call("SIOCGIFFLAGS", Abi.SIOCGIFFLAGS, about(name), name);
        return Short.toUnsignedInt(request.bytes().getShort(Abi.Ifreq.IFR_FLAGS));
    }

    void setFlags(String name, int flags) throws IOException {
        long address = about(name);
        request.bytes().putShort(Abi.Ifreq.IFR_FLAGS, (short) flags);
        call("SIOCSIFFLAGS", Abi.SIOCSIFFLAGS, address, name);
    }

    int mtuBytes(String name) throws IOException {
        call("SIOCGIFMTU", Abi.SIOCGIFMTU, about(name), name);
        return request.bytes().getInt(Abi.Ifreq.IFR_MTU);
    }

    void setMtuBytes(String name, int mtuBytes) throws IOException {
        long address = about(name);
        request.bytes().putInt(Abi.Ifreq.IFR_MTU, mtuBytes);
        call("SIOCSIFMTU " + mtuBytes, Abi.SIOCSIFMTU, address, name);
    }

    /**
     * Adds an address, or gives one that is there another mask.
     *
     * @param peer address of the other end, or null for none; IPv6 knows none here, its network is routed by the kernel
     */
    void addAddress(String name, IpPrefix address, @Nullable InetAddress peer) throws IOException {
        long at = about(name);
        InetAddress mask = mask(address);
        if (isIpv6(address.address())) {
            request.putSocketAddress(Abi.In6Aliasreq.IFRA_ADDR, address.address(), 0);
            request.putSocketAddress(Abi.In6Aliasreq.IFRA_PREFIXMASK, mask, 0);
            int lifetime = Abi.In6Aliasreq.IFRA_LIFETIME;
            request.bytes()
                    .putInt(lifetime + Abi.In6Addrlifetime.IA6T_VLTIME, FOR_EVER)
                    .putInt(lifetime + Abi.In6Addrlifetime.IA6T_PLTIME, FOR_EVER);
            call(ipv6(), "SIOCAIFADDR_IN6 " + address, Abi.SIOCAIFADDR_IN6, at, name);
            return;
        }
        request.putSocketAddress(Abi.Ifaliasreq.IFRA_ADDR, address.address(), 0);
        if (peer != null) {
            request.putSocketAddress(Abi.Ifaliasreq.IFRA_DSTADDR, peer, 0);
        }
        request.putSocketAddress(Abi.Ifaliasreq.IFRA_MASK, mask, 0);
        call("SIOCAIFADDR " + address, Abi.SIOCAIFADDR, at, name);
    }

    void deleteAddress(String name, InetAddress address) throws IOException {
        long at = about(name);
        if (isIpv6(address)) {
            request.putSocketAddress(Abi.In6Ifreq.IFR_IFRU, address, 0);
            call(ipv6(), "SIOCDIFADDR_IN6 " + address.getHostAddress(), Abi.SIOCDIFADDR_IN6, at, name);
        } else {
            request.putSocketAddress(Abi.Ifreq.IFR_ADDR, address, 0);
            call("SIOCDIFADDR " + address.getHostAddress(), Abi.SIOCDIFADDR, at, name);
        }
    }

    @Override
    public void close() {
        libc.close(ipv4);
        if (ipv6 >= 0) {
            libc.close(ipv6);
        }
    }

    static boolean isIpv6(InetAddress address) {
        return address.getAddress().length == 16;
    }

    private int ipv6() throws IOException {
        if (ipv6 < 0) {
            ipv6 = socket(libc, Abi.AF_INET6);
        }
        return ipv6;
    }

    /** Begins a request; all of them have the name in front. */
    private long about(String name) {
        return request.clear().putText(Abi.Ifreq.IFR_NAME, name).address();
    }

    private void call(String what, long code, long argument, String name) throws IOException {
        call(ipv4, what, code, argument, name);
    }

    private void call(int socket, String what, long code, long argument, String name) throws IOException {
        int result = libc.ioctl(socket, code, argument);
        if (result < 0) {
            String hint = "";
            if (Errno.isDenied(-result)) {
                hint = "it needs root; or let root configure the interface beforehand and set configure = false";
            } else if (code == Abi.SIOCSIFMTU && result == -Errno.EINVAL) {
                hint = "tun(4) takes at most " + Abi.TUNMRU;
            }
            throw failure(what, name, result, hint);
        }
    }

    private static SystemCallException failure(String what, String name, int result, String hint) {
        return new SystemCallException("ioctl(" + what + ") on " + name, result, hint);
    }

    private static InetAddress mask(IpPrefix prefix) {
        byte[] bits = new byte[prefix.address().getAddress().length];
        for (int i = 0; i < prefix.bits(); i++) {
            bits[i / 8] |= (byte) (0x80 >> i % 8);
        }
        try {
            return InetAddress.getByAddress(bits);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of another length", e);
        }
    }
}
