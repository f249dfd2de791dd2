package io.aggr.examples.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.Bond;
import io.aggr.LinkConfig;
import io.aggr.Providers;
import io.aggr.TunnelAddresses;
import io.aggr.examples.lab.AddressPlan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that do the job of 2006 fit each other. Those for Linux are used by the lab, too; nothing here can run those for OpenBSD. */
class Samples2006Test {

    private static final Path FOLDER = Path.of("..", "conf", "2006");
    private static final Pattern ADDRESS = Pattern.compile("\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b");

    /** One of the vectors of cacophony; not the one whose public half is in the files. */
    private static final String SOME_PRIVATE_KEY = "SjrL/bFj3sZR36MZTezmdtQ3ApxipAi0xeqRFCRuSJM=\n";

    @TempDir
    Path folder;

    private static DaemonConfig read(String name) throws Exception {
        Providers providers = Providers.discover(Bond.class.getClassLoader());
        return new ConfigReader(FOLDER.resolve(name), null, none -> providers, hosts -> Map.of()).read();
    }

    private static String text(String name) throws IOException {
        return Files.readString(FOLDER.resolve(name), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux/gate-megabit.toml", "linux/gate-gigabit.toml"})
    void a_configuration_for_ip_in_ip_is_good(String name) throws Exception {
        assertThat(read(name).bond().peers().get(0).links()).hasSize(2);
    }

    @Test
    void the_tunnels_of_both_gates_end_at_each_other_behind_the_modems() throws Exception {
        List<LinkConfig> near =
                read("linux/gate-megabit.toml").bond().peers().get(0).links();
        List<LinkConfig> far =
                read("linux/gate-gigabit.toml").bond().peers().get(0).links();
        AddressPlan plan = AddressPlan.ipv4();
        for (int line = 1; line <= 2; line++) {
            LinkConfig megabit = near.get(line - 1);
            LinkConfig gigabit = far.get(line - 1);
            assertThat(host(megabit.settings().local())).isEqualTo(plan.gateAddress(line));
            assertThat(megabit.gateway()).hasToString("/" + plan.modemAddress(line));
            assertThat(host(megabit.settings().remote())).isEqualTo(plan.gigabitAddress());
            assertThat(host(gigabit.settings().local())).isEqualTo(plan.gigabitAddress());
            assertThat(host(gigabit.settings().remote())).isEqualTo(plan.lineAddress(line, 0));
            TunnelAddresses inner = megabit.inner();
            assertThat(gigabit.inner()).isEqualTo(new TunnelAddresses(inner.remote(), inner.local()));
            assertThat(gigabit.rates().upBitsPerSecond())
                    .isEqualTo(megabit.rates().downBitsPerSecond());
        }
    }

    private static String host(InetSocketAddress address) {
        return address.getAddress().getHostAddress();
    }

    @Test
    void gif_on_openbsd_has_the_same_tunnels() throws Exception {
        for (String gate : List.of("megabit", "gigabit")) {
            List<LinkConfig> links =
                    read("linux/gate-" + gate + ".toml").bond().peers().get(0).links();
            for (int line = 0; line < 2; line++) {
                LinkConfig link = links.get(line);
                assertThat(text("openbsd/gate-" + gate + ".hostname.gif" + line).lines())
                        .contains(
                                "tunnel " + host(link.settings().local()) + " "
                                        + host(link.settings().remote()),
                                "inet " + link.inner().local().getHostAddress() + " 255.255.255.255",
                                "dest " + link.inner().remote().getHostAddress(),
                                "mtu 1480");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate-megabit.toml", "gate-gigabit.toml"})
    void a_configuration_for_udp_on_openbsd_is_good(String name) throws Exception {
        Path key = folder.resolve("private.key");
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, SOME_PRIVATE_KEY, StandardCharsets.UTF_8);
        Path file = folder.resolve(name);
        Files.writeString(file, text("openbsd/" + name).replace("/etc/aggr/private.key", key.toString()));
        Providers providers = Providers.discover(Bond.class.getClassLoader());
        DaemonConfig read = new ConfigReader(file, null, none -> providers, hosts -> Map.of()).read();

        assertThat(read.bond().peers().get(0).links()).hasSize(name.contains("megabit") ? 2 : 0);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_device_of_openbsd_is_refused_on_linux_in_one_line_with_the_reason() {
        Providers providers = Providers.discover(Bond.class.getClassLoader());

        assertThatThrownBy(() -> providers.tun("openbsd"))
                .hasMessage("TUN provider openbsd cannot be used: needs OpenBSD, this is Linux");
    }

    @Test
    void no_file_has_an_address_that_the_others_do_not_know() throws IOException {
        AddressPlan plan = AddressPlan.ipv4();
        TreeSet<String> known = new TreeSet<>(List.of(
                plan.gigabitAddress(),
                plan.gigabitGateway(),
                plan.lanAGateway(),
                "192.168.252.0",
                "10.0.0.0",
                "172.16.251.0",
                "0.0.0.0",
                "128.0.0.0",
                "255.255.255.0",
                "255.255.255.255"));
        for (int line = 1; line <= 2; line++) {
            known.addAll(List.of(plan.gateAddress(line), plan.modemAddress(line), plan.lineAddress(line, 0)));
            known.addAll(List.of("172.16.251." + line, "172.16.251." + (49 + line)));
        }
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher matcher = ADDRESS.matcher(Files.readString(file, StandardCharsets.UTF_8));
                while (matcher.find()) {
                    assertThat(known).as(file.toString()).contains(matcher.group());
                }
            }
        }
    }

    @Test
    void every_file_that_the_pages_name_is_there() throws IOException {
        Path root = Path.of("..", "..");
        for (String page : List.of("2006.md", "openbsd.md")) {
            String text = Files.readString(root.resolve("docs").resolve(page), StandardCharsets.UTF_8);
            Matcher name = Pattern.compile(
                            "(?:`|/)((?:gate-\\w+|modem|sysctl)\\.[a-z0-9.]+)|(aggr-examples/conf/[\\w/.-]+)")
                    .matcher(text);
            while (name.find()) {
                boolean isThere = name.group(2) != null
                        ? Files.exists(root.resolve(name.group(2)))
                        : Files.exists(FOLDER.resolve("linux").resolve(name.group(1)))
                                || Files.exists(FOLDER.resolve("openbsd").resolve(name.group(1)));
                assertThat(isThere).as(page + ": " + name.group()).isTrue();
            }
        }
    }

    @Test
    void braces_and_macros_of_the_rules_for_pf_are_whole() throws IOException {
        for (String gate : List.of("megabit", "gigabit")) {
            String rules = text("openbsd/gate-" + gate + ".pf.conf");
            Matcher macro = Pattern.compile("\\$(\\w+)").matcher(rules);
            while (macro.find()) {
                assertThat(rules).containsPattern("(?m)^" + macro.group(1) + " = \"");
            }
            for (String line : rules.lines().toList()) {
                assertThat(line.chars().filter(c -> c == '{').count())
                        .as(line)
                        .isEqualTo(line.chars().filter(c -> c == '}').count());
                assertThat(line).matches("(#.*|\\w+ = \".*\"|(set|block|pass|match) .*|)");
            }
        }
    }
}
