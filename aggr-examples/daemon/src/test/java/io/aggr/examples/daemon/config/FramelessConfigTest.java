package io.aggr.examples.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.Bond;
import io.aggr.LinkConfig;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file for bare IP-in-IP: what it means, and that each thing that cannot be had is told with its line. */
class FramelessConfigTest {

    private static final String GOOD = """
            [tun]
            address = ["172.16.251.1/24"]
            mtu = 1480
            [[peer]]
            name = "gigabit"
            encapsulation = "ipip"
            accept-no-authentication = true
            allowed-ips = ["10.0.0.0/8"]
            scheduler = "earliest-arrival"
            [[peer.link]]
            name = "freebox"
            local = "172.16.253.100"
            remote = "88.191.22.243"
            inner = "172.16.251.1"
            inner-remote = "172.16.251.50"
            up = "800 kbit/s"
            [[peer.link]]
            name = "dartybox"
            local = "172.16.254.100"
            remote = "88.191.22.243"
            inner = "172.16.251.2"
            inner-remote = "172.16.251.51"
            up = "800 kbit/s"
            """;

    @TempDir
    Path folder;

    private DaemonConfig read(String text) throws Exception {
        Path file = folder.resolve("gate.toml");
        Files.writeString(file, text, StandardCharsets.UTF_8);
        Providers providers = Providers.discover(Bond.class.getClassLoader());
        return new ConfigReader(file, null, none -> providers, hosts -> Map.of()).read();
    }

    @Test
    void means_tunnels_without_ports_whose_segments_are_put_in_order_by_their_own_numbers() throws Exception {
        PeerConfig peer = read(GOOD).bond().peers().get(0);

        assertThat(peer.reorder().name()).isEqualTo("tcp-sequence");
        assertThat(peer.repair()).isFalse();
        assertThat(peer.equalise()).isEqualTo(PeerConfig.Equalise.OFF);
        LinkConfig link = peer.links().get(1);
        assertThat(link.settings().remote()).hasToString("/88.191.22.243:0");
        assertThat(link.settings().local()).hasToString("/172.16.254.100:0");
        assertThat(link.inner().remote().getHostAddress()).isEqualTo("172.16.251.51");
    }

    @ParameterizedTest
    @CsvSource({"flow-hash, none", "failover, none", "loadbalance, none", "round-robin, tcp-sequence"})
    void needs_an_order_only_where_connections_are_spread(String scheduler, String reorder) throws Exception {
        PeerConfig peer =
                read(GOOD.replace("earliest-arrival", scheduler)).bond().peers().get(0);

        assertThat(peer.reorder().name()).isEqualTo(reorder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scheduler = \"earliest-arrival\" | repair = true | 9: peer.repair: this encapsulation carries nothing but",
                "scheduler = \"earliest-arrival\" | equalise = \"on\" | 9: peer.equalise: this encapsulation carries",
                "\"earliest-arrival\" | \"redundant\" | 9: peer.scheduler: \"redundant\": this encapsulation carries",
                "scheduler = \"earliest-arrival\" | reorder = \"gap\" | 9: peer.reorder: \"gap\": this encapsulation",
                "[\"10.0.0.0/8\"] | [\"fd00::/16\"] | 8: peer.allowed-ips: \"fd00:0:0:0:0:0:0:0/16\": IP-in-IP carries IPv4",
                "inner = \"172.16.251.2\" | # | 17: peer.link.inner: missing: expected an inner address of the tunnel",
                "inner-remote = \"172.16.251.50\" | # | 10: peer.link.inner-remote: missing",
                "inner = \"172.16.251.2\" | inner = \"fd00::1\" | 21: peer.link.inner: \"fd00::1\": expected an IPv4",
                "inner = \"172.16.251.2\" | inner = \"172.16.251.51\" | 22: peer.link.inner-remote: both ends of a tunnel",
                "local = \"172.16.254.100\" | # | 17: peer.link.local: missing: expected the address of this machine",
                "local = \"172.16.254.100\" | local = \"172.16.254.100:5080\" | 19: peer.link.local: \"172.16.254.100:5080\":",
                "local = \"172.16.254.100\" | local = \"172.16.253.100\" | 20: peer.link.remote: \"88.191.22.243\": the link",
                "\"88.191.22.243\" | \"88.191.22.243:5080\" | 13: peer.link.remote: \"88.191.22.243:5080\": expected an address",
                "up = \"800 kbit/s\" | down = \"4 Mbit/s\" | 10: peer.link.up: missing: expected what the line carries",
                "[tun] | [tun]\\nroutes = [\"fd00::/16\"] | 2: tun.routes: \"fd00:0:0:0:0:0:0:0/16\": IP-in-IP carries IPv4",
                "[tun] | [bond]\\nlisten = [\"0.0.0.0:5080\"]\\n[tun] | 2: bond.listen: is not for encapsulation",
                "\"ipip\" | \"plain\"\\nid = 7 | is for encapsulation = \"ipip\"",
                "accept-no-authentication = true | # | accept-no-authentication = true in this [[peer]]",
            })
    void says_with_the_line_what_cannot_be_had(String replaced, String by, String complaint) {
        String changed = GOOD.replace(replaced, by.replace("\\n", "\n"));
        assertThat(changed).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> read(changed)).hasMessageContaining(complaint);
    }
}
