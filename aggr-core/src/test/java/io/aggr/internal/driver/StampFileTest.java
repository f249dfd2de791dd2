package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last stamp outlives the process, and a file that is no good costs no more than the memory. */
class StampFileTest {

    @TempDir
    Path folder;

    @Test
    void a_stamp_is_there_after_a_new_start() {
        Path file = folder.resolve("stamp");
        StampFile first = new StampFile(file);
        assertThat(first.last()).isZero();
        first.keep(5);
        first.keep(1_700_000_000_000_000_000L);
        assertThat(new StampFile(file).last()).isEqualTo(1_700_000_000_000_000_000L);
        assertThat(folder.toFile().list()).containsExactly("stamp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "17000",
                "x",
                "-5",
                "99999999999999999999",
                "1 2",
                "1700000000000000000\n1700000000000000000\n"
            })
    void row_60_a_torn_file_is_no_higher_than_what_was_kept(String text) throws IOException {
        Path file = folder.resolve("stamp");
        Files.writeString(file, text);
        StampFile stamps = new StampFile(file);
        assertThat(stamps.last()).isBetween(0L, 17_000L);
        stamps.keep(20_000);
        assertThat(new StampFile(file).last()).isEqualTo(20_000);
    }

    @Test
    void row_61_a_folder_that_is_not_there_is_no_reason_to_stop_and_told_once() throws IOException {
        List<String> warnings = new ArrayList<>();
        Path missing = folder.resolve("missing");
        StampFile stamps = new StampFile(missing.resolve("stamp"), warnings::add);
        for (int stamp = 7; stamp < 20; stamp++) {
            stamps.keep(stamp);
            assertThat(stamps.last()).isEqualTo(stamp);
        }
        assertThat(warnings).singleElement().asString().contains("missing", "cannot be written");
        Files.createDirectory(missing);
        stamps.keep(20);
        assertThat(new StampFile(missing.resolve("stamp")).last())
                .as("it is there again")
                .isEqualTo(20);
        assertThat(warnings).hasSize(1);
        Files.delete(missing.resolve("stamp"));
        Files.delete(missing);
        stamps.keep(21);
        stamps.keep(22);
        assertThat(warnings).as("another time is another warning").hasSize(2);
    }

    @Test
    void row_61_a_file_system_without_room_is_no_reason_to_stop_and_told_once() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        List<String> warnings = new ArrayList<>();
        Path file = folder.resolve("stamp");
        Files.writeString(file, "5\n");
        // What is written next to it ends on a device that has no room for anything.
        Files.createSymbolicLink(folder.resolve("stamp.new"), full);
        StampFile stamps = new StampFile(file, warnings::add);
        stamps.keep(7);
        stamps.keep(8);
        assertThat(stamps.last()).isEqualTo(8);
        assertThat(warnings).hasSize(1);
        assertThat(new StampFile(file).last()).as("what was kept before").isEqualTo(5);
    }
}
