package io.aggr.examples.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondConfig;
import io.aggr.LinkConfig;
import io.aggr.LinkCost;
import io.aggr.LinkQuota;
import io.aggr.LinkRates;
import io.aggr.PeerConfig;
import io.aggr.link.LinkSettings;
import io.aggr.tun.TunSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoodConfigTest {

    private static final String LEAST = """
            [[peer]]
            name = "hyrule"
            id = 7
            encapsulation = "plain"
            accept-no-authentication = true
            allowed-ips = ["10.0.0.0/8"]
            [[peer.link]]
            name = "a"
            remote = "192.0.2.1:5080"
            """;

    @TempDir
    Path folder;

    @Test
    void every_key_reaches_the_bond() throws Exception {
        DaemonConfig read = read("""
                [bond]
                name = "site"
                listen = ["0.0.0.0:5080", "[::]:5081"]
                status-socket = "here.sock"

                [tun]
                name = "tun7"
                address = ["172.16.251.50/24", "fd00::50/64"]
                routes = ["10.0.0.0/8", "fd01::/16"]
                mtu = 1437
                backend = "linux"
                configure = false
                clamp-mss = false
                options = { queues = 2 }

                [[peer]]
                name = "hyrule"
                id = 4294967295
                encapsulation = "plain"
                accept-no-authentication = true
                allowed-ips = ["0.0.0.0/0"]
                reorder = "gap"
                repair = false
                equalise = "on"

                [peer.scheduler]
                name = "weighted"
                burst = 3
                strict = true

                [[peer.link]]
                name = "freebox"
                local = "172.16.253.100:4000"
                device = "bge0"
                rtable = 1
                gateway = "172.16.253.200"
                remote = "88.191.22.243:5080"
                down = "4 Mbit/s"
                up = "0.8 Mbit/s"
                tier = 2
                metered = true
                backup = true
                quota = "5 GB"
                quota-period = "31 d"
                quota-used = "1.2 GB"
                quota-elapsed = "36 h"
                mtu = 1492
                type = "udp"
                options = { batch = 32, gro = true, mode = "x" }

                [[peer.link]]
                name = "starlink"
                local = "2001:db8::7"
                remote = "[2001:db8::1]:5080"
                down = "4000000 bit/s"
                up = "1 Gbit/s"
                """);

        assertThat(read.statusSocket()).isEqualTo(folder.resolve("here.sock"));
        assertThat(read.bond())
                .isEqualTo(new BondConfig(
                        "site",
                        List.of(
                                LinkConfig.listening("0.0.0.0:5080", new InetSocketAddress("0.0.0.0", 5080)),
                                LinkConfig.listening("[::]:5081", new InetSocketAddress("::", 5081))),
                        TunSettings.named("tun7")
                                .withMtuBytes(1437)
                                .withAddresses("172.16.251.50/24", "fd00::50/64")
                                .withRoutes("10.0.0.0/8", "fd01::/16")
                                .withConfigure(false),
                        "linux",
                        Map.of("queues", "2"),
                        List.of(PeerConfig.plain("hyrule", 4_294_967_295L)
                                .withAllowedIps("0.0.0.0/0")
                                .withScheduler(
                                        new PeerConfig.Plugin("weighted", Map.of("burst", "3", "strict", "true")))
                                .withReorder(PeerConfig.Plugin.named("gap"))
                                .withRepair(false)
                                .withEqualise(PeerConfig.Equalise.ON)
                                .withLinks(
                                        new LinkConfig(
                                                new LinkSettings(
                                                        "freebox",
                                                        new InetSocketAddress("172.16.253.100", 4000),
                                                        "bge0",
                                                        1,
                                                        new InetSocketAddress("88.191.22.243", 5080)),
                                                "udp",
                                                InetAddress.getByName("172.16.253.200"),
                                                LinkRates.of(4_000_000, 800_000),
                                                new LinkCost(
                                                        2,
                                                        true,
                                                        true,
                                                        new LinkQuota(
                                                                5_000_000_000L,
                                                                Duration.ofDays(31),
                                                                1_200_000_000L,
                                                                Duration.ofHours(36))),
                                                1492,
                                                Map.of("batch", "32", "gro", "true", "mode", "x")),
                                        LinkConfig.udp("starlink", new InetSocketAddress("2001:db8::1", 5080))
                                                .withSettings(LinkSettings.to(
                                                                "starlink", new InetSocketAddress("2001:db8::1", 5080))
                                                        .withLocal(new InetSocketAddress("2001:db8::7", 0)))
                                                .withRates(LinkRates.of(4_000_000, 1_000_000_000)))),
                        false,
                        Map.of()));
    }

    @Test
    void what_is_left_out_has_the_default_of_the_library() throws Exception {
        BondConfig bond = read(LEAST).bond();

        assertThat(bond)
                .isEqualTo(BondConfig.of(
                        "aggr0",
                        TunSettings.named("aggr0"),
                        PeerConfig.plain("hyrule", 7)
                                .withAllowedIps("10.0.0.0/8")
                                .withLinks(LinkConfig.udp("a", new InetSocketAddress("192.0.2.1", 5080)))));
    }

    @Test
    void the_bond_is_named_after_its_device_where_it_has_no_name() throws Exception {
        assertThat(read("[tun]\nname = \"tun3\"\n" + LEAST).bond().name()).isEqualTo("tun3");
        assertThat(read("[tun]\nname = \"tun%d\"\n" + LEAST).bond().name()).isEqualTo("aggr");
    }

    @Test
    void a_hub_has_peers_without_links() throws Exception {
        BondConfig bond = read("bond.listen = [\"192.0.2.1:5080\"]\n"
                        + LEAST.substring(0, LEAST.indexOf("[[peer.link]]")))
                .bond();

        assertThat(bond.listen()).singleElement().extracting(LinkConfig::name).isEqualTo("192.0.2.1:5080");
        assertThat(bond.peers()).singleElement().extracting(PeerConfig::links).isEqualTo(List.of());
    }

    @Test
    void options_of_the_encapsulation_may_stand_in_its_table() throws Exception {
        BondConfig bond = read(LEAST.replace("id = 7\n", "")
                        .replace("\"plain\"", "{ name = \"plain\", id = 9, window = 64 }"))
                .bond();

        assertThat(bond.peers().get(0).encapsulation())
                .isEqualTo(new PeerConfig.Plugin("plain", Map.of("id", "9", "window", "64")));
    }

    @Test
    void names_of_far_ends_are_resolved_once_each_and_to_the_family_of_the_line() throws Exception {
        List<String> asked = new ArrayList<>();
        InetAddress ipv6 = InetAddress.getByName("2001:db8::1");
        InetAddress ipv4 = InetAddress.getByName("192.0.2.9");
        NameResolver resolver = hosts -> {
            asked.addAll(hosts);
            return Map.of("hub.example.net", new NameResolver.Answer(List.of(ipv6, ipv4), ""));
        };
        String text = LEAST.replace("192.0.2.1:5080", "hub.example.net:5080")
                + "[[peer.link]]\nname = \"b\"\nlocal = \"192.0.2.7\"\nremote = \"hub.example.net:5081\"\n";

        BondConfig bond = new ConfigReader(write(text), null, plugins -> FakeProviders.usual(), resolver)
                .read()
                .bond();

        assertThat(asked).containsExactly("hub.example.net");
        assertThat(bond.peers().get(0).links())
                .extracting(link -> link.settings().remote())
                .containsExactly(new InetSocketAddress(ipv6, 5080), new InetSocketAddress(ipv4, 5081));
    }

    @Test
    void the_mark_that_some_editors_put_at_the_front_is_skipped() throws Exception {
        assertThat(read("\uFEFF" + LEAST).bond().peers()).hasSize(1);
    }

    @Test
    void lines_may_end_as_on_windows() throws Exception {
        assertThat(read(LEAST.replace("\n", "\r\n")).bond().peers()).hasSize(1);
    }

    @Test
    void the_plugin_folder_is_beside_the_file_unless_the_caller_names_one() throws Exception {
        List<Path> folders = new ArrayList<>();
        PluginLoader loader = plugins -> {
            if (plugins != null) {
                folders.add(plugins);
            }
            return FakeProviders.usual();
        };
        Path file = write("bond.plugins = \"jars\"\n" + LEAST);

        new ConfigReader(file, null, loader, hosts -> Map.of()).read();
        new ConfigReader(file, Path.of("there"), loader, hosts -> Map.of()).read();

        assertThat(folders).containsExactly(folder.resolve("jars"), Path.of("there"));
    }

    @ParameterizedTest
    @CsvSource({
        "4 Mbit/s,4000000",
        "4Mbit/s,4000000",
        "0.8 Mbit/s,800000",
        "800 kbit/s,800000",
        "1.5 Gbit/s,1500000000",
        "9600 bit/s,9600",
        "1000 Gbit/s,1000000000000"
    })
    void rates_have_units_and_may_have_fractions(String text, long bitsPerSecond) {
        assertThat(Quantities.rate(text)).isEqualTo(bitsPerSecond);
    }

    private DaemonConfig read(String text) throws Exception {
        return new ConfigReader(write(text), null, plugins -> FakeProviders.usual(), hosts -> Map.of()).read();
    }

    private Path write(String text) throws Exception {
        return Files.write(folder.resolve("aggr.toml"), text.getBytes(StandardCharsets.UTF_8));
    }
}
