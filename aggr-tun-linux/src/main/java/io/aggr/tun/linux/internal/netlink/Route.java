package io.aggr.tun.linux.internal.netlink;

import io.aggr.tun.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A route.
 *
 * @param destination the network; host bits are cleared
 * @param table routing table; {@link #MAIN} is the one everybody uses
 * @param device name and index of the interface, or null for none
 * @param gateway next hop, or null
 * @param isOnLink whether the gateway is to be taken as reachable over the device, whatever its address
 * @param isUnreachable whether packets are refused instead of sent
 * @param metric smaller is preferred; 0 leaves it to the kernel
 * @param protocol who made the route
 */
public record Route(
        IpPrefix destination,
        int table,
        @Nullable Device device,
        @Nullable InetAddress gateway,
        boolean isOnLink,
        boolean isUnreachable,
        int metric,
        int protocol) {

    /** The table that everybody uses. */
    public static final int MAIN = 254;

    /** Made by an administrator. */
    static final int PROTOCOL_STATIC = 4;

    /**
     * An interface.
     *
     * @param name for messages
     * @param index for the kernel
     */
    public record Device(String name, int index) {}

    /** Clears the destination's host bits, which the kernel refuses. */
    public Route {
        Objects.requireNonNull(destination, "destination");
        destination = network(destination);
    }

    /** A route of the main table into a device. */
    public static Route into(Device device, IpPrefix destination) {
        return new Route(destination, MAIN, device, null, false, false, 0, PROTOCOL_STATIC);
    }

    /** Family of the addresses: 4 or 16 bytes each. */
    int addressBytes() {
        return destination.address().getAddress().length;
    }

    /** As arguments of {@code ip route add}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (isUnreachable) {
            text.append("unreachable ");
        }
        text.append(destination.bits() == 0 ? "default" : destination);
        if (gateway != null) {
            text.append(" via ").append(gateway.getHostAddress());
        }
        if (device != null) {
            text.append(" dev ").append(device.name());
        }
        if (isOnLink) {
            text.append(" onlink");
        }
        if (table != MAIN) {
            text.append(" table ").append(table);
        }
        return text.toString();
    }

    /** The network that an address lies in. */
    public static IpPrefix network(IpPrefix prefix) {
        byte[] address = prefix.address().getAddress();
        for (int bit = prefix.bits(); bit < address.length * 8; bit++) {
            address[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        try {
            return new IpPrefix(InetAddress.getByAddress(address), prefix.bits());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + address.length + " bytes", e);
        }
    }
}
