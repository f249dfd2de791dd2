package io.aggr.examples.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.Bond;
import io.aggr.Keys;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running daemon makes of each key that is not what it was. */
class ReloadPlanTest {

    private static final String RESTART = ": cannot change while the daemon runs: restart it";

    private static final String NOISE = """
            [bond]
            name = "hub"
            private-key-file = "own.key"
            listen = ["127.0.0.1:5080"]
            [tun]
            mtu = 1400
            [[peer]]
            name = "roamer"
            public-key = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08="
            allowed-ips = ["10.0.0.0/8"]
            [[peer]]
            name = "fixed"
            public-key = "ZLFUc0kbEhmpgbeW2t4sm+sp/wsNBnCJBFOThNLoSG4="
            allowed-ips = ["10.1.0.0/16"]
            [[peer.link]]
            name = "dsl"
            local = "192.0.2.9"
            remote = "192.0.2.1:5080"
            quota = "5 GB"
            [[peer.link]]
            name = "lte"
            remote = "192.0.2.1:5080"
            """;

    private static final String PLAIN = """
            [[peer]]
            name = "fixed"
            id = 7
            encapsulation = "plain"
            accept-no-authentication = true
            allowed-ips = ["10.0.0.0/8"]
            [[peer.link]]
            name = "dsl"
            remote = "192.0.2.1:5080"
            """;

    private static final String IPIP = """
            [[peer]]
            name = "fixed"
            encapsulation = "ipip"
            accept-no-authentication = true
            allowed-ips = ["10.0.0.0/8"]
            [[peer.link]]
            name = "dsl"
            local = "172.16.253.100"
            remote = "88.191.22.243"
            inner = "172.16.251.1"
            inner-remote = "172.16.251.50"
            up = "800 kbit/s"
            """;

    /** A key of a table, what is written instead of what to change it, and in which line the key stands then. */
    private record Change(Schema table, String key, String file, String replaced, String by, int line) {}

    private static Change change(Schema table, String key, String file, String replaced, String by, int line) {
        return new Change(table, key, file, replaced, by, line);
    }

    private static Change bond(String key, String value) {
        return change(Schema.BOND, key, NOISE, "name = \"hub\"", "name = \"hub\"\n" + key + " = " + value, 3);
    }

    private static Change tun(String key, String value) {
        return change(Schema.TUN, key, NOISE, "mtu = 1400", "mtu = 1400\n" + key + " = " + value, 7);
    }

    private static Change peer(String key, String value) {
        return change(Schema.PEER, key, NOISE, "name = \"fixed\"", "name = \"fixed\"\n" + key + " = " + value, 13);
    }

    private static Change link(String key, String value) {
        return change(Schema.LINK, key, NOISE, "name = \"dsl\"", "name = \"dsl\"\n" + key + " = " + value, 17);
    }

    /** Each key that needs another start. */
    private static final List<Change> FIXED = List.of(
            change(Schema.BOND, "name", NOISE, "\"hub\"", "\"hub2\"", 2),
            change(Schema.BOND, "listen", NOISE, "127.0.0.1:5080", "127.0.0.1:5081", 4),
            change(Schema.BOND, "private-key-file", NOISE, "own.key", "other.key", 3),
            bond("plugins", "\"more\""),
            bond("status-socket", "\"hub.sock\""),
            bond("rates-file", "\"hub.rates\""),
            bond("cipher", "\"chacha20-poly1305\""),
            bond("state-file", "\"hub.state\""),
            bond("insecure-permissions", "true"),
            change(Schema.TUN, "mtu", NOISE, "1400", "1300", 6),
            tun("name", "\"tun7\""),
            tun("address", "[\"172.16.251.1/24\"]"),
            tun("routes", "[\"10.0.0.0/8\"]"),
            tun("backend", "\"linux\""),
            tun("configure", "false"),
            tun("clamp-mss", "false"),
            tun("options", "{ queues = 2 }"),
            change(Schema.PEER, "name", NOISE, "\"fixed\"", "\"other\"", 15),
            change(Schema.PEER, "id", PLAIN, "id = 7", "id = 8", 3),
            change(Schema.PEER, "public-key", NOISE, "ZLFUc0kbEhmpgbeW2t4sm+sp/wsNBnCJBFOThNLoSG4=", "%", 13),
            peer("preshared-key-file", "\"own.key\""),
            change(Schema.PEER, "encapsulation", PLAIN, "\"plain\"", "{ name = \"plain\", more = 1 }", 4),
            change(
                    Schema.PEER,
                    "accept-no-authentication",
                    NOISE,
                    "\"fixed\"",
                    "\"fixed\"\naccept-no-authentication = true",
                    13),
            peer("scheduler", "\"weighted\""),
            peer("reorder", "\"none\""),
            peer("repair", "false"),
            peer("equalise", "\"off\""),
            change(Schema.PEER, "link", NOISE, "\"lte\"", "\"umts\"", 15),
            change(Schema.LINK, "name", NOISE, "\"dsl\"", "\"vdsl\"", 15),
            change(Schema.LINK, "local", NOISE, "192.0.2.9", "192.0.2.8", 17),
            change(
                    Schema.LINK,
                    "remote",
                    NOISE,
                    "192.0.2.9\"\nremote = \"192.0.2.1",
                    "192.0.2.9\"\nremote = \"192.0.2.2",
                    18),
            change(Schema.LINK, "inner", IPIP, "\"172.16.251.1\"", "\"172.16.251.3\"", 10),
            change(Schema.LINK, "inner-remote", IPIP, "172.16.251.50", "172.16.251.51", 11),
            change(Schema.LINK, "quota", NOISE, "5 GB", "6 GB", 19),
            link("device", "\"eth1\""),
            link("rtable", "1"),
            link("gateway", "\"192.0.2.254\""),
            link("down", "\"4 Mbit/s\""),
            link("up", "\"4 Mbit/s\""),
            link("max-down", "\"4 Mbit/s\""),
            link("max-up", "\"4 Mbit/s\""),
            link("tier", "1"),
            link("metered", "true"),
            link("backup", "true"),
            link("quota-period", "\"31 d\""),
            link("quota-used", "\"1 GB\""),
            link("quota-elapsed", "\"36 h\""),
            link("mtu", "1492"),
            link("type", "\"udp\""),
            link("options", "{ batch = 32 }"));

    /** Each key of a peer without links, which may change at any time. */
    private static final List<Change> FREE = List.of(
            change(Schema.PEER, "allowed-ips", NOISE, "10.0.0.0/8", "10.0.0.0/9", 0),
            change(Schema.PEER, "allowed-ips", NOISE, "10.1.0.0/16", "10.2.0.0/16", 0),
            change(Schema.PEER, "name", NOISE, "\"roamer\"", "\"other\"", 0),
            change(Schema.PEER, "public-key", NOISE, "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=", "%", 0),
            change(
                    Schema.PEER,
                    "preshared-key-file",
                    NOISE,
                    "\"roamer\"",
                    "\"roamer\"\npreshared-key-file = \"own.key\"",
                    0),
            change(
                    Schema.PEER,
                    "accept-no-authentication",
                    NOISE,
                    "\"roamer\"",
                    "\"roamer\"\naccept-no-authentication = true",
                    0),
            change(Schema.PEER, "scheduler", NOISE, "\"roamer\"", "\"roamer\"\nscheduler = \"weighted\"", 0),
            change(Schema.PEER, "reorder", NOISE, "\"roamer\"", "\"roamer\"\nreorder = \"none\"", 0),
            change(Schema.PEER, "repair", NOISE, "\"roamer\"", "\"roamer\"\nrepair = false", 0),
            change(Schema.PEER, "equalise", NOISE, "\"roamer\"", "\"roamer\"\nequalise = \"off\"", 0));

    @TempDir
    Path folder;

    private final Providers providers = Providers.discover(Bond.class.getClassLoader());
    private String other = "";

    @BeforeEach
    void make_keys() throws IOException {
        for (String name : List.of("own.key", "other.key")) {
            Path file = Files.writeString(folder.resolve(name), Keys.newPrivateKey() + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        other = Keys.publicKey(Keys.newPrivateKey());
    }

    private DaemonConfig read(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("hub.toml"), text);
        return new ConfigReader(file, null, none -> providers, hosts -> Map.of()).read();
    }

    private ReloadPlan plan(Change change) throws Exception {
        assertThat(change.file).contains(change.replaced);
        DaemonConfig running = read(change.file);
        return ReloadPlan.of(
                running, read(change.file.replace(change.replaced, change.by.replace("%", other))), Set.of());
    }

    @Test
    void every_key_of_every_table_is_applied_or_refused_with_its_place_and_the_rule() throws Exception {
        for (Change change : FIXED) {
            String place = folder.resolve("hub.toml") + ":" + change.line + ": " + label(change) + ": ";
            assertThat(plan(change).refused())
                    .as("%s in %s", change.key, change.table)
                    .isNotEmpty()
                    .first()
                    .asString()
                    .startsWith(place)
                    .endsWith("while the daemon runs: restart it");
        }
    }

    /** What the key is called; under another name a peer or a link is another one. */
    private static String label(Change change) {
        return switch (change.table) {
            case ROOT -> throw new IllegalArgumentException(change.key);
            case BOND -> "bond." + change.key;
            case TUN -> "tun." + change.key;
            case PEER -> change.key.equals("name") ? "peer.link" : "peer." + change.key;
            case LINK -> change.key.equals("name") ? "peer.link" : "peer.link." + change.key;
        };
    }

    @Test
    void no_key_of_the_schema_is_forgotten() {
        for (Schema table : List.of(Schema.BOND, Schema.TUN, Schema.PEER, Schema.LINK)) {
            Set<String> looked = new LinkedHashSet<>();
            FIXED.stream().filter(change -> change.table == table).forEach(change -> looked.add(change.key));
            FREE.stream().filter(change -> change.table == table).forEach(change -> looked.add(change.key));
            assertThat(looked).as(table.name()).containsExactlyInAnyOrderElementsOf(table.keys());
        }
        assertThat(Schema.ROOT.keys()).containsExactly("bond", "tun", "peer");
    }

    @Test
    void what_is_said_of_peers_without_links_and_all_networks_is_applied() throws Exception {
        for (Change change : FREE) {
            List<PeerConfig> before = read(change.file).bond().peers();
            ReloadPlan plan = plan(change);
            assertThat(plan.refused()).as(change.key).isEmpty();
            assertThat(plan.peers()).as(change.key).hasSameSizeAs(before).isNotEqualTo(before);
        }
    }

    @Test
    void a_key_that_is_left_out_is_refused_at_its_table() throws Exception {
        DaemonConfig running = read(NOISE);

        assertThat(ReloadPlan.of(
                                running,
                                read(NOISE.replace("mtu = 1400\n", "mtu = 1400\nclamp-mss = true\n")),
                                Set.of())
                        .refused())
                .as("what is written differently and means the same")
                .isEmpty();
        assertThat(ReloadPlan.of(
                                running,
                                read(NOISE.replace("[tun]\nmtu = 1400\n", "[tun]\nname = \"aggr0\"\n")),
                                Set.of())
                        .refused())
                .as("1400 is the usual MTU, aggr0 the usual name")
                .isEmpty();
        assertThat(ReloadPlan.of(read(NOISE.replace("1400", "1300")), read(NOISE.replace("mtu = 1400\n", "")), Set.of())
                        .refused())
                .containsExactly(folder.resolve("hub.toml") + ":5: tun.mtu" + RESTART);
    }

    @Test
    void what_the_command_line_says_is_not_asked_of_the_file() throws Exception {
        String moved = NOISE.replace("[tun]", "status-socket = \"hub.sock\"\n[tun]");

        assertThat(ReloadPlan.of(read(NOISE), read(moved), Set.of()).refused())
                .containsExactly(folder.resolve("hub.toml") + ":5: bond.status-socket" + RESTART);
        assertThat(ReloadPlan.of(read(NOISE), read(moved), Set.of("status-socket"))
                        .refused())
                .isEmpty();
    }

    @Test
    void links_are_neither_opened_nor_closed() throws Exception {
        String roamer = NOISE.replace(
                "[\"10.0.0.0/8\"]\n", "[\"10.0.0.0/8\"]\n[[peer.link]]\nname = \"x\"\nremote = \"192.0.2.1:1\"\n");
        String gone = NOISE.substring(0, NOISE.indexOf("[[peer]]\nname = \"fixed\""));
        String file = folder.resolve("hub.toml").toString();

        assertThat(ReloadPlan.of(read(NOISE), read(roamer), Set.of()).refused())
                .containsExactly(
                        file
                                + ":11: peer.link: the links of peer \"roamer\" cannot be opened while the daemon runs: restart it");
        assertThat(ReloadPlan.of(read(NOISE), read(gone), Set.of()).refused())
                .containsExactly(file
                        + ":1: peer: the links of peer \"fixed\" cannot be closed while the daemon runs: restart it");
        assertThat(ReloadPlan.of(read(gone), read(NOISE), Set.of()).refused())
                .containsExactly(
                        file
                                + ":15: peer.link: the links of peer \"fixed\" cannot be opened while the daemon runs: restart it");
    }

    @Test
    void another_address_of_the_same_name_is_no_change() throws Exception {
        String named = NOISE.replace("192.0.2.1:5080", "hub.example.net:5080");
        List<DaemonConfig> readings = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            InetAddress address = InetAddress.getByAddress("hub.example.net", new byte[] {(byte) 192, 0, 2, (byte) i});
            Path file = Files.writeString(folder.resolve("hub.toml"), named);
            readings.add(new ConfigReader(
                            file,
                            null,
                            none -> providers,
                            hosts -> Map.of("hub.example.net", new NameResolver.Answer(List.of(address), "")))
                    .read());
        }
        ReloadPlan plan = ReloadPlan.of(readings.get(0), readings.get(1), Set.of());

        assertThat(plan.refused()).isEmpty();
        assertThat(plan.peers())
                .as("the links stay what they are")
                .isEqualTo(readings.get(0).bond().peers());
    }
}
