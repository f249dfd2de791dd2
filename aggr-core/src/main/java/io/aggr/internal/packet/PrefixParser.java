package io.aggr.internal.packet;

/** Reads one {@link CidrPrefix} from text. Used once. */
final class PrefixParser {
    private final String text;

    PrefixParser(String text) {
        this.text = text;
    }

    CidrPrefix parse() {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (address.isEmpty()) {
            throw bad("an IPv4 or IPv6 address must come first");
        }
        boolean ipv6 = address.indexOf(':') >= 0;
        int maxBits = ipv6 ? 128 : 32;
        int lengthBits = slash < 0 ? maxBits : lengthBits(text.substring(slash + 1), maxBits, ipv6);
        if (!ipv6) {
            return new CidrPrefix(4, ipv4(address) << 32, 0, lengthBits);
        }
        long[] halves = ipv6(address);
        if (halves[0] == 0 && halves[1] >>> 32 == 0xFFFF) {
            // With a short length too: who writes ::ffff:1.2.3.4/18 means 1.2.0.0/18, and would get ::/18.
            throw bad("is an IPv4 address in IPv6 form, write it as IPv4");
        }
        return new CidrPrefix(6, halves[0], halves[1], lengthBits);
    }

    private int lengthBits(String digits, int maxBits, boolean ipv6) {
        String rule = "the prefix length must be 0.." + maxBits + " for " + (ipv6 ? "IPv6" : "IPv4");
        int value = decimal(digits, 3);
        if (value < 0) {
            throw bad(rule + ", found \"" + digits + "\"");
        }
        if (value > maxBits) {
            throw bad(rule + ", found " + value);
        }
        return value;
    }

    private long ipv4(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            throw bad("an IPv4 address is four numbers 0..255 with dots between, found \"" + address + "\"");
        }
        long value = 0;
        for (String part : parts) {
            int number = decimal(part, 3);
            if (number < 0 || number > 255) {
                throw bad("the numbers of an IPv4 address are 0..255 without leading zeros, found \"" + part + "\"");
            }
            value = value << 8 | number;
        }
        return value;
    }

    private long[] ipv6(String address) {
        if (address.indexOf('%') >= 0) {
            throw bad("a prefix has no zone, found \"" + address.substring(address.indexOf('%')) + "\"");
        }
        int gap = address.indexOf("::");
        if (gap < 0) {
            int[] groups = groups(address);
            if (groups.length != 8) {
                throw bad("an IPv6 address has eight groups, or fewer with \"::\", found " + groups.length);
            }
            return halves(groups, groups.length);
        }
        if (address.indexOf("::", gap + 1) >= 0) {
            throw bad("\"::\" may stand once, found it twice or as \":::\"");
        }
        int[] front = groups(address.substring(0, gap));
        int[] back = groups(address.substring(gap + 2));
        if (front.length + back.length > 7) {
            throw bad("beside \"::\" there may be at most seven groups, found " + (front.length + back.length));
        }
        int[] all = new int[8];
        System.arraycopy(front, 0, all, 0, front.length);
        System.arraycopy(back, 0, all, 8 - back.length, back.length);
        return halves(all, 8);
    }

    private static long[] halves(int[] groups, int count) {
        long[] halves = new long[2];
        for (int i = 0; i < count; i++) {
            halves[i >>> 2] = halves[i >>> 2] << 16 | groups[i];
        }
        return halves;
    }

    /** The 16-bit groups of a part without "::"; a dotted IPv4 address at the end of the whole counts as two. */
    private int[] groups(String part) {
        if (part.isEmpty()) {
            return new int[0];
        }
        String[] pieces = part.split(":", -1);
        String last = pieces[pieces.length - 1];
        boolean dotted = last.indexOf('.') >= 0;
        if (dotted && text.indexOf(last + ":") >= 0) {
            throw bad("an IPv4 address may stand only at the end, found \"" + last + "\"");
        }
        int[] groups = new int[pieces.length + (dotted ? 1 : 0)];
        int hexCount = dotted ? pieces.length - 1 : pieces.length;
        for (int i = 0; i < hexCount; i++) {
            groups[i] = hex(pieces[i]);
        }
        if (dotted) {
            long address = ipv4(last);
            groups[hexCount] = (int) (address >>> 16);
            groups[hexCount + 1] = (int) address & 0xFFFF;
        }
        return groups;
    }

    private int hex(String piece) {
        int value = 0;
        boolean good = !piece.isEmpty() && piece.length() <= 4;
        for (int i = 0; i < piece.length() && good; i++) {
            char c = piece.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            good = digit >= 0;
            value = (value << 4) | (digit & 0xF);
        }
        if (!good) {
            throw bad("the groups of an IPv6 address are one to four hexadecimal digits, found \"" + piece + "\"");
        }
        return value;
    }

    /** A decimal number without sign or leading zero, or -1. */
    private static int decimal(String digits, int maxDigits) {
        if (digits.isEmpty() || digits.length() > maxDigits || (digits.length() > 1 && digits.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private IllegalArgumentException bad(String why) {
        return new IllegalArgumentException("prefix \"" + text + "\": " + why);
    }
}
