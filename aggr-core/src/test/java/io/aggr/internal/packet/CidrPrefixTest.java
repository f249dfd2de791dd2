package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrPrefixTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.1.2.3/8, 10.0.0.0/8",
        "10.1.2.3, 10.1.2.3/32",
        "255.255.255.255/0, 0.0.0.0/0",
        "172.16.251.50/31, 172.16.251.50/31",
        "::/0, ::/0",
        "::1, ::1/128",
        "2001:DB8::1/32, 2001:db8::/32",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1/128",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1/128",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1/128",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0/128",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8/128",
        "64:ff9b::192.0.2.33/96, 64:ff9b::/96",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221/128",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304/128",
        "fe80::/10, fe80::/10",
        "febf::/10, fe80::/10",
        "::fffe:0:0/95, ::fffe:0:0/95",
    })
    void parses_and_clears_host_bits(String text, String expected) {
        assertThat(CidrPrefix.parse(text)).hasToString(expected);
        assertThat(CidrPrefix.parse(expected)).isEqualTo(CidrPrefix.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|must come first",
                "/8|must come first",
                "10.0.0.0/33|must be 0..32 for IPv4, found 33",
                "10.0.0.0/|must be 0..32 for IPv4, found \"\"",
                "10.0.0.0/-1|found \"-1\"",
                "10.0.0.0/+8|found \"+8\"",
                "10.0.0.0/08|found \"08\"",
                "10.0.0.0/8/8|found \"8/8\"",
                "10.0.0.0/255.0.0.0|found \"255.0.0.0\"",
                "10.0.0/8|four numbers",
                "10.0.0.0.0/8|four numbers",
                "10.0.0.256|0..255",
                "010.0.0.1|leading zeros, found \"010\"",
                "10..0.1|found \"\"",
                "example.org/8|four numbers",
                "2001:db8::/129|must be 0..128 for IPv6, found 129",
                "2001:db8:::1|may stand once",
                "1::2::3|may stand once",
                "1:2:3:4:5:6:7|found 7",
                "1:2:3:4:5:6:7:8:9|found 9",
                "1:2:3:4::5:6:7:8|at most seven groups, found 8",
                "12345::|found \"12345\"",
                "g::|found \"g\"",
                ":1:2:3:4:5:6:7|found \"\"",
                "1:2:3:4:5:6:7:|found \"\"",
                "1:2:3:4:5:6:7:1.2.3.4|found 9",
                "1.2.3.4::|only at the end",
                "::1.2.3.4:5|found \"1.2.3.4\"",
                "fe80::1%eth0/64|no zone, found \"%eth0\"",
                "::ffff:10.0.0.1|write it as IPv4",
                "::ffff:0:0/96|write it as IPv4",
                "::ffff:1.2.3.44/18|write it as IPv4",
                "::ffff:0:0/95|write it as IPv4",
            })
    void refuses_everything_else_and_says_what_it_found(String text, String why) {
        assertThatThrownBy(() -> CidrPrefix.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("prefix \"" + text + "\": ")
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1 ", " 10.0.0.1", "10.0.0.1/8 ", "١٠.0.0.1", "::１"})
    void refuses_blanks_and_foreign_digits(String text) {
        assertThatThrownBy(() -> CidrPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refuses_lengths_and_versions_that_cannot_be() throws UnknownHostException {
        InetAddress ipv4 = InetAddress.getByAddress(new byte[4]);
        assertThatThrownBy(() -> CidrPrefix.of(ipv4, 33)).hasMessage("prefix length must be 0..32, got 33");
        assertThatThrownBy(() -> new CidrPrefix(5, 0, 0, 0)).hasMessage("IP version must be 4 or 6, got 5");
    }

    @Test
    void random_prefixes_survive_text_and_address_round_trips() throws UnknownHostException {
        SplittableRandom random = SeededRandom.create();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (int zero = 0; zero < bytes.length; zero++) {
                bytes[zero] = random.nextInt(3) != 0 ? 0 : bytes[zero];
            }
            int bits = random.nextInt(bytes.length * 8 + 1);
            InetAddress address = InetAddress.getByAddress(bytes);
            CidrPrefix prefix = CidrPrefix.of(address, bits);
            assertThat(CidrPrefix.of(prefix.address(), bits)).isEqualTo(prefix);
            assertThat(prefix.contains(address)).isTrue();
            if (prefix.high() != 0 || prefix.low() >>> 32 != 0xFFFF) {
                assertThat(CidrPrefix.parse(prefix.toString())).isEqualTo(prefix);
            }
        }
    }

    @Test
    void holds_what_shares_its_bits() throws UnknownHostException {
        CidrPrefix prefix = CidrPrefix.parse("10.1.0.0/16");
        assertThat(prefix.contains(InetAddress.getByName("10.1.255.1"))).isTrue();
        assertThat(prefix.contains(InetAddress.getByName("10.2.0.1"))).isFalse();
        assertThat(prefix.contains(InetAddress.getByName("a01::"))).isFalse();
        assertThat(prefix.isHost()).isFalse();
        assertThat(CidrPrefix.parse("10.1.0.0").isHost()).isTrue();
    }
}
