package io.aggr.tun.linux.internal.tun;

import io.aggr.tun.IpPrefix;
import io.aggr.tun.TunSettings;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.SystemCallException;
import io.aggr.tun.linux.internal.netlink.InterfaceState;
import io.aggr.tun.linux.internal.netlink.Route;
import io.aggr.tun.linux.internal.netlink.RoutingControl;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been set on an interface, and how to take it back. An interface that vanishes with its descriptor takes everything along; one that
 * was there before is left as it was found.
 */
final class TunConfiguration {

    private static final Logger log = LoggerFactory.getLogger(TunConfiguration.class);

    /** One step back. */
    private interface Undo {
        void run() throws IOException;
    }

    private final RoutingControl control;
    private final Deque<Undo> undos = new ArrayDeque<>();
    private boolean isTakenBack;

    /**
     * Takes over a conversation with the kernel. It is kept while there is something to take back: it belongs to the network namespace that
     * the device was opened in, which the thread that closes it need not be in.
     */
    TunConfiguration(RoutingControl control) {
        this.control = control;
    }

    /**
     * Sets MTU, queue, addresses and routes and sets the interface up.
     *
     * @param before the interface before it was touched
     * @param isLasting whether it outlives the descriptor
     * @throws IOException if the kernel refuses; what had been set by then is for {@link #takeBack}
     */
    void apply(Route.Device device, InterfaceState before, boolean isLasting, TunSettings settings, int queuePackets)
            throws IOException {
        if (!isLasting) {
            try {
                // Router solicitations and the like would only be read here and dropped.
                control.withoutLinkLocalAddress(device);
            } catch (SystemCallException e) {
                log.debug("TUN device {} may get a link-local address: {}", device.name(), e.getMessage());
            }
        }
        if (isLasting) {
            undos.push(() -> control.configure(device, before.mtuBytes(), before.queuePackets(), before.isUp()));
        }
        control.configure(device, settings.mtuBytes(), queuePackets, true);
        for (IpPrefix address : settings.addresses()) {
            try {
                control.addAddress(device, address);
            } catch (SystemCallException e) {
                if (isLasting && e.errno() == Errno.EEXIST) {
                    continue;
                }
                throw explained(e, address);
            }
            if (isLasting) {
                undos.push(() -> control.deleteAddress(device, address));
            }
        }
        for (IpPrefix network : settings.routes()) {
            Route route = Route.into(device, network);
            control.addRoute(route);
            if (isLasting) {
                undos.push(() -> control.deleteRoute(route));
            }
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

    private static IOException explained(SystemCallException e, IpPrefix address) {
        boolean ipv6 = address.address().getAddress().length == 16;
        if (ipv6 && (e.errno() == Errno.EACCES || e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EAFNOSUPPORT)) {
            return new IOException(
                    e.getMessage() + "; IPv6 seems to be switched off (sysctl net.ipv6.conf.all.disable_ipv6)", e);
        }
        return e;
    }
}
