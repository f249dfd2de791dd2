package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** What may be found in files that ought to hold a key or a stamp. */
class KeyFileFuzzTest {

    private static Path file(byte[] bytes) throws IOException {
        // Who may read it is what makes it a key file; only its owner, from the start.
        Path file = Files.createTempFile(
                Path.of("target"),
                "key",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.write(file, bytes);
    }

    @FuzzTest
    void a_key_file_is_good_or_refused_by_its_name_and_never_quoted(byte[] bytes) throws IOException {
        Path file = file(bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            KeyFile.read("private-key-file", file.toString(), false);
            assertThat(text.strip()).hasSize(44);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("private-key-file " + file);
            for (int at = 0; at + 8 <= text.length(); at += 8) {
                String part = text.substring(at, at + 8);
                if (!e.getMessage().replace(text, "").isEmpty() && !isOrdinary(part)) {
                    assertThat(e).hasMessageNotContaining(part);
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    /** Whether a part of a message may well read the same by chance. */
    private static boolean isOrdinary(String part) {
        return "private-key-file must be a key of characters, as genkey writes them; found Base64 bytes in all zero longer than file"
                        .contains(part.strip())
                || part.isBlank();
    }

    @Test
    void row_81_a_key_that_stands_where_the_name_of_its_file_belongs_is_not_shown() {
        String key = "7GTbWJvXNVZoQ4uOLZ4xZ2ITVCfMv6CmR1cFLi4CUkk=";
        for (String name : new String[] {key, " " + key + "\n", "/etc/aggr/" + key}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> KeyFile.read("private-key-file", name, false))
                    .withMessageStartingWith("private-key-file")
                    .withMessageNotContaining(key.substring(0, 12));
        }
    }

    @FuzzTest
    void a_stamp_file_is_a_number_or_nothing(byte[] bytes) throws IOException {
        Path file = file(bytes);
        try {
            StampFile stamps = new StampFile(file);
            assertThat(stamps.last()).isNotNegative();
            stamps.keep(stamps.last() + 1);
            assertThat(new StampFile(file).last()).isEqualTo(stamps.last());
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
