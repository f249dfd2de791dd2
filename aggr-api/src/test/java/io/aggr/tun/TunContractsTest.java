package io.aggr.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TunContractsTest {

    @ParameterizedTest
    @CsvSource({
        "172.16.251.1/24, 172.16.251.1, 24",
        "10.0.0.1, 10.0.0.1, 32",
        "fd00::1/64, fd00:0:0:0:0:0:0:1, 64",
        "::, 0:0:0:0:0:0:0:0, 128",
        "0.0.0.0/0, 0.0.0.0, 0"
    })
    void reads_prefixes(String text, String address, int bits) {
        IpPrefix prefix = IpPrefix.parse(text);
        assertThat(prefix.address().getHostAddress()).isEqualTo(address);
        assertThat(prefix.bits()).isEqualTo(bits);
        assertThat(IpPrefix.parse(prefix.toString())).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "10.0.0.1/33", "10.0.0.1/-1", "fd00::1/129", "10.0.0.1/x", "localhost/8", "10.0.0.1/8/8"
            })
    void looks_up_no_names_and_refuses_nonsense(String text) {
        assertThatThrownBy(() -> IpPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void settings_are_refined_step_by_step() {
        TunSettings settings = TunSettings.named("aggr0")
                .withMtuBytes(1437)
                .withAddresses("172.16.251.1/24", "fd00::1/64")
                .withRoutes("10.0.0.0/8")
                .withConfigure(false);
        assertThat(settings.mtuBytes()).isEqualTo(1437);
        assertThat(settings.addresses()).hasSize(2);
        assertThat(settings.routes()).containsExactly(IpPrefix.parse("10.0.0.0/8"));
        assertThat(settings.configure()).isFalse();
        assertThat(TunSettings.named("aggr0").mtuBytes()).isEqualTo(TunSettings.DEFAULT_MTU_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/b", "sixteen-letters-", "tab\t"})
    void a_device_needs_a_name_that_systems_take(String name) {
        assertThatThrownBy(() -> TunSettings.named(name)).hasMessageContaining("tun.name");
    }

    @Test
    void the_mtu_has_bounds_that_depend_on_the_addresses() {
        assertThat(TunSettings.named("t").withMtuBytes(576).mtuBytes()).isEqualTo(576);
        assertThatThrownBy(() -> TunSettings.named("t").withMtuBytes(575)).hasMessageContaining("575");
        assertThatThrownBy(() -> TunSettings.named("t").withMtuBytes(65_536)).hasMessageContaining("65536");
        assertThatThrownBy(
                        () -> TunSettings.named("t").withAddresses("fd00::1/64").withMtuBytes(1279))
                .hasMessageContaining("1280");
    }
}
