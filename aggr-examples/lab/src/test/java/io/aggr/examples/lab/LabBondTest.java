package io.aggr.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.sim.Profiles;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LabBondTest {

    private static final AddressPlan PLAN = AddressPlan.ipv4();

    @Test
    void each_side_knows_the_key_of_the_other() throws IOException {
        Map<String, String> files = new HashMap<>();
        LabBond.Texts texts = LabBond.noise(PLAN).texts(PLAN, Profiles.SEED, (name, key) -> {
            files.put(name, key);
            return "/run/" + name;
        });

        assertThat(files).containsOnlyKeys("megabit.key", "gigabit.key");
        assertThat(texts.megabit()).contains("private-key-file = \"/run/megabit.key\"");
        Matcher key = Pattern.compile("public-key = \"([^\"]+)\"").matcher(texts.megabit());
        assertThat(key.find()).isTrue();
        assertThat(Base64.getDecoder().decode(key.group(1))).hasSize(32);
    }

    @Test
    void only_the_side_behind_the_lines_names_them() throws IOException {
        LabBond.Texts texts = LabBond.noise(PLAN).texts(PLAN, Profiles.SEED, (name, key) -> name);

        assertThat(texts.megabit()).containsSubsequence("adsl-1", "172.16.253.100", "adsl-2", "172.16.254.100");
        assertThat(texts.megabit()).doesNotContain("down =").doesNotContain("listen");
        assertThat(texts.gigabit()).contains("listen = [\"0.0.0.0:5080\"]").doesNotContain("peer.link");
    }

    @Test
    void seeds_are_written_in_bits_per_second() throws IOException {
        LabBond.Texts texts = LabBond.plain(PLAN).withSeeds(true).texts(PLAN, Profiles.SEED, (name, key) -> name);

        assertThat(texts.megabit()).contains("down = \"4000000 bit/s\"", "up = \"800000 bit/s\"");
        assertThat(texts.megabit()).contains("accept-no-authentication = true").doesNotContain("key");
    }

    @Test
    void the_mtu_is_what_the_encapsulation_leaves() {
        assertThat(LabBond.noise(PLAN).tunMtuBytes()).isEqualTo(1437);
        assertThat(LabBond.noise(AddressPlan.ipv6()).tunMtuBytes()).isEqualTo(1417);
        assertThat(LabBond.noise(PLAN).payloadShare(PLAN)).isEqualTo(1385 / 1500.0);
    }

    @Test
    void with_ipip_both_sides_list_their_tunnels_and_know_the_rates() throws IOException {
        LabBond.Texts texts = LabBond.ipip(PLAN).texts(PLAN, Profiles.SEED, (name, key) -> name);

        assertThat(texts.megabit())
                .contains("encapsulation = \"ipip\"", "mtu = 1480", "up = \"800000 bit/s\"")
                .containsSubsequence(
                        "local = \"172.16.254.100\"", "remote = \"88.191.22.243\"", "inner = \"172.16.251.2\"");
        assertThat(texts.gigabit())
                .contains("remote = \"198.51.100.1\"", "remote = \"198.51.100.2\"", "up = \"4000000 bit/s\"")
                .doesNotContain("listen");
        assertThatThrownBy(() -> LabBond.ipip(AddressPlan.ipv6())).hasMessageContaining("IPv4 in IPv4");
    }
}
