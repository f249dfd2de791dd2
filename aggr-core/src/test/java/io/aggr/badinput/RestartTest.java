package io.aggr.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.aggr.BondListener;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Row 65 of docs/bad-inputs.md with real threads and sockets. */
@Isolated
@Timeout(60)
class RestartTest {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("aggr-"))
                .count();
    }

    @Test
    void row_65_a_site_that_starts_anew_a_hundred_times_leaves_no_descriptor_and_no_thread_behind() throws Exception {
        assumeThat(DESCRIPTORS).isDirectory();
        try (LoopbackPair pair = new LoopbackPair(EarliestArrivalScheduler::new, new BondListener() {})) {
            pair.up();
            assertThat(pair.carries(0)).isTrue();
            pair.restartSite();
            pair.up();
            long descriptors = descriptors();
            long threads = threads();
            for (int i = 1; i < 100; i++) {
                pair.restartSite();
                if (i % 25 == 0) {
                    pair.up();
                    assertThat(pair.carries(i)).isTrue();
                }
            }
            pair.up();
            assertThat(pair.carries(100)).isTrue();
            // The threads that tell events end a few seconds after the last one.
            assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 2);
            assertThat(threads()).isLessThanOrEqualTo(threads + 110);
            assertThat(pair.hub.stats().peers().get(0).links()).hasSize(2);
            assertThat(pair.hub.isRunning()).isTrue();
        }
    }
}
