package io.aggr.examples.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.examples.daemon.status.StatsJson;
import io.aggr.examples.daemon.status.StatusClient;
import io.aggr.testing.NetnsTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as an operator starts it, in a network namespace of its own. */
@NetnsTest
class DaemonIT {

    private static final String CONFIG = """
            [bond]
            name = "hub"
            listen = ["127.0.0.1:5080"]
            status-socket = "hub.sock"
            [tun]
            name = "aggr0"
            address = ["172.16.251.1/24"]
            routes = ["10.9.0.0/16"]
            [[peer]]
            name = "site"
            id = 7
            encapsulation = "plain"
            accept-no-authentication = true
            allowed-ips = ["172.16.251.50/32"]
            """;

    private static final String SECOND_PEER = """
            [[peer]]
            name = "second"
            id = 8
            encapsulation = "plain"
            accept-no-authentication = true
            allowed-ips = ["10.7.0.0/16"]
            """;

    private final List<Process> started = new ArrayList<>();
    private Path folder = Path.of("");

    /** Not JUnit's: the path of a socket has to be short. */
    @BeforeEach
    void make_a_folder() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "aggr");
    }

    @AfterEach
    void end_what_was_started() throws IOException {
        started.forEach(Process::destroyForcibly);
        for (String name : List.of("hub.toml", "other.toml", "hub.sock", "other.sock")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }

    @Test
    void lives_from_ready_to_sigterm_and_leaves_nothing_behind() throws Exception {
        Process daemon = run(List.of("unshare", "--net"), write("hub.toml", CONFIG));
        List<String> lines = untilReady(daemon);

        assertThat(StatsJson.read(StatusClient.ask(folder.resolve("hub.sock"))).tunName())
                .isEqualTo("aggr0");
        assertThat(inNamespaceOf(daemon, "ip", "address", "show", "dev", "aggr0"))
                .contains("172.16.251.1/24");
        assertThat(inNamespaceOf(daemon, "ip", "route", "show")).contains("10.9.0.0/16 dev aggr0");

        // SIGTERM; the process's own destroy() would close the stream that is read below.
        assertThat(daemon.toHandle().destroy()).isTrue();
        lines.addAll(rest(daemon));
        assertThat(daemon.waitFor()).isZero();
        assertThat(lines).last().asString().endsWith("stopped");
        assertThat(lines).noneMatch(line -> line.startsWith("\tat "));
        assertThat(folder.resolve("hub.sock")).doesNotExist();
    }

    @Test
    void reads_its_configuration_again_at_sighup_or_leaves_everything_as_it_is() throws Exception {
        Path config = write("hub.toml", CONFIG);
        Process daemon = run(List.of("unshare", "--net"), config);
        untilReady(daemon);
        List<String> lines = new ArrayList<>();

        write("hub.toml", CONFIG + SECOND_PEER);
        lines.add(afterHangUp(daemon, "second"));
        write("hub.toml", CONFIG + SECOND_PEER.replace("10.7.", "10.6."));
        lines.add(afterHangUp(daemon, "second"));
        write("hub.toml", CONFIG + SECOND_PEER + "mtuu = 3");
        lines.add(afterHangUp(daemon, "mtuu"));
        String withLink = CONFIG + SECOND_PEER + "[[peer.link]]\nname = \"own\"\nremote = \"192.0.2.1:5080\"\n";
        write("hub.toml", withLink);
        lines.add(afterHangUp(daemon, "links"));
        write("hub.toml", CONFIG.replace("10.9.0.0/16", "10.8.0.0/16") + SECOND_PEER.replace("10.7.", "10.6."));
        lines.add(afterHangUp(daemon, "tun"));
        assertThat(StatsJson.read(StatusClient.ask(folder.resolve("hub.sock"))).peers())
                .hasSize(2);
        write("hub.toml", CONFIG);
        lines.add(afterHangUp(daemon, "removed"));
        assertThat(StatsJson.read(StatusClient.ask(folder.resolve("hub.sock"))).peers())
                .hasSize(1);

        assertThat(lines.get(0)).contains("reload: peer second added");
        assertThat(lines.get(1)).contains("reload: peer second has other allowed-ips");
        assertThat(lines.get(2)).contains("unknown key");
        long link = withLink.substring(0, withLink.lastIndexOf("[[peer.link]]"))
                        .lines()
                        .count()
                + 1;
        assertThat(lines.get(3))
                .contains(
                        config + ":" + link + ": peer.link: the links of peer \"second\" cannot be opened while",
                        "restart");
        assertThat(lines.get(4)).contains("cannot change while the daemon runs");
        assertThat(lines.get(5)).contains("reload: peer second removed");
        assertThat(daemon.toHandle().destroy()).isTrue();
        assertThat(rest(daemon)).last().asString().endsWith("stopped");
    }

    private static String afterHangUp(Process daemon, String about) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-HUP", Long.toString(daemon.pid())).start().waitFor();
        BufferedReader reader = daemon.inputReader(StandardCharsets.UTF_8);
        String line = reader.readLine();
        while (line != null && !(line.contains("reload: ") && line.contains(about))) {
            line = reader.readLine();
        }
        return String.valueOf(line);
    }

    @Test
    void row_80_a_device_name_that_is_taken_is_one_line_and_exit_code_1() throws Exception {
        Process first = run(List.of("unshare", "--net"), write("hub.toml", CONFIG));
        untilReady(first);

        Process second = run(
                beside(first),
                write("other.toml", CONFIG.replace("hub.sock", "other.sock").replace("5080", "5081")));

        assertThat(complaints(second)).singleElement().asString().contains("aggr0", "EBUSY");
        assertThat(second.waitFor()).isEqualTo(1);
    }

    @Test
    void row_80_a_port_that_is_taken_is_one_line_and_exit_code_1() throws Exception {
        Process first = run(List.of("unshare", "--net"), write("hub.toml", CONFIG));
        untilReady(first);

        Process second = run(
                beside(first),
                write(
                        "other.toml",
                        CONFIG.replace("hub.sock", "other.sock")
                                .replace("aggr0", "aggr1")
                                .replace("10.9.", "10.8.")));

        assertThat(complaints(second)).singleElement().asString().contains("127.0.0.1:5080", "in use");
        assertThat(second.waitFor()).isEqualTo(1);
        assertThat(inNamespaceOf(first, "ip", "link", "show")).doesNotContain("aggr1");
    }

    @Test
    void row_80_a_missing_permission_is_one_line_and_exit_code_1() throws Exception {
        Process daemon = run(
                List.of("unshare", "--net", "setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"),
                write("hub.toml", CONFIG));

        assertThat(complaints(daemon)).singleElement().asString().contains("CAP_NET_ADMIN");
        assertThat(daemon.waitFor()).isEqualTo(1);
        assertThat(folder.resolve("hub.sock")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "openbsd |                                    | TUN provider openbsd cannot be used: needs OpenBSD, this is Linux",
                "linux   | -Dos.name=OpenBSD                  | TUN provider linux cannot be used: needs Linux, this is OpenBSD",
                "openbsd | -Dos.name=OpenBSD -Dos.arch=riscv64| TUN provider openbsd cannot be used: needs amd64 or arm64, this is riscv64",
                "        | -Dos.name=FreeBSD                  | No TUN provider can be used: linux (needs Linux, this is FreeBSD), openbsd (needs"
                        + " OpenBSD, this is FreeBSD)"
            })
    void a_device_of_another_system_is_one_line_with_the_reason_and_exit_code_1(
            @Nullable String backend, @Nullable String machine, String said) throws Exception {
        String backendLine = backend == null ? "" : "backend = \"" + backend + "\"";
        Path config = write("hub.toml", CONFIG.replace("name = \"aggr0\"", "name = \"tun0\"\n" + backendLine));
        Process daemon = run(List.of("env"), config, machine == null ? List.of() : List.of(machine.split(" ", 0)));

        assertThat(rest(daemon)).containsExactly("aggr: " + said);
        assertThat(daemon.waitFor()).isEqualTo(1);
        assertThat(folder.resolve("hub.sock")).doesNotExist();
    }

    @Test
    void a_native_library_that_does_not_load_is_named_with_its_own_words() throws Exception {
        Path config = write("hub.toml", CONFIG.replace("name = \"aggr0\"", "name = \"tun0\"\nbackend = \"openbsd\""));
        Process daemon = run(List.of("env"), config, List.of("-Dos.name=OpenBSD"));

        assertThat(rest(daemon))
                .singleElement()
                .asString()
                .matches("aggr: TUN provider openbsd cannot be used: JNA cannot load its native library"
                        + " \\(.*jn[ai].*\\); put the jna\\.jar .*")
                .doesNotContain("Could not initialize");
        assertThat(daemon.waitFor()).isEqualTo(1);
    }

    @Test
    void row_80_a_machine_without_ipv6_is_one_line_and_exit_code_1() throws Exception {
        String off = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; exec \"$@\"";
        Process daemon = run(
                List.of("unshare", "--net", "sh", "-c", off, "sh"),
                write("hub.toml", CONFIG.replace("127.0.0.1:5080", "[::1]:5080")));

        assertThat(complaints(daemon)).singleElement().asString().contains("[::1]:5080", "EADDRNOTAVAIL");
        assertThat(daemon.waitFor()).isEqualTo(1);
        assertThat(folder.resolve("hub.sock")).doesNotExist();
    }

    @Test
    void row_80_a_machine_without_the_module_for_tun_devices_is_one_line_and_exit_code_1() throws Exception {
        Process daemon = run(
                List.of("unshare", "--net", "--mount", "sh", "-c", "mount -t tmpfs none /dev/net; exec \"$@\"", "sh"),
                write("hub.toml", CONFIG));

        assertThat(complaints(daemon)).singleElement().asString().contains("/dev/net/tun");
        assertThat(daemon.waitFor()).isEqualTo(1);
        assertThat(folder.resolve("hub.sock")).doesNotExist();
    }

    @Test
    void row_47_a_device_that_is_deleted_ends_the_daemon_with_one_line_and_exit_code_1() throws Exception {
        Process daemon = run(List.of("unshare", "--net"), write("hub.toml", CONFIG));
        untilReady(daemon);
        assertThat(StatsJson.read(StatusClient.ask(folder.resolve("hub.sock"))).tunName())
                .isEqualTo("aggr0");

        inNamespaceOf(daemon, "ip", "link", "delete", "aggr0");

        List<String> complaints = complaints(daemon);
        assertThat(complaints).as("%s", complaints).isNotEmpty().allMatch(line -> line.contains("aggr0"));
        assertThat(complaints).as("the log's, and the last word").hasSizeLessThanOrEqualTo(2);
        assertThat(daemon.waitFor()).isEqualTo(1);
        assertThat(folder.resolve("hub.sock"))
                .as("who asks for the status is told")
                .doesNotExist();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Process run(List<String> prefix, Path config) throws IOException {
        return run(prefix, config, List.of());
    }

    private Process run(List<String> prefix, Path config, List<String> javaOptions) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        if (prefix.contains("unshare") || prefix.contains("nsenter")) {
            // The listening socket needs a loopback interface that is up.
            command.addAll(List.of("sh", "-c", "ip link set lo up 2>/dev/null; exec \"$@\"", "sh"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "--config",
                config.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    private static List<String> beside(Process other) {
        return List.of("nsenter", "--net=/proc/" + other.pid() + "/ns/net");
    }

    private static List<String> untilReady(Process daemon) throws IOException {
        List<String> lines = new ArrayList<>();
        String line;
        BufferedReader reader = daemon.inputReader(StandardCharsets.UTF_8);
        while ((line = reader.readLine()) != null) {
            lines.add(line);
            if (line.contains(" ready: ")) {
                return lines;
            }
        }
        throw new AssertionError("the daemon ended: " + lines);
    }

    private static List<String> rest(Process daemon) throws InterruptedException {
        List<String> lines = daemon.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(daemon.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return lines;
    }

    /** What a daemon that cannot start says, without the log of what it had begun and taken back. */
    private static List<String> complaints(Process daemon) throws InterruptedException {
        List<String> lines = rest(daemon);
        assertThat(lines).noneMatch(line -> line.startsWith("\tat "));
        return lines.stream()
                .filter(line -> !line.matches("\\d{4}-.* (INFO|WARN) .*"))
                .toList();
    }

    private static String inNamespaceOf(Process daemon, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(beside(daemon));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }
}
