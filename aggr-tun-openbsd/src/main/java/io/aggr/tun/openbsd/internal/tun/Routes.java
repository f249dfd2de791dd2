package io.aggr.tun.openbsd.internal.tun;

import io.aggr.tun.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;

/** The routing table of the process, as far as a TUN device needs it. */
public interface Routes {

    /**
     * A route into a device.
     *
     * @param network where it leads; host bits are 0
     * @param gateway an address behind the device, or the device's own
     * @param isOwn whether the gateway is the device's own address
     */
    record Route(IpPrefix network, InetAddress gateway, boolean isOwn) {}

    /**
     * Adds a route.
     *
     * @throws IOException if the system refuses; the message says what was tried and what the system said
     */
    void add(Route route) throws IOException;

    /**
     * Deletes a route.
     *
     * @throws IOException if the system refuses
     */
    void delete(Route route) throws IOException;
}
