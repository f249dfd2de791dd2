package io.aggr.examples.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.Providers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExaminationTest {

    private static final CipherSpeed AES = new CipherSpeed("aes-256-gcm", 1_000);

    @TempDir
    Path proc;

    @Test
    void the_default_cipher_is_advised_unless_the_other_is_clearly_faster() {
        CipherSpeed alike = new CipherSpeed("chacha20-poly1305", 950);
        CipherSpeed faster = new CipherSpeed("chacha20-poly1305", 500);
        assertThat(CipherSpeed.best(List.of(AES, alike))).isEqualTo(AES);
        assertThat(CipherSpeed.best(List.of(AES, faster))).isEqualTo(faster);
    }

    @Test
    void both_ciphers_are_measured_here() throws Exception {
        assertThat(CipherSpeed.measure(3))
                .extracting(CipherSpeed::option)
                .containsExactly("aes-256-gcm", "chacha20-poly1305");
        assertThat(CipherSpeed.measure(3)).allMatch(speed -> speed.bitsPerSecond() > 0);
    }

    @Test
    void what_the_system_does_not_tell_is_left_out() {
        List<String> rows = new Examination(proc, 20).run(Providers.discover());
        assertThat(rows).noneMatch(row -> row.startsWith("AES") || row.startsWith("socket buffers"));
        assertThat(rows).anyMatch(row -> row.startsWith("advice"));
    }

    @Test
    void small_socket_buffers_and_missing_instructions_are_told_of() throws Exception {
        Files.createDirectories(proc.resolve("sys/net/core"));
        Files.writeString(proc.resolve("sys/net/core/rmem_max"), "212992\n");
        Files.writeString(proc.resolve("cpuinfo"), "processor\t: 0\nflags\t\t: fpu sse2\n");
        assertThat(new Examination(proc, 20).run(Providers.discover()))
                .anyMatch(row -> row.startsWith("socket buffers") && row.contains("sysctl net.core.rmem_max=2500000"))
                .contains("AES             without instructions");
    }
}
