package io.aggr.tun.openbsd.internal.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.tun.IpPrefix;
import io.aggr.tun.openbsd.internal.tun.Routes.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it runs a shell script")
class RouteProgramTest {

    private static Route route(String network, String gateway, boolean isOwn) {
        return new Route(IpPrefix.parse(network), address(gateway), isOwn);
    }

    private static InetAddress address(String text) {
        return IpPrefix.parse(text).address();
    }

    @Test
    void hands_an_argument_list_to_route() {
        RouteProgram program = new RouteProgram(RouteProgram.PATH);
        assertThat(program.arguments("add", route("10.0.0.0/8", "172.16.251.2", false)))
                .containsExactly("/sbin/route", "-n", "add", "-inet", "10.0.0.0/8", "172.16.251.2");
        assertThat(program.arguments("delete", route("fd77::/48", "fd09::2", false)))
                .containsExactly(
                        "/sbin/route", "-n", "delete", "-inet6", "fd77:0:0:0:0:0:0:0/48", "fd09:0:0:0:0:0:0:2");
        assertThat(program.arguments("add", route("0.0.0.0/0", "10.9.0.1", true)))
                .containsExactly("/sbin/route", "-n", "add", "-inet", "0.0.0.0/0", "-iface", "10.9.0.1");
    }

    @Test
    void a_failure_says_what_was_tried_and_what_the_program_said(@TempDir Path folder) throws IOException {
        Path script = folder.resolve("route");
        Files.writeString(script, "#!/bin/sh\n[ \"$2\" = delete ] && exit 0\necho \"$4: File exists\"; exit 1\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        RouteProgram program = new RouteProgram(script);
        assertThatThrownBy(() -> program.add(route("10.0.0.0/8", "172.16.251.2", false)))
                .isInstanceOf(IOException.class)
                .hasMessage(script + " -n add -inet 10.0.0.0/8 172.16.251.2: 10.0.0.0/8: File exists");
        assertThatCode(() -> program.delete(route("10.0.0.0/8", "172.16.251.2", false)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new RouteProgram(folder.resolve("none")).add(route("10.0.0.0/8", "1.2.3.4", false)))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "172.16.251.1/24, 172.16.251.2",
        "172.16.251.50/24, 172.16.251.1",
        "10.0.0.2/30, 10.0.0.1",
        "10.0.0.0/31, 10.0.0.1",
        "10.0.0.1/31, 10.0.0.0",
        "200.1.2.3/0, 0.0.0.1",
        "fd09::1/64, fd09::2",
        "fd09::5/64, fd09::1",
    })
    void the_other_end_is_some_other_address_of_the_network(String own, String other) {
        assertThat(TunConfiguration.other(IpPrefix.parse(own))).isEqualTo(address(other));
    }

    @Test
    void an_address_alone_has_no_other_end() {
        assertThat(TunConfiguration.other(IpPrefix.parse("10.0.0.1/32"))).isNull();
        assertThat(TunConfiguration.other(IpPrefix.parse("fd09::1"))).isNull();
    }

    @Test
    void a_route_prefers_an_address_with_a_network() throws IOException {
        IpPrefix network = IpPrefix.parse("10.0.0.0/8");
        List<IpPrefix> addresses =
                List.of(IpPrefix.parse("fd09::1/64"), IpPrefix.parse("10.1.0.1/32"), IpPrefix.parse("10.2.0.1/24"));
        assertThat(TunConfiguration.route(network, addresses)).isEqualTo(route("10.0.0.0/8", "10.2.0.2", false));
    }
}
