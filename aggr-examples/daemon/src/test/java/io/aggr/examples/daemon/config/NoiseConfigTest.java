package io.aggr.examples.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aggr.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in files, and what is refused about them before anything is touched. */
class NoiseConfigTest {

    private static final String PEER_KEY = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";
    private static final String GOOD = """
            [bond]
            private-key-file = "private.key"
            listen = ["127.0.0.1:5080"]
            [[peer]]
            name = "hyrule"
            public-key = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08="
            allowed-ips = ["10.0.0.0/8"]
            """;

    @TempDir
    Path folder;

    private String ownKey = "";

    @BeforeEach
    void make_a_key() throws IOException {
        ownKey = Keys.newPrivateKey();
        write("private.key", ownKey + "\n", "rw-------");
    }

    private Path write(String name, String text, String mode) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private DaemonConfig read(String text) throws ConfigException, IOException {
        Path file = folder.resolve("aggr.toml");
        Files.writeString(file, text);
        return new ConfigReader(file, null, plugins -> FakeProviders.usual(), hosts -> Map.of()).read();
    }

    private List<String> refused(String text) {
        ConfigException problem = catchThrowableOfType(ConfigException.class, () -> read(text));
        assertThat(problem).isNotNull();
        assertThat(problem.lines()).noneMatch(line -> line.contains(ownKey));
        return problem.lines();
    }

    @Test
    void noise_is_what_a_peer_has_unless_it_says_otherwise() throws Exception {
        DaemonConfig config = read(GOOD);
        assertThat(config.bond().peers().get(0).encapsulation().name()).isEqualTo("noise");
        assertThat(config.bond().peers().get(0).encapsulation().options()).isEqualTo(Map.of("public-key", PEER_KEY));
        assertThat(config.bond().encapsulationOptions())
                .isEqualTo(
                        Map.of("private-key-file", folder.resolve("private.key").toString()));
    }

    @Test
    void takes_a_cipher_and_a_preshared_key() throws Exception {
        write("hub.psk", Keys.newPresharedKey(), "rw-------");
        DaemonConfig config =
                read(GOOD.replace("listen", "cipher = \"chacha20-poly1305\"\nstate-file = \"stamp\"\nlisten")
                        .replace("allowed-ips", "preshared-key-file = \"hub.psk\"\nallowed-ips"));
        assertThat(config.bond().encapsulationOptions()).containsEntry("cipher", "chacha20-poly1305");
        assertThat(config.bond().peers().get(0).encapsulation().options()).containsKey("preshared-key-file");
    }

    @Test
    void rates_are_kept_in_a_file_of_their_own() throws Exception {
        assertThat(read(GOOD.replace("listen", "rates-file = \"site.rates\"\nlisten"))
                        .ratesFile())
                .isEqualTo(folder.resolve("site.rates"));
        for (String key : List.of("private-key-file", "state-file")) {
            String text = GOOD.replace("listen", "state-file = \"stamp\"\nrates-file = \"FILE\"\nlisten");
            assertThat(refused(text.replace("FILE", key.equals("state-file") ? "stamp" : "private.key")))
                    .singleElement()
                    .asString()
                    .endsWith(":4: bond.rates-file: is the same file as \"" + key + "\": expected one of its own");
        }
        assertThat(refused(GOOD.replace("listen", "rates-file = \"aggr.toml\"\nlisten")))
                .singleElement()
                .asString()
                .endsWith(":3: bond.rates-file: is this file: expected one of its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw----r--", "rw--w----", "rwx--x---"})
    void row_74_a_key_file_that_others_may_touch_is_refused(String mode) throws Exception {
        Path key = write("private.key", ownKey, mode);
        assertThat(refused(GOOD))
                .singleElement()
                .asString()
                .endsWith(
                        ":2: bond.private-key-file: " + key + " may be touched by group or others; it needs mode 0600");
    }

    @Test
    void row_74_a_key_file_that_is_no_file_is_refused() throws Exception {
        Path key = folder.resolve("private.key");
        Path other = write("other.key", ownKey, "rw-------");
        Files.delete(key);
        assertThat(refused(GOOD)).singleElement().asString().endsWith("does not exist");
        Files.createSymbolicLink(key, other);
        assertThat(refused(GOOD)).singleElement().asString().contains("not a regular file");
        Files.delete(key);
        Files.createDirectory(key);
        assertThat(refused(GOOD)).singleElement().asString().contains("not a regular file");
    }

    @Test
    void row_74_a_folder_that_everybody_may_write_to_is_refused() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(refused(GOOD)).singleElement().asString().contains("folder that everybody may write to");
    }

    @Test
    void row_75_what_is_in_a_key_file_is_not_quoted() throws Exception {
        for (String text : List.of(
                "", "CANARYCANARY", ownKey.substring(1), ownKey + ownKey, "A".repeat(43) + "=", "x".repeat(5000))) {
            write("private.key", text, "rw-------");
            assertThat(refused(GOOD))
                    .singleElement()
                    .asString()
                    .contains(":2: bond.private-key-file: ")
                    .doesNotContain("CANARY");
        }
        write("private.key", " " + ownKey + "\r\n", "rw-------");
        read(GOOD);
    }

    @Test
    void row_77_wrong_public_keys_are_refused() throws Exception {
        assertThat(refused(GOOD.replace(PEER_KEY, "k")))
                .singleElement()
                .asString()
                .contains(":6: peer.public-key: ");
        assertThat(refused(GOOD.replace(PEER_KEY, Keys.publicKey(ownKey))))
                .singleElement()
                .asString()
                .contains(":6: peer.public-key: ", "this end's own");
        String second = GOOD.substring(GOOD.indexOf("[[peer]]"))
                .replace("hyrule", "link")
                .replace("10.0.0.0/8", "11.0.0.0/8");
        assertThat(refused(GOOD + second)).singleElement().asString().contains(":10: peer.public-key: ", "unique");
        String lowOrder = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        assertThat(refused(GOOD.replace(PEER_KEY, lowOrder)))
                .singleElement()
                .asString()
                .contains("no public key");
    }

    @Test
    void an_unknown_cipher_is_refused() {
        assertThat(refused(GOOD.replace("listen", "cipher = \"rot13\"\nlisten")))
                .singleElement()
                .asString()
                .contains(":3: bond.cipher: must be aes-256-gcm or chacha20-poly1305");
    }
}
