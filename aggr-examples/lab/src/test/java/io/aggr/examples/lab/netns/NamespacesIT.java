package io.aggr.examples.lab.netns;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.testing.NetnsTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NetnsTest
class NamespacesIT {

    @Test
    void what_a_dead_process_left_is_removed_with_all_that_runs_in_it(@TempDir Path directory)
            throws IOException, InterruptedException {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Namespaces stale = new Namespaces(gone.pid());
        stale.add(List.of("left"));
        ChildProcess inside = ChildProcess.start("inside", stale.exec("left", List.of("sleep", "60")), directory);

        assertThat(Namespaces.removeStale()).contains(stale.name("left"));

        assertThat(ProcessHandle.of(inside.pid()).filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(Programs.check("ip", "netns", "list")).doesNotContain(stale.name("left"));
    }

    @Test
    void what_a_living_process_owns_stays(@TempDir Path directory) throws IOException {
        try (Namespaces ours = new Namespaces()) {
            ours.add(List.of("kept"));

            assertThat(Namespaces.removeStale()).doesNotContain(ours.name("kept"));

            ChildProcess inside =
                    ChildProcess.start("inside", ours.exec("kept", List.of("cat", "/proc/net/dev")), directory);
            assertThat(inside.await(Duration.ofSeconds(10))).isTrue();
            assertThat(inside.outputLines()).anyMatch(line -> line.contains("lo:"));
        }
    }
}
