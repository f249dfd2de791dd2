package io.aggr.tun.openbsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunSettings;
import io.aggr.tun.openbsd.fake.FakeInterface;
import io.aggr.tun.openbsd.fake.FakeOpenBsd;
import io.aggr.tun.openbsd.fake.Release;
import io.aggr.tun.openbsd.internal.libc.Abi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Finding, making and configuring devices. */
@OnLinux
class OpenBsdTunProviderTest {

    private final FakeOpenBsd kernel = new FakeOpenBsd(Release.V7_8);
    private final FakeSurroundings surroundings = new FakeSurroundings(kernel);

    private TunDevice open(TunSettings settings) throws IOException {
        return new OpenBsdTunProvider(kernel.platform(), surroundings).open(settings, ProviderConfig.none());
    }

    private List<String> addresses(String name) {
        return kernel.networkInterface(name).addresses().stream()
                .map(a -> a.prefix() + (a.peer() == null ? "" : " " + a.peer().getHostAddress()))
                .toList();
    }

    @Test
    void a_pattern_takes_the_first_unit_that_is_free() throws IOException {
        try (TunDevice zero = open(TunSettings.named("tun0"));
                TunDevice one = open(TunSettings.named("tun%d"));
                TunDevice two = open(TunSettings.named("tun"))) {
            assertThat(List.of(zero.name(), one.name(), two.name())).containsExactly("tun0", "tun1", "tun2");
        }
    }

    @Test
    void when_all_units_are_in_use_it_says_how_to_make_another() throws IOException {
        List<TunDevice> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(open(TunSettings.named("tun%d")));
        }
        assertThatThrownBy(() -> open(TunSettings.named("tun%d")))
                .isInstanceOf(IOException.class)
                .hasMessage("open /dev/tun4: ENOENT, no such file; the 4 devices before it are in use; make more with:"
                        + " cd /dev && sh MAKEDEV tun4");
        all.forEach(TunDevice::close);
        assertThat(kernel.openDescriptors()).isZero();
    }

    @Test
    void a_unit_that_we_may_not_open_ends_the_search() {
        kernel.forbid("tun0");
        assertThatThrownBy(() -> open(TunSettings.named("tun%d")))
                .hasMessageContaining("open /dev/tun0: EACCES")
                .hasMessageContaining("chown USER /dev/tun0");
    }

    @Test
    void a_unit_in_use_or_without_a_node_is_named_in_the_error() throws IOException {
        try (TunDevice tun = open(TunSettings.named("tun0"))) {
            assertThatThrownBy(() -> open(TunSettings.named(tun.name())))
                    .hasMessage("open /dev/tun0: EBUSY, in use; another program has it open");
        }
        assertThatThrownBy(() -> open(TunSettings.named("tun9")))
                .hasMessage("open /dev/tun9: ENOENT, no such file; make it with: cd /dev && sh MAKEDEV tun9");
    }

    @Test
    void names_that_openbsd_does_not_know_are_refused_with_those_that_it_does() {
        for (String name : List.of("aggr0", "tap0", "tun01", "tunx", "tun0x")) {
            assertThatThrownBy(() -> open(TunSettings.named(name)))
                    .as(name)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("OpenBSD calls them tun0, tun1");
        }
    }

    @Test
    void configures_mtu_addresses_and_routes_of_both_families() throws IOException {
        try (TunDevice tun = open(TunSettings.named("tun0")
                .withMtuBytes(1437)
                .withAddresses("172.16.251.1/24", "fd09::1/64")
                .withRoutes("10.77.1.2/16", "fd77::5/48"))) {
            assertThat(tun.mtuBytes()).isEqualTo(1437);
            assertThat(kernel.networkInterface("tun0").mtuBytes()).isEqualTo(1437);
            assertThat(addresses("tun0")).containsExactly("172.16.251.1/24 172.16.251.2", "fd09:0:0:0:0:0:0:1/64");
            assertThat(surroundings.routes)
                    .containsExactly(
                            "172.16.251.0/24 172.16.251.2",
                            "10.77.0.0/16 172.16.251.2",
                            "fd77:0:0:0:0:0:0:0/48 fd09:0:0:0:0:0:0:2");
        }
        assertThat(kernel.networkInterface("tun0")).isNull();
        assertThat(kernel.openDescriptors()).isZero();
    }

    @Test
    void an_address_alone_has_no_other_end_and_routes_go_through_itself() throws IOException {
        try (TunDevice tun = open(TunSettings.named("tun0")
                .withAddresses("10.9.0.1/32", "fd09::1/128")
                .withRoutes("10.0.0.0/8", "fd00::/8"))) {
            assertThat(addresses(tun.name())).containsExactly("10.9.0.1/32", "fd09:0:0:0:0:0:0:1/128");
            assertThat(surroundings.routes)
                    .containsExactly("10.0.0.0/8 -iface 10.9.0.1", "fd00:0:0:0:0:0:0:0/8 -iface fd09:0:0:0:0:0:0:1");
        }
    }

    @Test
    void a_route_without_an_address_of_its_family_is_an_error_and_leaves_nothing_behind() {
        assertThatThrownBy(() -> open(
                        TunSettings.named("tun0").withAddresses("10.9.0.1/24").withRoutes("fd00::/8")))
                .hasMessage("route fd00:0:0:0:0:0:0:0/8: the TUN device needs an address of the same family");
        assertThat(kernel.networkInterface("tun0")).isNull();
        assertThat(kernel.openDescriptors()).isZero();
    }

    @Test
    void an_mtu_beyond_the_driver_is_refused_by_the_system() {
        assertThatThrownBy(() -> open(TunSettings.named("tun0").withMtuBytes(16_385)))
                .hasMessage("ioctl(SIOCSIFMTU 16385) on tun0: EINVAL, invalid argument; tun(4) takes at most 16384");
        assertThat(kernel.openDescriptors()).isZero();
    }

    @Test
    void without_root_it_says_what_to_do() throws IOException {
        kernel.dropRoot();
        assertThatThrownBy(() -> open(TunSettings.named("tun0")))
                .hasMessageContaining("ioctl(SIOCSIFMTU 1400) on tun0: EPERM")
                .hasMessageContaining("needs root");
        assertThat(kernel.openDescriptors()).isZero();
    }

    @Test
    void an_interface_that_was_there_is_given_back_as_it_was() throws IOException {
        FakeInterface before = kernel.createInterface("tun2");
        try (TunDevice first = open(TunSettings.named("tun2").withAddresses("10.8.0.1/24"))) {
            assertThat(first.name()).isEqualTo("tun2");
        }
        assertThat(addresses("tun2")).isEmpty();
        assertThat(surroundings.routes).isEmpty();
        assertThat(before.mtuBytes()).isEqualTo(1500);
        assertThat(before.flags()).isEqualTo(Abi.IFF_POINTOPOINT | Abi.IFF_MULTICAST);
        assertThat(kernel.openDescriptors()).isZero();
    }

    @Test
    void a_refused_route_takes_back_what_was_set_before_it() {
        FakeInterface before = kernel.createInterface("tun2");
        surroundings.refuse("10.77.0.0/16");
        assertThatThrownBy(() -> open(TunSettings.named("tun2")
                        .withMtuBytes(1300)
                        .withAddresses("10.8.0.1/24")
                        .withRoutes("10.77.0.0/16")))
                .hasMessageContaining("File exists");
        assertThat(before.mtuBytes()).isEqualTo(1500);
        assertThat(addresses("tun2")).isEmpty();
        assertThat(surroundings.routes).isEmpty();
        assertThat(kernel.openDescriptors()).isZero();
    }

    @Test
    void an_interface_configured_by_others_is_used_as_it_is() throws IOException {
        FakeInterface before = kernel.createInterface("tun1");
        kernel.dropRoot();
        try (TunDevice tun =
                open(TunSettings.named("tun1").withAddresses("10.9.0.1/24").withConfigure(false))) {
            assertThat(tun.mtuBytes()).isEqualTo(1500);
            assertThat(before.addresses()).isEmpty();
            assertThat(surroundings.routes).isEmpty();
        }
        assertThat(kernel.networkInterface("tun1")).isSameAs(before);
    }
}
