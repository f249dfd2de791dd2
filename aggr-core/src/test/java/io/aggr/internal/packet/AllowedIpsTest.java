package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AllowedIpsTest {
    private static AllowedIps.Entry entry(String prefix, int peer) {
        return new AllowedIps.Entry(CidrPrefix.parse(prefix), peer, "peer-" + peer);
    }

    private static int lookup(AllowedIps table, String address) throws UnknownHostException {
        return table.lookup(InetAddress.getByName(address));
    }

    @Test
    void the_longest_prefix_wins_and_what_is_around_it_goes_on_behind_it() throws UnknownHostException {
        AllowedIps table = AllowedIps.of(
                List.of(entry("10.1.2.0/24", 2), entry("0.0.0.0/0", 0), entry("10.0.0.0/8", 1), entry("10.1.2.3", 3)));
        assertThat(lookup(table, "9.255.255.255")).isEqualTo(0);
        assertThat(lookup(table, "10.0.0.0")).isEqualTo(1);
        assertThat(lookup(table, "10.1.2.2")).isEqualTo(2);
        assertThat(lookup(table, "10.1.2.3")).isEqualTo(3);
        assertThat(lookup(table, "10.1.2.4")).isEqualTo(2);
        assertThat(lookup(table, "10.1.3.0")).isEqualTo(1);
        assertThat(lookup(table, "10.255.255.255")).isEqualTo(1);
        assertThat(lookup(table, "11.0.0.0")).isEqualTo(0);
        assertThat(lookup(table, "255.255.255.255")).isEqualTo(0);
        assertThat(lookup(table, "::a00:1")).isEqualTo(AllowedIps.NONE);
    }

    @Test
    void an_empty_table_owns_nothing() throws UnknownHostException {
        assertThat(lookup(AllowedIps.none(), "10.0.0.1")).isEqualTo(AllowedIps.NONE);
        assertThat(lookup(AllowedIps.none(), "::1")).isEqualTo(AllowedIps.NONE);
    }

    @Test
    void looks_up_both_ends_of_a_packet() {
        AllowedIps table = AllowedIps.of(List.of(entry("10.0.0.0/8", 4), entry("2001:db8::/64", 5)));
        TestPacket ipv4 = TestPacket.udp("10.9.9.9", "192.0.2.1", 1, 1);
        assertThat(table.lookupSource(ipv4.buffer(), ipv4.offset())).isEqualTo(4);
        assertThat(table.lookupDestination(ipv4.buffer(), ipv4.offset())).isEqualTo(AllowedIps.NONE);
        TestPacket ipv6 = TestPacket.udp("2001:db8:0:1::", "2001:db8::ffff", 1, 1);
        assertThat(table.lookupSource(ipv6.buffer(), ipv6.offset())).isEqualTo(AllowedIps.NONE);
        assertThat(table.lookupDestination(ipv6.buffer(), ipv6.offset())).isEqualTo(5);
    }

    @Test
    void refuses_one_prefix_for_two_peers() {
        assertThatThrownBy(() -> AllowedIps.of(List.of(entry("10.0.0.1/8", 1), entry("10.0.0.2/8", 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("allowed-ips: 10.0.0.0/8 is given to peer \"peer-1\" and to peer \"peer-2\"");
        assertThatThrownBy(() -> entry("10.0.0.0/8", -2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void accepts_one_prefix_twice_for_one_peer() throws UnknownHostException {
        AllowedIps table = AllowedIps.of(List.of(entry("10.0.0.1/8", 1), entry("10.0.0.2/8", 1)));
        assertThat(lookup(table, "10.3.3.3")).isEqualTo(1);
    }

    @Test
    void agrees_with_a_linear_scan_on_random_tables() throws UnknownHostException {
        SplittableRandom random = SeededRandom.create();
        for (int round = 0; round < 300; round++) {
            int addressBytes = random.nextBoolean() ? 4 : 16;
            // Few random bits make nested and neighbouring prefixes common; all bits make the ends of the line common.
            byte pattern = (byte) (random.nextInt(4) == 0 ? 0xFF : 0x81);
            List<AllowedIps.Entry> entries = new ArrayList<>();
            List<CidrPrefix> known = new ArrayList<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                CidrPrefix prefix =
                        CidrPrefix.of(address(random, addressBytes, pattern), random.nextInt(addressBytes * 8 + 1));
                if (!known.contains(prefix)) {
                    known.add(prefix);
                    entries.add(new AllowedIps.Entry(prefix, random.nextInt(5), "p"));
                }
            }
            AllowedIps table = AllowedIps.of(entries);
            for (int i = 0; i < 500; i++) {
                InetAddress address = address(random, addressBytes, pattern);
                if (!entries.isEmpty() && random.nextBoolean()) {
                    address = neighbour(
                            random, entries.get(random.nextInt(entries.size())).prefix());
                }
                int expected = AllowedIps.NONE;
                int longest = -1;
                for (AllowedIps.Entry entry : entries) {
                    if (entry.prefix().lengthBits() > longest && entry.prefix().contains(address)) {
                        longest = entry.prefix().lengthBits();
                        expected = entry.peer();
                    }
                }
                assertThat(table.lookup(address))
                        .as("%s in %s", address, entries)
                        .isEqualTo(expected);
            }
        }
    }

    private static InetAddress address(SplittableRandom random, int size, byte pattern) throws UnknownHostException {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        // An IPv6 address of this shape would come back from the JDK as IPv4.
        bytes[0] |= (byte) (size == 16 ? 1 : 0);
        for (int i = 0; i < size; i++) {
            bytes[i] &= pattern;
        }
        return InetAddress.getByAddress(bytes);
    }

    /** The first address of a prefix, the last one, or one beside these. */
    private static InetAddress neighbour(SplittableRandom random, CidrPrefix prefix) throws UnknownHostException {
        byte[] bytes = prefix.address().getAddress();
        java.math.BigInteger value = new java.math.BigInteger(1, bytes);
        java.math.BigInteger size = java.math.BigInteger.ONE.shiftLeft(bytes.length * 8 - prefix.lengthBits());
        java.math.BigInteger all = java.math.BigInteger.ONE.shiftLeft(bytes.length * 8);
        value = switch (random.nextInt(4)) {
            case 0 -> value;
            case 1 -> value.subtract(java.math.BigInteger.ONE);
            case 2 -> value.add(size);
            default -> value.add(size).subtract(java.math.BigInteger.ONE);
        };
        byte[] raw = value.mod(all).add(all).toByteArray();
        InetAddress address =
                InetAddress.getByAddress(java.util.Arrays.copyOfRange(raw, raw.length - bytes.length, raw.length));
        return address.getAddress().length == bytes.length ? address : prefix.address();
    }
}
