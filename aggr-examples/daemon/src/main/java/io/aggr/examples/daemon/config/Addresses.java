package io.aggr.examples.daemon.config;

import io.aggr.tun.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as people write them, read more strictly than the JDK does, which takes {@code 10.1} for {@code 10.0.0.1}. No name is looked up here.
 * Every method throws an IllegalArgumentException that says what is expected.
 */
final class Addresses {

    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern LABELS =
            Pattern.compile("(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\\.)*"
                    + "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\\.?");

    private static final String EXPECT_ADDRESS = "expected an address such as 192.0.2.7 or 2001:db8::7";
    private static final String EXPECT_PORT = "expected a port from 1 to 65535 after the last colon";

    /** Where a socket is: a literal address or, where {@code address} is null, a name. Port 0 is any. */
    record Endpoint(String host, @Nullable InetAddress address, int port) {}

    private Addresses() {}

    static InetAddress address(String text) {
        InetAddress address = literal(text);
        if (address == null) {
            throw new IllegalArgumentException(EXPECT_ADDRESS);
        }
        return address;
    }

    /** An address, with a port or without. */
    static Endpoint local(String text) {
        InetAddress bare = literal(text);
        return bare != null ? new Endpoint(text, bare, 0) : withPort(text);
    }

    /** An address with a port. */
    static Endpoint withPort(String text) {
        Endpoint endpoint = split(text, "expected address:port such as 192.0.2.7:5080 or [2001:db8::7]:5080");
        if (endpoint.address() == null) {
            throw new IllegalArgumentException("expected an address, not a name, such as 192.0.2.7:5080");
        }
        return endpoint;
    }

    /** An address or a name, with a port. */
    static Endpoint remote(String text) {
        return split(text, "expected host:port such as hub.example.net:5080, 192.0.2.7:5080 or [2001:db8::7]:5080");
    }

    /** An address or a name, without a port: for what has none. */
    static Endpoint host(String text) {
        InetAddress address = literal(text);
        if (address == null && (text.matches("[0-9.]*") || !LABELS.matcher(text).matches())) {
            throw new IllegalArgumentException(
                    "expected an address or a name without a port, such as 192.0.2.7: IP-in-IP has none");
        }
        return new Endpoint(text, address, 0);
    }

    /** An address without a port: for what has none. */
    static Endpoint bare(String text) {
        InetAddress address = literal(text);
        if (address == null) {
            throw new IllegalArgumentException(
                    "expected an address without a port, such as 192.0.2.7: IP-in-IP has none");
        }
        return new Endpoint(text, address, 0);
    }

    /** An interface's address with its network. */
    static IpPrefix prefix(String text) {
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException(
                    "expected an address with a prefix length such as 172.16.251.1/24 or fd00::1/64");
        }
        int most = address.getAddress().length * 8;
        if (slash < 0) {
            return new IpPrefix(address, most);
        }
        String length = text.substring(slash + 1);
        if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > most) {
            throw new IllegalArgumentException("expected a prefix length from 0 to " + most + " after the slash");
        }
        return new IpPrefix(address, Integer.parseInt(length));
    }

    /** A network: no bit is set behind the prefix, since that is mostly a slip. */
    static IpPrefix network(String text) {
        IpPrefix prefix = prefix(text);
        byte[] bytes = prefix.address().getAddress();
        for (int bit = prefix.bits(); bit < bytes.length * 8; bit++) {
            bytes[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
        }
        IpPrefix network = new IpPrefix(fromBytes(bytes), prefix.bits());
        if (!network.address().equals(prefix.address())) {
            throw new IllegalArgumentException("expected a network, whose bits behind the prefix are zero; "
                    + "did you mean \"" + network + "\"?");
        }
        return network;
    }

    private static Endpoint split(String text, String expected) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || text.endsWith("]")) {
            throw new IllegalArgumentException(expected);
        }
        String host = text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (host.indexOf(':') >= 0 && !bracketed) {
            throw new IllegalArgumentException("expected the address in brackets, such as [2001:db8::7]:5080");
        }
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(EXPECT_PORT);
        }
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        InetAddress address = literal(bare);
        boolean numeric = bare.matches("[0-9.]*");
        if (address == null && (bracketed || numeric || !LABELS.matcher(bare).matches())) {
            throw new IllegalArgumentException(expected);
        }
        return new Endpoint(bare, address, Integer.parseInt(port));
    }

    private static @Nullable InetAddress literal(String text) {
        boolean ipv6 = IPV6.matcher(text).matches();
        if (!ipv6 && !IPV4.matcher(text).matches()) {
            return null;
        }
        try {
            // Never a lookup: what has a colon is only ever taken for a literal, and what is left is four octets.
            InetAddress address = InetAddress.getByName(text);
            // An IPv4-mapped address becomes an IPv4 address on the way; nobody who writes one expects that.
            return ipv6 && address.getAddress().length == 4 ? null : address;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static InetAddress fromBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(EXPECT_ADDRESS, e);
        }
    }
}
