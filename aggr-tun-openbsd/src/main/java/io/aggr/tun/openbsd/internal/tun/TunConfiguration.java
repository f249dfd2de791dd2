package io.aggr.tun.openbsd.internal.tun;

import io.aggr.tun.IpPrefix;
import io.aggr.tun.TunSettings;
import io.aggr.tun.openbsd.internal.libc.Abi;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been set on an interface, and how to take it back. An interface that open(2) has made goes with the last close and takes its addresses and
 * routes along; one that was there before is given back as it was.
 *
 * <p>A tun(4) interface is point-to-point: the kernel routes only the address of the other end into it, not the network of an IPv4 address. So an
 * address with a network, such as 172.16.251.1/24, gets some other address of that network as its other end, which needs not exist, and a route for the
 * network through it. Networks of IPv6 addresses are routed by the kernel.
 */
final class TunConfiguration {

    private static final Logger log = LoggerFactory.getLogger(TunConfiguration.class);

    private interface Undo {
        void run() throws IOException;
    }

    private final InterfaceControl control;
    private final Surroundings surroundings;
    private final Deque<Undo> undos = new ArrayDeque<>();
    private boolean isTakenBack;

    /** Takes over the socket to configure with; it is kept until the end, when the process may have fewer rights. */
    TunConfiguration(InterfaceControl control, Surroundings surroundings) {
        this.control = control;
        this.surroundings = surroundings;
    }

    /**
     * Sets MTU, addresses and routes, and sets the interface up.
     *
     * @param isLasting whether the interface outlives the descriptor
     * @throws IOException if the system refuses; what had been set by then is for {@link #takeBack}
     */
    void apply(String name, boolean isLasting, TunSettings settings) throws IOException {
        int mtuBefore = control.mtuBytes(name);
        List<InetAddress> before = isLasting ? surroundings.addresses(name) : List.of();
        if (isLasting) {
            undos.push(() -> control.setMtuBytes(name, mtuBefore));
        }
        control.setMtuBytes(name, settings.mtuBytes());
        // Releases before 2020 leave this to whoever opens the device.
        control.setFlags(name, control.flags(name) | Abi.IFF_UP);
        for (IpPrefix address : settings.addresses()) {
            boolean isIpv4 = !InterfaceControl.isIpv6(address.address());
            control.addAddress(name, address, isIpv4 ? other(address) : null);
            if (isLasting && !before.contains(address.address())) {
                undos.push(() -> control.deleteAddress(name, address.address()));
            }
            InetAddress peer = other(address);
            if (isIpv4 && peer != null) {
                addRoute(new Routes.Route(network(address), peer, false), isLasting);
            }
        }
        for (IpPrefix network : settings.routes()) {
            addRoute(route(network(network), settings.addresses()), isLasting);
        }
    }

    private void addRoute(Routes.Route route, boolean isLasting) throws IOException {
        surroundings.routes().add(route);
        if (isLasting) {
            undos.push(() -> surroundings.routes().delete(route));
        }
    }

    /** Takes back what was set, last first. Never throws; does nothing the second time. */
    synchronized void takeBack() {
        if (isTakenBack) {
            return;
        }
        isTakenBack = true;
        for (Undo undo : undos) {
            try {
                undo.run();
            } catch (IOException e) {
                // Somebody else was faster, or the interface is gone.
                log.debug("nothing to take back: {}", e.getMessage());
            }
        }
        control.close();
    }

    /** A route through some other address of a network of the device, or else through its own address. */
    static Routes.Route route(IpPrefix network, List<IpPrefix> addresses) throws IOException {
        InetAddress own = null;
        for (IpPrefix address : addresses) {
            if (InterfaceControl.isIpv6(address.address()) == InterfaceControl.isIpv6(network.address())) {
                InetAddress peer = other(address);
                if (peer != null) {
                    return new Routes.Route(network, peer, false);
                }
                own = address.address();
            }
        }
        if (own == null) {
            throw new IOException("route " + network + ": the TUN device needs an address of the same family");
        }
        return new Routes.Route(network, own, true);
    }

    /** The first address of a network that is not the given one; null for a network of one address. */
    static @Nullable InetAddress other(IpPrefix address) {
        int size = address.address().getAddress().length;
        int hostBits = size * 8 - address.bits();
        if (hostBits == 0) {
            return null;
        }
        BigInteger own = new BigInteger(1, address.address().getAddress());
        BigInteger first = own.shiftRight(hostBits).shiftLeft(hostBits);
        if (hostBits > 1) {
            // 0 is the network itself.
            first = first.add(BigInteger.ONE);
        }
        return address(first.equals(own) ? first.add(BigInteger.ONE) : first, size);
    }

    /** The same with its host bits 0. */
    static IpPrefix network(IpPrefix prefix) {
        int size = prefix.address().getAddress().length;
        int hostBits = size * 8 - prefix.bits();
        BigInteger bits = new BigInteger(1, prefix.address().getAddress());
        return new IpPrefix(address(bits.shiftRight(hostBits).shiftLeft(hostBits), size), prefix.bits());
    }

    private static InetAddress address(BigInteger bits, int size) {
        byte[] all = bits.toByteArray();
        byte[] raw = new byte[size];
        int length = Math.min(size, all.length);
        System.arraycopy(all, all.length - length, raw, size - length, length);
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of another length", e);
        }
    }
}
