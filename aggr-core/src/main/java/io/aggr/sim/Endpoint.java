package io.aggr.sim;

import static java.util.Objects.requireNonNull;

/**
 * Simulated addresses of datagrams: an IPv4 address and a port, packed into a {@code long} so that carrying one allocates
 * nothing.
 *
 * @since 0.1
 */
public final class Endpoint {
    /** No address. */
    public static final long NONE = -1;

    private Endpoint() {}

    /**
     * Packs an address.
     *
     * @param address four decimal numbers with dots
     * @param port 1 to 65535
     * @return the address, not negative
     */
    public static long of(String address, int port) {
        return of(parse(address), port);
    }

    /**
     * The host part.
     *
     * @param endpoint a packed address
     * @return four decimal numbers with dots
     */
    public static String address(long endpoint) {
        return text(addressBits(endpoint));
    }

    /**
     * The port.
     *
     * @param endpoint a packed address
     * @return 1 to 65535
     */
    public static int port(long endpoint) {
        return (int) (endpoint & 0xFFFF);
    }

    /**
     * The address for people.
     *
     * @param endpoint a packed address, or {@link #NONE}
     * @return such as {@code 192.0.2.1:5080}, or {@code none}
     */
    public static String toString(long endpoint) {
        return endpoint == NONE ? "none" : address(endpoint) + ":" + port(endpoint);
    }

    static long of(int addressBits, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be 1 to 65535, got " + port);
        }
        return (addressBits & 0xFFFF_FFFFL) << 16 | port;
    }

    static int addressBits(long endpoint) {
        return (int) (endpoint >>> 16);
    }

    static int parse(String text) {
        String[] parts = requireNonNull(text, "address").split("\\.", -1);
        if (parts.length != 4) {
            throw notAnAddress(text);
        }
        int bits = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw notAnAddress(text);
            }
            int value = Integer.parseInt(part);
            if (value > 255) {
                throw notAnAddress(text);
            }
            bits = bits << 8 | value;
        }
        return bits;
    }

    static String text(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException(
                "address must be four decimal numbers of 0 to 255 with dots, such as 192.0.2.1, got \"" + text + "\"");
    }
}
