package io.aggr.examples.daemon.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.examples.daemon.rates.KeptRates.Name;
import io.aggr.examples.daemon.rates.KeptRates.Rate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatesFileTest {

    private static final Map<Name, Rate> TWO = Map.of(
            new Name("hub", "lte"),
            new Rate(7_400_000, 1_795_420_800),
            new Name("hub", "dsl"),
            new Rate(800_000, 1_795_000_000));

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private Path path = Path.of("");
    private RatesFile file = new RatesFile(path);

    @BeforeEach
    void name_it() {
        path = folder.resolve("site.rates");
        file = new RatesFile(path);
    }

    private void write(String text) throws IOException {
        Files.writeString(path, text, StandardCharsets.ISO_8859_1);
    }

    private static String summed(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return text + String.format("crc32 %08x%n", sum.getValue());
    }

    @Test
    void what_was_written_is_read_again() throws IOException {
        file.write(TWO);

        assertThat(file.read(told::add)).isEqualTo(TWO);
        assertThat(Files.readString(path))
                .contains("hub lte 7400000 1795420800\n")
                .startsWith("aggr-rates 1\n");
        assertThat(told).isEmpty();
        assertThat(file.obstacle()).isEmpty();
    }

    @Test
    void names_of_any_letters_are_read_again() throws IOException {
        Random random = new Random(7);
        Map<Name, Rate> rates = new HashMap<>();
        rates.put(new Name("", ""), new Rate(8_000, 0));
        rates.put(new Name("a b", "crc32 0\n% +\u0000\u00e9\uD83D\uDE00"), new Rate(1_000_000_000_000L, 1));
        for (int i = 0; i < 200; i++) {
            StringBuilder name = new StringBuilder();
            random.ints(random.nextInt(12), 0, 0x3000).forEach(name::appendCodePoint);
            rates.put(new Name(name.toString(), "line " + i), new Rate(8_000 + random.nextInt(1 << 30), i));
        }
        file.write(rates);

        assertThat(file.read(told::add)).isEqualTo(rates);
        assertThat(told).isEmpty();
    }

    @Test
    void a_file_is_its_owners_alone_and_nothing_stays_beside_it() throws IOException {
        Path target = Files.writeString(folder.resolve("precious"), "precious");
        Files.createSymbolicLink(folder.resolve("site.rates.new"), target);
        write("aggr-rates 1\n");
        file.write(TWO);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(target)).isEqualTo("precious");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(path, target);
        }
    }

    @Test
    void no_file_is_no_news() {
        assertThat(file.read(told::add)).isEmpty();
        assertThat(told).isEmpty();
        assertThat(file.obstacle()).isEmpty();
    }

    @Test
    void a_damaged_file_is_not_used_and_told_once() throws IOException {
        file.write(TWO);
        byte[] good = Files.readAllBytes(path);
        Random random = new Random(2006);
        for (int round = 0; round < 2_000; round++) {
            byte[] bad = good.clone();
            switch (random.nextInt(3)) {
                case 0 -> bad = Arrays.copyOf(bad, 1 + random.nextInt(bad.length - 1));
                case 1 -> {
                    for (int i = random.nextInt(8); i >= 0; i--) {
                        bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
                    }
                }
                default -> Arrays.fill(bad, random.nextInt(bad.length), bad.length, (byte) 0);
            }
            if (Arrays.equals(bad, good)) {
                continue;
            }
            Files.write(path, bad);
            told.clear();

            assertThat(file.read(told::add)).as("round %d", round).isEmpty();
            assertThat(told)
                    .singleElement()
                    .asString()
                    .startsWith("rates in " + path + " are not used: ")
                    .matches("[ -~]+");
        }
    }

    @Test
    void garbage_is_not_used_and_told_once() throws IOException {
        Random random = new Random(5080);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            Files.write(path, bytes);
            told.clear();
            assertThat(file.read(told::add)).isEmpty();
            assertThat(told).hasSize(1);
        }
    }

    @Test
    void values_that_cannot_be_are_left_out_one_by_one() throws IOException {
        write(summed("""
                aggr-rates 1
                hub a 1000000 1
                hub b 7999 1
                hub c -1 1
                hub d 1000000000001 1
                hub e 1000000 -1
                hub f 1000000
                hub %zz 1000000 1
                hub g 99999999999999999999 1
                hub h 1000000 999999999999999
                """));

        assertThat(file.read(told::add)).containsOnlyKeys(new Name("hub", "a"));
        assertThat(told).hasSize(8).contains("a rate in " + path + " is not used: hub b 7999 1");
    }

    @Test
    void a_file_full_of_nonsense_does_not_fill_the_log() throws IOException {
        write(summed("aggr-rates 1\n" + "nonsense\n".repeat(1_000)));

        assertThat(file.read(told::add)).isEmpty();
        assertThat(told).hasSize(21).last().isEqualTo("980 more rates in " + path + " are not used");
    }

    @Test
    void a_file_of_another_version_is_not_used_and_written_over() throws IOException {
        write(summed("aggr-rates 2\nhub a fast\n"));

        assertThat(file.read(told::add)).isEmpty();
        assertThat(told)
                .containsExactly(
                        "rates in " + path + " are not used: it is of version 2, and this program knows version 1");
        assertThat(file.obstacle()).isEmpty();
    }

    @Test
    void somebody_elses_file_is_an_obstacle_but_an_empty_one_is_not() throws IOException {
        write("root:x:0:0\n");
        assertThat(file.obstacle()).hasValue("is not a file of rates, and is left as it is");
        write("");
        assertThat(file.obstacle()).isEmpty();
        write("\0\0\0");
        assertThat(file.obstacle()).isEmpty();
    }

    @Test
    void a_place_that_is_none_is_an_obstacle() throws IOException {
        assertThat(new RatesFile(folder.resolve("a/b")).obstacle()).hasValue("its folder does not exist");
        assertThat(new RatesFile(folder).obstacle()).hasValue("is not a regular file");
        assertThatThrownBy(() -> new RatesFile(folder.resolve("a/b")).write(TWO))
                .isInstanceOf(IOException.class);
        assertThat(new RatesFile(folder).read(told::add)).isEmpty();
        assertThat(told).hasSize(1);
    }
}
