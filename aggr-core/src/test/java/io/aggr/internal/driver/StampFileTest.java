package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void row_61_a_folder_that_is_not_there_is_no_reason_to_stop() {
        StampFile stamps = new StampFile(folder.resolve("missing/stamp"));
        stamps.keep(7);
        stamps.keep(8);
        assertThat(stamps.last()).isEqualTo(8);
    }
}
