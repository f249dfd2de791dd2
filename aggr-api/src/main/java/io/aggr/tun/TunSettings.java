package io.aggr.tun;

import java.util.List;
import java.util.Objects;

/**
 * What a TUN device shall look like.
 *
 * @param name name of the interface, or a pattern of the platform
 * @param mtuBytes longest inner packet, 576 to 65535, and at least 1280 where an address is IPv6
 * @param addresses addresses of this end, with their networks; may be empty
 * @param routes networks that lie behind the tunnel; may be empty
 * @param configure whether the device sets MTU, addresses and routes itself; false leaves the interface as somebody else has prepared it
 * @since 0.1
 */
public record TunSettings(
        String name, int mtuBytes, List<IpPrefix> addresses, List<IpPrefix> routes, boolean configure) {

    /** The MTU where none is given. */
    public static final int DEFAULT_MTU_BYTES = 1400;

    /**
     * Checks the parts and copies the lists.
     *
     * @param name as described for the record
     * @param mtuBytes as described for the record
     * @param addresses as described for the record
     * @param routes as described for the record
     * @param configure as described for the record
     * @throws IllegalArgumentException if a part is out of range
     */
    public TunSettings {
        Objects.requireNonNull(name, "name");
        if (name.isBlank() || name.length() > 15 || name.chars().anyMatch(c -> c <= ' ' || c == '/' || c > '~')) {
            throw new IllegalArgumentException(
                    "tun.name must be 1 to 15 printable characters without a slash, got \"" + name + "\"");
        }
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        boolean ipv6 = addresses.stream().anyMatch(a -> a.address().getAddress().length == 16);
        int least = ipv6 ? 1280 : 576;
        if (mtuBytes < least || mtuBytes > 65_535) {
            throw new IllegalArgumentException("tun.mtu must be " + least + "..65535"
                    + (ipv6 ? " where the device has an IPv6 address" : "") + ", got " + mtuBytes);
        }
    }

    /**
     * A device without addresses and with the default MTU.
     *
     * @param name name of the interface
     * @return settings to refine with the {@code with} methods
     */
    public static TunSettings named(String name) {
        return new TunSettings(name, DEFAULT_MTU_BYTES, List.of(), List.of(), true);
    }

    /**
     * The same with another MTU.
     *
     * @param newMtuBytes longest inner packet
     * @return a changed copy
     */
    public TunSettings withMtuBytes(int newMtuBytes) {
        return new TunSettings(name, newMtuBytes, addresses, routes, configure);
    }

    /**
     * The same with these addresses.
     *
     * @param newAddresses in the form {@code 172.16.251.1/24}
     * @return a changed copy
     */
    public TunSettings withAddresses(String... newAddresses) {
        return new TunSettings(
                name,
                mtuBytes,
                List.of(newAddresses).stream().map(IpPrefix::parse).toList(),
                routes,
                configure);
    }

    /**
     * The same with these routes.
     *
     * @param newRoutes in the form {@code 10.0.0.0/8}
     * @return a changed copy
     */
    public TunSettings withRoutes(String... newRoutes) {
        return new TunSettings(
                name,
                mtuBytes,
                addresses,
                List.of(newRoutes).stream().map(IpPrefix::parse).toList(),
                configure);
    }

    /**
     * The same, configured by the device or by somebody else.
     *
     * @param newConfigure whether the device configures itself
     * @return a changed copy
     */
    public TunSettings withConfigure(boolean newConfigure) {
        return new TunSettings(name, mtuBytes, addresses, routes, newConfigure);
    }
}
