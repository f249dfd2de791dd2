package io.aggr.examples.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Configuration files of any contents: good, or refused with the line and the rule of each mistake, and nothing else ever. */
class ConfigFuzzTest {

    private static final int MOST_STEPS = 64;

    private static final List<String> GOOD = """
            [bond]
            name = "site"
            listen = ["0.0.0.0:5080", "[::]:5080"]
            state-file = "stamp"
            status-socket = "status"
            private-key-file = "key"
            [tun]
            name = "aggr0"
            address = ["172.16.251.50/24", "fd00::1/64"]
            routes = ["10.0.0.0/8"]
            mtu = 1437
            clamp-mss = true
            options = { queue = 3 }
            [[peer]]
            name = "hyrule"
            id = 7
            encapsulation = "plain"
            accept-no-authentication = true
            allowed-ips = ["10.0.0.0/8"]
            scheduler = { name = "weighted", burst = 2 }
            reorder = "gap"
            [[peer.link]]
            name = "freebox"
            remote = "192.0.2.1:5080"
            local = "192.0.2.2"
            gateway = "192.0.2.3"
            down = "4 Mbit/s"
            max-up = "800 kbit/s"
            cost = "metered"
            quota = { bytes = "5 GB", period = "30 d" }
            [[peer.link]]
            name = "dartybox"
            remote = "hub.example.net:5080"
            """.lines().toList();

    private static final List<String> VALUES = List.of(
            "0",
            "-1",
            "65536",
            "9223372036854775807",
            "9223372036854775808",
            "1e999",
            "nan",
            "inf",
            "true",
            "\"\"",
            "\"\\u0000\"",
            "\"\\u001b[2J\"",
            "[]",
            "[[]]",
            "[1, \"two\"]",
            "{}",
            "{ name = 5 }",
            "{ name = \"gap\", x = [] }",
            "1979-05-27T07:32:00Z",
            "\"0.0.0.0:0\"",
            "\"[::1%lo]:5\"",
            "\"::ffff:1.2.3.4/128\"",
            "\"0.0.0.0/0\"",
            "\"1e9 Gbit/s\"",
            "\"unlimited\"",
            "\"999999999 d\"",
            "\"noise\"",
            "\"ipip\"",
            "\"plain\"",
            "\"192.0.2.1\"",
            "\"../../etc/passwd\"",
            "\"/dev/full\"");

    private static final List<String> KEYS =
            Schema.ROOT.keys().stream().sorted().toList();

    @FuzzTest
    void a_file_is_good_or_refused_line_by_line(byte[] bytes) throws IOException {
        read(bytes);
    }

    /** Each three bytes change a line of a good file: which line, how, and with what. */
    @FuzzTest
    void a_good_file_with_slips_is_good_or_refused_line_by_line(byte[] slips) throws IOException {
        List<String> lines = new ArrayList<>(GOOD);
        for (int i = 0; i + 2 < slips.length && i < 3 * MOST_STEPS && !lines.isEmpty(); i += 3) {
            int at = (slips[i] & 0xFF) % lines.size();
            int with = slips[i + 2] & 0xFF;
            String line = lines.get(at);
            int equals = line.indexOf('=');
            switch (slips[i + 1] & 7) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, lines.get(with % lines.size()));
                case 2 -> lines.set(at, lines.set(with % lines.size(), line));
                case 3 -> lines.set(at, line.substring(0, with % (line.length() + 1)));
                case 4 -> lines.set(at, KEYS.get(with % KEYS.size()) + " = " + line.substring(equals + 1));
                default ->
                    lines.set(at, line.substring(0, Math.max(0, equals)) + " = " + VALUES.get(with % VALUES.size()));
            }
        }
        read(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    private static void read(byte[] bytes) throws IOException {
        Path file = Files.createTempFile(Path.of("target"), "config", ".toml");
        try {
            Files.write(file, bytes);
            new ConfigReader(
                            file,
                            null,
                            plugins -> FakeProviders.usual(),
                            hosts -> hosts.stream()
                                    .collect(Collectors.toMap(
                                            host -> host, host -> NameResolver.Answer.failed("out of order"))))
                    .read();
        } catch (ConfigException e) {
            assertThat(e.lines()).isNotEmpty().hasSizeLessThanOrEqualTo(21);
            for (String line : e.lines()) {
                assertThat(line).startsWith(file.toString());
                assertThat(line.chars().noneMatch(Character::isISOControl)).isTrue();
                assertThat(line.length()).isLessThan(2_000);
            }
        } finally {
            Files.delete(file);
        }
    }

    @FuzzTest
    void a_quantity_is_within_its_range_or_refused(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (Reader reader : READERS) {
            try {
                assertThat(reader.read(text)).isTrue();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("expected ");
            }
        }
    }

    /** Reads a text, throws, or says whether what it has read is within its range. */
    private interface Reader {
        boolean read(String text);
    }

    private static final List<Reader> READERS = Arrays.asList(
            text -> Quantities.bytes(text) >= 0,
            text -> !Quantities.duration(text).isNegative(),
            text -> Quantities.period(text).compareTo(Duration.ofDays(3_653)) <= 0,
            text -> Quantities.rate(text) >= 8_000,
            text -> Quantities.rateOrUnlimited(text) >= 8_000,
            text -> Addresses.address(text) != null,
            text -> Addresses.local(text).port() >= 0,
            text -> Addresses.withPort(text).address() != null,
            text -> Addresses.remote(text).port() > 0,
            text -> Addresses.host(text).port() == 0,
            text -> Addresses.bare(text).address() != null,
            text -> Addresses.prefix(text).bits() <= 128,
            text -> Addresses.network(text).bits() <= 128);
}
