package io.aggr.examples.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.StartRate;
import io.aggr.examples.daemon.log.LogLevel;
import io.aggr.examples.daemon.status.StatusPaths;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class CliTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final FakeBond.Starter starter = new FakeBond.Starter();
    private StopRequest stop = action -> action.accept("SIGTEST");
    private Path folder = Path.of("");

    @TempDir
    Path plugins;

    @BeforeEach
    void make_a_folder_with_a_short_name() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "aggr");
    }

    @AfterEach
    void nothing_stays_and_no_stack_trace_was_shown() throws IOException {
        LogLevel.set(Level.INFO);
        Files.deleteIfExists(folder.resolve("site.toml"));
        Files.delete(folder);
        assertThat(out.toString() + err).doesNotContain("\tat ").doesNotContain("Exception");
    }

    @Test
    void check_says_what_is_in_a_good_file_and_starts_nothing() throws IOException {
        Path file = site("");

        assertThat(aggr("check", "--config", file.toString())).isZero();
        assertThat(out.toString()).isEqualTo(file + ": good: bond site, 1 peer, 1 link, 0 listening sockets\n");
        assertThat(starter.started).isNull();
    }

    @Test
    void row_76_check_and_run_end_with_2_and_one_line_per_mistake_where_the_file_is_wrong() throws IOException {
        Path file = site("mtuu = 1400");
        for (String command : List.of("check", "run")) {
            err.getBuffer().setLength(0);

            assertThat(aggr(command, "--config", file.toString())).isEqualTo(2);
            assertThat(err.toString())
                    .isEqualTo(
                            file + ":3: bond.mtuu: unknown key: expected one of name, listen,"
                                    + " plugins, status-socket, rates-file, private-key-file, cipher, state-file, insecure-permissions\n");
        }
        assertThat(starter.started).isNull();
    }

    @Test
    void keys_are_made_for_a_new_file_that_nobody_else_can_read() throws IOException {
        Path key = folder.resolve("private.key");

        assertThat(aggr("genkey", "--out", key.toString())).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        String text = Files.readString(key);
        assertThat(text).hasSize(45).endsWith("=\n");

        assertThat(aggr("genkey", "--out", key.toString())).isEqualTo(1);
        assertThat(Files.readString(key)).isEqualTo(text);
        assertThat(err.toString()).isEqualTo("aggr: " + key + " exists already and is left as it is\n");
        assertThat(out.toString()).isEmpty();
        Files.delete(key);
    }

    @Test
    void keys_are_printed_one_on_a_line() {
        assertThat(aggr("genkey")).isZero();
        assertThat(aggr("genpsk")).isZero();
        assertThat(out.toString().lines()).hasSize(2).allMatch(key -> key.length() == 44);
    }

    @Test
    void the_public_key_comes_from_standard_input() throws IOException {
        StringWriter said = new StringWriter();
        StringWriter complained = new StringWriter();
        for (String key : List.of("XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=\r\n", "CANARY")) {
            new KeyCommands.Pubkey(
                            new PrintWriter(said, true),
                            new PrintWriter(complained, true),
                            new ByteArrayInputStream(key.getBytes(StandardCharsets.US_ASCII)))
                    .call();
        }
        assertThat(said).hasToString("3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=" + System.lineSeparator());
        assertThat(complained.toString()).contains("44 characters").doesNotContain("CANARY");
    }

    @Test
    void what_the_library_says_against_a_file_comes_with_the_file_and_ends_with_2() throws IOException {
        starter.refusal = new IllegalArgumentException("peer hyrule: window must be 64..8192, got 1");
        Path file = site("");
        for (String command : List.of("check", "run")) {
            err.getBuffer().setLength(0);

            assertThat(aggr(command, "--config", file.toString())).isEqualTo(2);
            assertThat(err.toString()).isEqualTo(file + ": peer hyrule: window must be 64..8192, got 1\n");
        }
        assertThat(starter.started).isNull();
    }

    @Test
    void what_the_system_refuses_ends_with_1() throws IOException {
        starter.failure = new IOException("ioctl(TUNSETIFF) on aggr0: EPERM, needs CAP_NET_ADMIN");

        assertThat(run(site(""))).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("aggr: ioctl(TUNSETIFF) on aggr0: EPERM, needs CAP_NET_ADMIN\n");
    }

    @Test
    void row_80_what_this_machine_lacks_is_told_from_what_is_wrong_with_the_file() throws IOException {
        starter.missing = "No TUN provider can be used: linux (no write access to /dev/net/tun)";
        Path file = site("");

        assertThat(run(file)).isEqualTo(1);
        assertThat(aggr("check", "--config", file.toString())).isZero();
        assertThat(err.toString())
                .isEqualTo("aggr: " + starter.missing + "\nwarning: good, but not on this machine as this user: "
                        + starter.missing + "\n");
        assertThat(starter.started).isNull();
    }

    @Test
    void run_lives_until_it_has_to_stop_and_cleans_up() throws IOException {
        stop = action -> {
            assertThat(folder.resolve("site.sock")).exists();
            action.accept("SIGTEST");
        };

        assertThat(run(site(""))).isZero();
        FakeBond bond = starter.started;
        assertThat(bond).isNotNull();
        assertThat(bond.closes).hasPositiveValue();
        assertThat(folder.resolve("site.sock")).doesNotExist();
    }

    @Test
    void a_bond_that_ends_by_itself_ends_the_daemon_with_1() throws IOException {
        starter.endsBy = "aggr0 is gone";
        stop = never -> {};

        assertThat(run(site(""))).isEqualTo(1);
        assertThat(folder.resolve("site.sock")).doesNotExist();
    }

    @Test
    void status_shows_a_running_bond_as_a_table_and_as_json() throws IOException {
        stop = action -> {
            assertThat(aggr("status")).isZero();
            assertThat(aggr("status", "site", "--json")).isZero();
            assertThat(aggr("status", "other")).isEqualTo(1);
            action.accept("SIGTEST");
        };

        run(site(""));

        assertThat(out.toString())
                .startsWith("bond site on aggr0, up 1 s\n")
                .contains("\n{\"version\":1,\"bond\":\"site\",\"tun\":\"aggr0\"");
        assertThat(err.toString()).startsWith("aggr: no daemon of bond other is running: no socket in " + folder);
    }

    @Test
    void a_second_daemon_of_one_name_is_refused() throws IOException {
        Path file = site("");
        stop = action -> {
            stop = again -> again.accept("SIGTEST");
            assertThat(run(file)).isEqualTo(1);
            action.accept("SIGTEST");
        };

        assertThat(run(file)).isZero();
        assertThat(err.toString()).startsWith("aggr: another aggr answers at " + folder.resolve("site.sock"));
    }

    @Test
    void a_socket_that_somebody_asked_for_and_that_cannot_be_made_is_refused() throws IOException {
        Path wanted = folder.resolve("a/b/site.sock");

        assertThat(aggr("run", "--config", site("").toString(), "--socket", wanted.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).isEqualTo("aggr: status socket " + wanted + ": its directory does not exist\n");
        assertThat(starter.started).isNull();
    }

    @Test
    void plugins_that_cannot_be_loaded_are_shown_and_stop_nobody() throws IOException {
        Files.writeString(plugins.resolve("broken.jar"), "no jar");
        jar("scheduler.jar", "META-INF/services/io.aggr.schedule.SchedulerProvider", "com.example.Missing\n");
        stop = action -> {
            assertThat(aggr("status")).isZero();
            action.accept("SIGTEST");
        };

        assertThat(aggr("run", "-c", site("").toString(), "--plugins", plugins.toString()))
                .isZero();
        assertThat(out.toString())
                .contains("\nproblems\n  plugin " + plugins.resolve("broken.jar") + " cannot be read and is left out")
                .contains("a SchedulerProvider could not be loaded and is left out")
                .contains("com.example.Missing");
    }

    @Test
    void a_plugin_folder_that_is_not_there_is_refused() throws IOException {
        assertThat(aggr("check", "-c", site("").toString(), "--plugins", "/none"))
                .isEqualTo(2);
        assertThat(err.toString()).isEqualTo("--plugins: \"/none\": there is no such directory\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rnu",
                "run",
                "run --config",
                "run -c x --log-level loud",
                "check",
                "check -c x y",
                "status a b"
            })
    void wrong_usage_ends_with_2_and_a_hint(String line) {
        assertThat(aggr(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("aggr: ").contains("--help");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "run --help", "status -h", "check --help", "--version"})
    void help_and_version_go_to_standard_output(String line) {
        assertThat(aggr(line.split(" "))).isZero();
        assertThat(out.toString()).contains("aggr ");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run -c FILE",
                "run --config=FILE",
                "run --log-level WARN --config FILE",
                "run --config FILE --log-level warn"
            })
    void run_takes_its_options_in_every_spelling(String line) throws IOException {
        assertThat(aggr(line.replace("FILE", site("").toString()).split(" "))).isZero();
        assertThat(starter.started).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run --config",
                "run --config a --config b",
                "run --config -x",
                "run --help x",
                "run -c a --loglevel b",
                "run -c a --log-level loud",
                "status -c a",
                "run --socket a"
            })
    void what_is_not_plain_is_left_to_picocli(String line) {
        assertThat(DaemonOptions.plain(line.split(" "))).isEmpty();
    }

    @Test
    void a_plain_command_line_is_understood_without_picocli() {
        assertThat(DaemonOptions.plain("run", "-c", "a", "--plugins", "b", "--socket", "c", "--log-level", "debug"))
                .contains(new DaemonOptions(Path.of("a"), Path.of("b"), Path.of("c"), Level.DEBUG));
    }

    @Test
    void lab_hands_its_arguments_over() {
        assertThat(aggr("lab", "--profile", "seed", "--no-such-argument")).isEqualTo(2);
        // The lab complains by itself, on standard output.
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void help_lists_every_command_with_examples() {
        aggr("--help");

        assertThat(out.toString()).contains("  run ", "  status ", "  check ", "  lab ", "Examples:", "Exit codes:");
    }

    @Test
    void the_next_run_begins_with_the_rates_of_the_last_one() throws IOException {
        Path rates = plugins.resolve("site.rates");
        Path file = site("rates-file = \"" + rates + "\"");
        stop = action -> {
            FakeBond bond = starter.started;
            assertThat(bond).isNotNull();
            bond.found = 7_400_000;
            action.accept("SIGTEST");
        };
        assertThat(run(file)).isZero();
        assertThat(rates).content().contains("hyrule freebox 7400000 ");

        starter.started = null;
        stop = action -> action.accept("SIGTEST");
        assertThat(run(file)).isZero();
        FakeBond second = starter.started;
        assertThat(second).isNotNull();
        assertThat(second.startRates).containsExactly(new StartRate("hyrule", "freebox", 7_400_000));
        assertThat(rates).as("what was not found anew").content().contains("hyrule freebox 7400000 ");
    }

    @Test
    void a_reload_hands_on_what_was_found_and_refuses_another_place_for_rates() throws IOException {
        Path rates = plugins.resolve("site.rates");
        Path file = site("rates-file = \"" + rates + "\"");
        AtomicReference<Runnable> reload = new AtomicReference<>(() -> {});
        stop = new StopRequest() {
            @Override
            public void whenToReload(Runnable action) {
                reload.set(action);
            }

            @Override
            public void whenAsked(Consumer<String> action) {
                FakeBond bond = starter.started;
                assertThat(bond).isNotNull();
                bond.found = 7_400_000;
                try {
                    site("");
                    reload.get().run();
                    assertThat(bond.startRates).isEmpty();
                    site("rates-file = \"" + rates + "\"");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                reload.get().run();
                assertThat(bond.startRates).containsExactly(new StartRate("hyrule", "freebox", 7_400_000));
                action.accept("SIGTEST");
            }
        };
        assertThat(run(file)).isZero();
    }

    @Test
    void check_says_when_rates_cannot_be_kept_here() throws IOException {
        Path foreign = Files.writeString(plugins.resolve("passwd"), "root:x:0:0\n");

        assertThat(aggr(
                        "check",
                        "--config",
                        site("rates-file = \"" + foreign + "\"").toString()))
                .isZero();
        assertThat(err.toString())
                .isEqualTo("warning: good, but not on this machine as this user: rates cannot be kept in " + foreign
                        + ": is not a file of rates, and is left as it is\n");
    }

    @Test
    void check_names_the_line_and_the_rule_where_there_is_no_place_for_rates() throws IOException {
        Path file = site("rates-file = \"/none/site.rates\"");
        for (String command : List.of("check", "run")) {
            err.getBuffer().setLength(0);

            assertThat(aggr(command, "--config", file.toString())).isEqualTo(2);
            assertThat(err.toString())
                    .isEqualTo(file + ":3: bond.rates-file: \"/none/site.rates\": there is no directory \"/none\":"
                            + " expected the path of a file in a directory that the daemon may write to\n");
        }
    }

    private int run(Path file) {
        return aggr("run", "--config", file.toString());
    }

    private int aggr(String... args) {
        return new Cli(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        starter,
                        () -> stop,
                        StatusPaths.of(folder))
                .run(args);
    }

    /** A good file for one line, with something more in its first table. */
    private Path site(String more) throws IOException {
        return Files.writeString(folder.resolve("site.toml"), """
                [bond]
                name = "site"
                %s
                [[peer]]
                name = "hyrule"
                id = 7
                encapsulation = "plain"
                accept-no-authentication = true
                allowed-ips = ["10.0.0.0/8"]
                [[peer.link]]
                name = "freebox"
                remote = "192.0.2.1:5080"
                """.formatted(more));
    }

    private void jar(String name, String entry, String text) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(plugins.resolve(name)))) {
            jar.putNextEntry(new ZipEntry(entry));
            jar.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
