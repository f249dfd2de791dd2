package io.aggr.examples.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class WrongConfigTest {

    private static final String GOOD = """
            [bond]
            name = "site"
            [tun]
            name = "aggr0"
            address = ["172.16.251.50/24"]
            mtu = 1437
            [[peer]]
            name = "hyrule"
            id = 7
            encapsulation = "plain"
            accept-no-authentication = true
            allowed-ips = ["10.0.0.0/8"]
            [[peer.link]]
            name = "freebox"
            remote = "192.0.2.1:5080"
            down = "4 Mbit/s"
            [[peer.link]]
            name = "dartybox"
            remote = "192.0.2.1:5080"
            """;

    @TempDir
    Path folder;

    /** What is written instead of what, and the complaint. */
    private record Case(String replaced, String by, String complaint) {}

    private static final List<Case> CASES = List.of(
            // Keys.
            new Case("mtu = 1437", "mtuu = 1437", "6: tun.mtuu: unknown key: did you mean \"mtu\"?"),
            new Case("id = 7", "weigth = 7", "9: peer.weigth: unknown key: expected one of name, id, public-key, "),
            new Case(
                    "name = \"site\"",
                    "mtu = 1400",
                    "2: bond.mtu: does not belong to [bond]: expected in [tun] or [[peer.link]]"),
            new Case(
                    "down = ",
                    "scheduler = ",
                    "16: peer.link.scheduler: does not belong to [[peer.link]]: expected in [[peer]]"),
            new Case("[bond]", "[bnd]", "1: bnd: unknown key: did you mean \"bond\"?"),
            new Case("mtu = 1437", "mtu = 1437\nmtu = 1400", "7: mtu previously defined at line 6"),
            new Case("[bond]", "[tun]\nmtu = 1437\n[bond]", "5: tun previously defined at line 1"),
            new Case(
                    "name = \"site\"",
                    "rates_file = \"site.rates\"",
                    "2: bond.rates_file: unknown key: did you mean \"rates-file\"?"),
            new Case("name = \"site\"", "rates-file = true", "2: bond.rates-file: true: expected a text in quotes"),
            new Case(
                    "name = \"site\"",
                    "rates-file = \".\"",
                    "2: bond.rates-file: \".\": is a directory: expected the path of a file"),
            new Case("name = \"site\"", "rates-file = \"\"", "2: bond.rates-file: \"\": expected a path"),
            new Case(
                    "name = \"site\"",
                    "status-socket = \"a\"\nrates-file = \"a\"",
                    "3: bond.rates-file: is the same file as \"status-socket\": expected one of its own"),
            // Types.
            new Case("mtu = 1437", "mtu = \"1437\"", "6: tun.mtu: \"1437\": expected a whole number from 576 to 65535"),
            new Case("mtu = 1437", "mtu = 1437.5", "6: tun.mtu: 1437.5: expected a whole number from 576 to 65535"),
            new Case(
                    "mtu = 1437",
                    "mtu = 1437\nclamp-mss = \"yes\"",
                    "7: tun.clamp-mss: \"yes\": expected true or false, without quotes"),
            new Case(
                    "[\"172.16.251.50/24\"]",
                    "\"172.16.251.50/24\"",
                    "5: tun.address: \"172.16.251.50/24\": expected an array such as [\"172.16.251.1/24\"]"),
            new Case(
                    "[\"172.16.251.50/24\"]",
                    "[\n7]",
                    "6: tun.address: 7: expected a text in quotes, such as in [\"172.16.251.1/24\"]"),
            new Case("name = \"site\"", "name = 7", "2: bond.name: 7: expected a text in quotes"),
            new Case("[[peer]]", "[peer]", "7: peer: a table: expected tables with the header [[peer]]"),
            new Case("[bond]\nname = \"site\"", "bond = 7", "1: bond: 7: expected a table"),
            // Ranges.
            new Case("mtu = 1437", "mtu = 67", "6: tun.mtu: 67: expected a whole number from 576 to 65535"),
            new Case("mtu = 1437", "mtu = -1", "6: tun.mtu: -1: expected a whole number from 576 to 65535"),
            new Case("mtu = 1437", "mtu = 1e999", "6: Float is too large"),
            new Case("mtu = 1437", "mtu = 99999999999999999999", "6: Integer is too large"),
            new Case(
                    "[\"172.16.251.50/24\"]\nmtu = 1437",
                    "[\"fd00::1/64\"]\nmtu = 1200",
                    "6: tun.mtu: tun.mtu must be 1280..65535 where the device has an IPv6 address, got 1200"),
            new Case("id = 7", "id = 0", "9: peer.id: 0: expected a whole number from 1 to 4294967295"),
            new Case(
                    "id = 7",
                    "id = 4294967296",
                    "9: peer.id: 4294967296: expected a whole number from 1 to 4294967295"),
            new Case(
                    "down = ", "tier = 256\ndown = ", "16: peer.link.tier: 256: expected a whole number from 0 to 255"),
            new Case(
                    "down = ",
                    "rtable = 256\ndown = ",
                    "16: peer.link.rtable: 256: expected a whole number from 0 to 255"),
            new Case(
                    "name = \"aggr0\"",
                    "name = \"a-name-that-is-long\"",
                    "4: tun.name: \"a-name-that-is-long\": expected 1 to 15 printable characters without a slash"),
            new Case("name = \"site\"", "name = \"../site\"", "2: bond.name: \"../site\": expected 1 to 32 letters"),
            // Units.
            new Case(
                    "4 Mbit/s",
                    "4 Mbps",
                    "16: peer.link.down: \"4 Mbps\": expected a rate such as \"4 Mbit/s\" or \"800 kbit/s\""),
            new Case("down = ", "backup = 1\ndown = ", "16: peer.link.backup: 1: expected true or false"),
            new Case(
                    "down = ",
                    "quota = \"5 Gbit\"\ndown = ",
                    "16: peer.link.quota: \"5 Gbit\": expected a number of bytes such as"),
            new Case("down = ", "quota = \"0 B\"\ndown = ", "16: peer.link.quota: expected more than 0 bytes"),
            new Case("down = ", "quota = 5\ndown = ", "16: peer.link.quota: 5: expected a text in quotes"),
            new Case(
                    "down = ",
                    "quota-used = \"1 GB\"\ndown = ",
                    "16: peer.link.quota-used: needs \"quota\": how many bytes the line may carry"),
            new Case(
                    "down = ",
                    "quota = \"5 GB\"\nquota-period = \"10 s\"\ndown = ",
                    "17: peer.link.quota-period: \"10 s\": expected a period from 1 min to 3653 d"),
            new Case(
                    "down = ",
                    "quota = \"5 GB\"\nquota-period = \"a month\"\ndown = ",
                    "17: peer.link.quota-period: \"a month\": expected a time such as"),
            new Case(
                    "down = ",
                    "quota = \"5 GB\"\nquota-elapsed = \"30 d\"\ndown = ",
                    "17: peer.link.quota-elapsed: expected less than the period of 720 hours"),
            new Case("4 Mbit/s", "4 MB/s", "16: peer.link.down: \"4 MB/s\": expected a rate such as"),
            new Case("\"4 Mbit/s\"", "4000000", "16: peer.link.down: 4000000: expected a text in quotes"),
            new Case("4 Mbit/s", "-4 Mbit/s", "16: peer.link.down: \"-4 Mbit/s\": expected a rate such as"),
            new Case(
                    "4 Mbit/s",
                    "7 kbit/s",
                    "16: peer.link.down: \"7 kbit/s\": expected a rate from 8 kbit/s to 1000 Gbit/s"),
            new Case(
                    "4 Mbit/s",
                    "1001 Gbit/s",
                    "16: peer.link.down: \"1001 Gbit/s\": expected a rate from 8 kbit/s to 1000 Gbit/s"),
            // Addresses.
            new Case(
                    "\"192.0.2.1:5080\"\ndown",
                    "\"192.0.2.1:0\"\ndown",
                    "15: peer.link.remote: \"192.0.2.1:0\": expected a port from 1 to 65535 after the last colon"),
            new Case(
                    "\"192.0.2.1:5080\"\ndown",
                    "\"192.0.2.1:65536\"\ndown",
                    "15: peer.link.remote: \"192.0.2.1:65536\": expected a port from 1 to 65535"),
            new Case(
                    "\"192.0.2.1:5080\"\ndown",
                    "\"192.0.2.1\"\ndown",
                    "15: peer.link.remote: \"192.0.2.1\": expected host:port such as"),
            new Case(
                    "\"192.0.2.1:5080\"\ndown",
                    "\"192.0.2:5080\"\ndown",
                    "15: peer.link.remote: \"192.0.2:5080\": expected host:port such as"),
            new Case(
                    "\"192.0.2.1:5080\"\ndown",
                    "\"2001:db8::1:5080\"\ndown",
                    "15: peer.link.remote: \"2001:db8::1:5080\": expected the address in brackets"),
            new Case(
                    "\"192.0.2.1:5080\"\ndown",
                    "\"a b:5080\"\ndown",
                    "15: peer.link.remote: \"a b:5080\": expected host:port such as"),
            new Case(
                    "down = ", "local = \"gw\"\ndown = ", "16: peer.link.local: \"gw\": expected address:port such as"),
            new Case(
                    "down = ",
                    "local = \"2001:db8::7\"\ndown = ",
                    "14: peer.link.name: link freebox mixes address families"),
            new Case(
                    "down = ",
                    "gateway = \"192.0.2.9\"\ndown = ",
                    "16: peer.link.gateway: needs \"local\": the route goes by the source address"),
            new Case(
                    "down = ",
                    "local = \"192.0.2.7\"\ngateway = \"10.1\"\ndown = ",
                    "17: peer.link.gateway: \"10.1\": expected an address such as 192.0.2.7"),
            new Case(
                    "172.16.251.50/24",
                    "172.16.251.50/33",
                    "5: tun.address: \"172.16.251.50/33\": expected a prefix length from 0 to 32 after the slash"),
            new Case(
                    "172.16.251.50/24",
                    "172.16.251/24",
                    "5: tun.address: \"172.16.251/24\": expected an address with a prefix length such as"),
            new Case(
                    "172.16.251.50/24",
                    "172.16.251.256/24",
                    "5: tun.address: \"172.16.251.256/24\": expected an address with a prefix length"),
            new Case(
                    "10.0.0.0/8",
                    "10.0.0.1/8",
                    "12: peer.allowed-ips: \"10.0.0.1/8\": expected a network, whose bits behind the prefix are zero; did you mean \"10.0.0.0/8\"?"),
            new Case(
                    "name = \"site\"",
                    "listen = [\"hub:5080\"]",
                    "2: bond.listen: \"hub:5080\": expected an address, not a name, such as"),
            new Case(
                    "name = \"site\"",
                    "listen = [\"0.0.0.0:5080\", \"0.0.0.0:5080\"]",
                    "2: bond.listen: \"0.0.0.0:5080\": is there twice"),
            // What is missing.
            new Case("name = \"hyrule\"\n", "", "7: peer.name: missing: expected a name of the peer"),
            new Case(
                    "id = 7\n", "", "7: peer.id: missing: expected a number from 1 to 4294967295 that both ends share"),
            new Case(
                    "allowed-ips = [\"10.0.0.0/8\"]\n",
                    "",
                    "7: peer.allowed-ips: missing: expected the networks behind the peer"),
            new Case(
                    "remote = \"192.0.2.1:5080\"\ndown", "down", "13: peer.link.remote: missing: expected the far end"),
            new Case("name = \"freebox\"\n", "", "13: peer.link.name: missing: expected a name of the line"),
            new Case(
                    "[\"10.0.0.0/8\"]",
                    "[]",
                    "12: peer.allowed-ips: an empty array: expected the networks behind the peer such as"),
            // What must be there once.
            new Case("dartybox", "freebox", "18: peer.link.name: \"freebox\": is taken already at line 14"),
            // Plugins.
            new Case(
                    "id = 7",
                    "id = 7\nscheduler = \"earliest-arival\"",
                    "10: peer.scheduler: \"earliest-arival\": there is no scheduler of this name: did you mean \"earliest-arrival\"?"),
            new Case(
                    "id = 7",
                    "id = 7\nscheduler = 3",
                    "10: peer.scheduler: 3: expected a name in quotes, or a table with name and options"),
            new Case(
                    "id = 7",
                    "id = 7\nscheduler = { burst = 3 }",
                    "10: peer.scheduler: a table without the text \"name\""),
            new Case(
                    "id = 7",
                    "id = 7\nscheduler = { name = \"weighted\", burst = 17 }",
                    "10: peer.scheduler: \"weighted\": option burst must be a whole number from 1 to 16, got \"17\""),
            new Case(
                    "id = 7",
                    "id = 7\nscheduler = { name = \"weighted\", brust = 1 }",
                    "10: peer.scheduler: \"weighted\": unknown option \"brust\""),
            new Case(
                    "id = 7",
                    "id = 7\nscheduler = { name = \"weighted\", burst = [1] }",
                    "10: peer.scheduler.burst: an array: expected a text, a number, true or false"),
            new Case(
                    "id = 7",
                    "id = 7\nequalise = \"yes\"",
                    "10: peer.equalise: \"yes\": expected \"auto\", \"off\" or \"on\""),
            new Case(
                    "id = 7",
                    "id = 7\nreorder = \"non\"",
                    "10: peer.reorder: \"non\": there is no reorder buffer of this name: expected one of gap"),
            new Case(
                    "mtu = 1437",
                    "backend = \"bsd\"",
                    "6: tun.backend: \"bsd\": there is no TUN backend of this name: expected one of linux"),
            new Case(
                    "mtu = 1437",
                    "type = \"linux\"",
                    "6: tun.type: does not belong to [tun]: expected in [[peer.link]], or here one of name, address,"
                            + " routes, mtu, backend, configure, clamp-mss, options"),
            new Case(
                    "down = ",
                    "type = \"tcp\"\ndown = ",
                    "16: peer.link.type: \"tcp\": there is no link type of this name: expected one of udp"),
            // Authentication.
            new Case(
                    "accept-no-authentication = true\n",
                    "",
                    "10: peer.encapsulation: \"plain\": anyone who can send to this machine can send into the tunnel"),
            new Case(
                    "accept-no-authentication = true",
                    "accept-no-authentication = false",
                    "10: peer.encapsulation: \"plain\": anyone who can send"),
            new Case(
                    "\"plain\"",
                    "\"noise\"",
                    "9: peer.id: is for encapsulation = \"plain\"; expected a \"public-key\""),
            new Case(
                    "id = 7\nencapsulation = \"plain\"\n",
                    "",
                    "7: peer.public-key: missing: expected what \"aggr pubkey\""),
            new Case(
                    "id = 7\nencapsulation = \"plain\"\n",
                    "public-key = \"3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=\"\n",
                    "1: bond.private-key-file: missing: expected a file that \"aggr genkey\" has written"),
            new Case(
                    "name = \"site\"",
                    "private-key-file = \"/k\"",
                    "2: bond.private-key-file: is for encapsulation = \"noise\", and a peer has \"plain\""),
            new Case(
                    "name = \"site\"",
                    "private-key = \"CANARY\"",
                    "2: bond.private-key: a secret key does not belong into this file: expected \"private-key-file\""),
            new Case(
                    "id = 7",
                    "id = 7\npublic-key = \"k\"",
                    "10: peer.public-key: is for encapsulation = \"noise\", and this peer has \"plain\""),
            new Case(
                    "down = ",
                    "max-down = \"1 Mbit/s\"\ndown = ",
                    "16: peer.link.max-down: is below \"down\", which it bounds"),
            new Case(
                    "down = ",
                    "max-down = \"unlimited\"\ndown = ",
                    "16: peer.link.max-down: \"unlimited\": expected a rate"),
            // What is no TOML.
            new Case("mtu = 1437", "mtu = = 1437", "6: Unexpected '=', expected a value"),
            new Case("name = \"aggr0\"", "name = \"aggr0", "4: Unexpected end of line, expected \" or a character"),
            // What others would like to see on a terminal.
            new Case("name = \"site\"", "name = \"\\u001b[2J\"", "2: bond.name: \"?[2J\": expected 1 to 32 letters"));

    @TestFactory
    Stream<DynamicTest> is_refused_with_file_line_key_and_rule() {
        return CASES.stream()
                .map(wrong -> DynamicTest.dynamicTest(wrong.complaint, () -> {
                    assertThat(GOOD).contains(wrong.replaced);
                    int at = GOOD.indexOf(wrong.replaced);
                    Path file = write(GOOD.substring(0, at) + wrong.by + GOOD.substring(at + wrong.replaced.length()));

                    ConfigException problem = refused(file);

                    assertThat(problem.kind()).isEqualTo(ConfigException.Kind.WRONG);
                    assertThat(problem.lines()).anyMatch(line -> line.startsWith(file + ":" + wrong.complaint));
                    assertThat(problem.lines()).noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
                }));
    }

    @Test
    void the_file_that_all_cases_start_from_is_good() throws Exception {
        reader(write(GOOD)).read();
    }

    @Test
    void row_76_all_mistakes_are_listed_at_once_and_in_order() throws IOException {
        Path file = write(GOOD.replace("mtu = 1437", "mtu = 67").replace("4 Mbit/s", "4 Mbps"));

        assertThat(refused(file).lines())
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.get(0)).contains(":6: tun.mtu"))
                .satisfies(lines -> assertThat(lines.get(1)).contains(":16: peer.link.down"));
    }

    @Test
    void a_file_of_mistakes_does_not_fill_the_screen() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            text.append("key").append(i).append(" = 1\n");
        }

        assertThat(refused(write(text.toString())).lines())
                .hasSize(21)
                .last()
                .asString()
                .endsWith("and 81 more");
    }

    @Test
    void a_file_without_a_peer_is_refused() throws IOException {
        Path file = write("[bond]\nname = \"site\"\n");

        assertThat(refused(file).lines())
                .containsExactly(file + ":1: peer: missing: expected at least one table with the header [[peer]]");
    }

    @Test
    void an_empty_file_is_refused() throws IOException {
        assertThat(refused(write("")).lines()).singleElement().asString().contains(":1: peer: missing");
    }

    @Test
    void a_peer_without_links_needs_a_bond_that_listens() throws IOException {
        Path file = write(GOOD.substring(0, GOOD.indexOf("[[peer.link]]")));

        assertThat(refused(file).lines())
                .containsExactly(file + ":7: peer.link: missing: expected [[peer.link]] tables, or \"listen\" in [bond]"
                        + " for a peer that comes by itself");
    }

    @Test
    void row_77_peers_may_not_share_name_id_or_networks() throws IOException {
        Path file = write(GOOD + GOOD.substring(GOOD.indexOf("[[peer]]"), GOOD.indexOf("[[peer.link]]"))
                + "[[peer.link]]\nname = \"third\"\nremote = \"192.0.2.1:5080\"\n");

        assertThat(refused(file).lines())
                .containsExactly(
                        file + ":21: peer.name: \"hyrule\": is taken already at line 8",
                        file + ":22: peer.id: \"7\": is taken already at line 9",
                        file + ":25: peer.allowed-ips: \"10.0.0.0/8\": belongs already to peer \"hyrule\" at line 12;"
                                + " a network lies behind one peer only");
    }

    @Test
    void more_links_than_a_peer_may_have_are_refused() throws IOException {
        StringBuilder text = new StringBuilder(GOOD);
        for (int i = 0; i < 15; i++) {
            text.append("[[peer.link]]\nname = \"l").append(i).append("\"\nremote = \"192.0.2.1:5080\"\n");
        }

        assertThat(refused(write(text.toString())).lines())
                .singleElement()
                .asString()
                .contains(":13: peer.link: 17 links: expected at most 16 to one peer");
    }

    @Test
    void a_file_that_is_not_there_or_no_file_is_refused() throws IOException {
        assertThat(refused(folder.resolve("none.toml")).lines())
                .containsExactly(folder.resolve("none.toml") + ": there is no such file");
        assertThat(refused(folder).lines()).containsExactly(folder + ": is a directory, not a file");
    }

    @Test
    void row_76_a_file_that_is_too_large_is_refused() throws IOException {
        Path file = Files.write(folder.resolve("large.toml"), new byte[10 << 20]);

        assertThat(refused(file).lines()).containsExactly(file + ": is larger than 1 MiB");
    }

    @Test
    void row_76_bytes_that_are_no_text_are_refused_with_their_line() throws IOException {
        byte[] bytes = GOOD.getBytes(StandardCharsets.UTF_8);
        bytes[GOOD.indexOf("hyrule")] = (byte) 0xff;
        Path file = Files.write(folder.resolve("latin.toml"), bytes);
        assertThat(refused(file).lines()).containsExactly(file + ":8: byte 0xff is not UTF-8; save the file as UTF-8");

        bytes[GOOD.indexOf("hyrule")] = 0;
        Files.write(file, bytes);
        assertThat(refused(file).lines()).containsExactly(file + ":8: a NUL byte; this is not a text file");

        Files.write(file, new byte[] {'a', '\n', (byte) 0xc3});
        assertThat(refused(file).lines()).singleElement().asString().contains(":2: byte 0xc3 is not UTF-8");
    }

    @Test
    void row_79_a_name_that_cannot_be_resolved_is_no_mistake_of_the_file() throws Exception {
        Path file = write(GOOD.replaceFirst("192.0.2.1:5080", "hub.example.net:5080"));
        NameResolver outOfOrder =
                hosts -> Map.of("hub.example.net", new NameResolver.Answer(List.of(), "out of order"));

        DaemonConfig read = new ConfigReader(file, null, plugins -> FakeProviders.usual(), outOfOrder).read();

        assertThat(read.doubts())
                .singleElement()
                .asString()
                .contains("waits for the address of \"hub.example.net\": out of order");
        InetSocketAddress remote =
                read.bond().peers().get(0).links().get(0).settings().remote();
        assertThat(remote.getHostString()).isEqualTo("hub.example.net");
        assertThat(remote.getAddress().isAnyLocalAddress()).isTrue();
    }

    @Test
    void a_name_without_an_address_of_the_family_of_the_line_is_refused() throws Exception {
        Path file = write(GOOD.replaceFirst("192.0.2.1:5080\"", "hub.example.net:5080\"\nlocal = \"2001:db8::7\""));
        List<InetAddress> ipv4 = List.of(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}));
        NameResolver found = hosts -> Map.of("hub.example.net", new NameResolver.Answer(ipv4, ""));

        ConfigException problem = catchThrowableOfType(
                ConfigException.class,
                () -> new ConfigReader(file, null, plugins -> FakeProviders.usual(), found).read());

        assertThat(problem.lines())
                .containsExactly(file + ":15: peer.link.remote: \"hub.example.net\": has no address of the family of"
                        + " \"local\": found 10.0.0.1");
    }

    @Test
    void a_plugin_folder_that_is_not_there_is_refused() throws IOException {
        Path file = write(GOOD.replace("name = \"site\"", "plugins = \"jars\""));
        PluginLoader loader = plugins -> {
            throw new IOException("there is no such directory");
        };

        ConfigException inFile = catchThrowableOfType(
                ConfigException.class, () -> new ConfigReader(file, null, loader, WrongConfigTest::unresolved).read());
        ConfigException asFlag = catchThrowableOfType(
                ConfigException.class,
                () -> new ConfigReader(file, Path.of("here"), loader, WrongConfigTest::unresolved).read());

        assertThat(inFile.lines())
                .containsExactly(
                        file + ":2: bond.plugins: \"" + folder.resolve("jars") + "\": there is no such directory");
        assertThat(asFlag.lines()).containsExactly("--plugins: \"here\": there is no such directory");
    }

    /** Whatever the file holds, it is either good or refused with its name; nothing else is thrown. */
    @Test
    void row_76_a_damaged_file_is_good_or_refused() throws IOException {
        long seed = Long.getLong("aggr.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = GOOD.getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(4); i >= 0; i--) {
                String alphabet = "\"[]{}=.\n\\,'#x0\u00e9";
                bytes[random.nextInt(bytes.length)] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            Path file = Files.write(folder.resolve("damaged.toml"), bytes);
            try {
                reader(file).read();
            } catch (ConfigException e) {
                assertThat(e.lines())
                        .as("seed %d", seed)
                        .isNotEmpty()
                        .allMatch(line -> line.startsWith(file.toString()));
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("aggr.toml"), text);
    }

    private static ConfigException refused(Path file) {
        return catchThrowableOfType(ConfigException.class, () -> reader(file).read());
    }

    private static ConfigReader reader(Path file) {
        return new ConfigReader(file, null, plugins -> FakeProviders.usual(), WrongConfigTest::unresolved);
    }

    private static Map<String, NameResolver.Answer> unresolved(Set<String> hosts) {
        return hosts.stream()
                .collect(Collectors.toMap(host -> host, host -> NameResolver.Answer.failed("out of order")));
    }
}
