package io.aggr.tun;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An address with a prefix length: an interface's address with its network, or a route.
 *
 * @param address the address, host bits as written
 * @param bits length of the prefix, 0 to 32 or 128
 * @since 0.1
 */
public record IpPrefix(InetAddress address, int bits) {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /**
     * Checks the parts.
     *
     * @param address as described for the record
     * @param bits as described for the record
     * @throws IllegalArgumentException if the length does not fit the address
     */
    public IpPrefix {
        Objects.requireNonNull(address, "address");
        int most = address.getAddress().length * 8;
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException(
                    "prefix length of " + address.getHostAddress() + " must be 0.." + most + ", got " + bits);
        }
    }

    /**
     * Reads an address with an optional prefix length, such as {@code 172.16.251.1/24}. Names are not looked up.
     *
     * @param text the text
     * @return the prefix; a bare address means itself alone
     * @throws IllegalArgumentException if the text is not of this form
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        InetAddress address;
        try {
            if (!LITERAL.matcher(host).matches()) {
                throw new UnknownHostException(host);
            }
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "expected an address with a prefix length, such as 172.16.251.1/24 or fd00::1/64, got \"" + text
                            + "\"",
                    e);
        }
        if (slash < 0) {
            return new IpPrefix(address, address.getAddress().length * 8);
        }
        try {
            return new IpPrefix(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the prefix length of \"" + text + "\" is no number", e);
        }
    }

    /**
     * The text form.
     *
     * @return address, slash, length
     */
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }
}
