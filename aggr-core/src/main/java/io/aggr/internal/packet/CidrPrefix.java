package io.aggr.internal.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 prefix such as {@code 10.0.0.0/8}. Bits behind the prefix length are cleared, so that two prefixes
 * that mean the same are equal.
 *
 * @param version 4 or 6
 * @param high the first 64 bits of the address; an IPv4 address fills the upper half of them
 * @param low the last 64 bits of an IPv6 address; 0 for IPv4
 * @param lengthBits 0..32 for IPv4, 0..128 for IPv6
 */
public record CidrPrefix(int version, long high, long low, int lengthBits) {
    /** Checks the version and the length, and clears the host bits. */
    public CidrPrefix {
        if (version != 4 && version != 6) {
            throw new IllegalArgumentException("IP version must be 4 or 6, got " + version);
        }
        int maxBits = version == 4 ? 32 : 128;
        if (lengthBits < 0 || lengthBits > maxBits) {
            throw new IllegalArgumentException("prefix length must be 0.." + maxBits + ", got " + lengthBits);
        }
        high &= mask(lengthBits);
        low &= mask(lengthBits - 64);
    }

    /** The {@code bits} upper bits of 64; any number of bits, also negative or above 64. */
    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
    }

    /** The prefix that holds an address and all that share its first {@code lengthBits} bits. */
    public static CidrPrefix of(InetAddress address, int lengthBits) {
        byte[] bytes = address.getAddress();
        long high = 0;
        long low = 0;
        for (int i = 0; i < bytes.length; i++) {
            long value = bytes[i] & 0xFFL;
            if (i < 8) {
                high |= value << (56 - 8 * i);
            } else {
                low |= value << (120 - 8 * i);
            }
        }
        return new CidrPrefix(bytes.length == 4 ? 4 : 6, high, low, lengthBits);
    }

    /** The prefix of one address: /32 or /128. */
    public static CidrPrefix of(InetAddress address) {
        return of(address, address.getAddress().length * 8);
    }

    /**
     * Parses {@code address/length}, or a lone address as the prefix of that host. Asks no name service. Host bits may
     * be set and are cleared. IPv4 is four decimal numbers without leading zeros; IPv6 is what RFC 4291 section 2.2
     * allows, without a zone.
     *
     * @throws IllegalArgumentException with the text that was found and what is allowed
     */
    public static CidrPrefix parse(String text) {
        return new PrefixParser(text).parse();
    }

    /** Whether the address lies in this prefix; an address of the other version never does. */
    public boolean contains(InetAddress address) {
        CidrPrefix other = of(address);
        return other.version == version
                && (other.high & mask(lengthBits)) == high
                && (other.low & mask(lengthBits - 64)) == low;
    }

    /** Whether this is the prefix of a single address. */
    public boolean isHost() {
        return lengthBits == (version == 4 ? 32 : 128);
    }

    /** The first address of the prefix. */
    public InetAddress address() {
        byte[] bytes = new byte[version == 4 ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i < 8 ? high >>> (56 - 8 * i) : low >>> (120 - 8 * i));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 are the lengths of addresses", e);
        }
    }

    /** The prefix as text, IPv6 in the form of RFC 5952; {@link #parse} reads it back. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(48);
        if (version == 4) {
            for (int shift = 56; shift >= 32; shift -= 8) {
                text.append(high >>> shift & 0xFF).append(shift == 32 ? '/' : '.');
            }
            return text.append(lengthBits).toString();
        }
        int bestStart = -1;
        int bestCount = 1;
        for (int i = 0; i < 8; i++) {
            int count = 0;
            while (i + count < 8 && group(i + count) == 0) {
                count++;
            }
            if (count > bestCount) {
                bestStart = i;
                bestCount = count;
            }
            i += count;
        }
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestCount - 1;
            } else {
                if (i > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(i)));
            }
        }
        return text.append('/').append(lengthBits).toString();
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xFFFF;
    }
}
