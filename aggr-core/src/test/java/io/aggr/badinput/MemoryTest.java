package io.aggr.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondListener;
import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Row 58 of docs/bad-inputs.md: a bond that has no memory ends, whichever of its threads finds that out, and says so. */
@Isolated
@Timeout(60)
class MemoryTest {

    /** What the Java VM exits with by {@code -XX:+ExitOnOutOfMemoryError}. */
    private static final int EXIT_WITHOUT_MEMORY = 3;

    @Test
    void row_58_a_process_that_is_to_exit_without_memory_does() throws Exception {
        ChildProcess.Result result =
                ChildProcess.run(List.of(), "", OutOfMemory.class, "-Xmx48m", "-Xms48m", "-XX:+ExitOnOutOfMemoryError");
        assertThat(result.said()).contains("greedy now");
        assertThat(result.exitCode()).as(result.said()).isEqualTo(EXIT_WITHOUT_MEMORY);
    }

    @Test
    void row_58_a_bond_in_a_process_that_goes_on_without_memory_ends_and_says_why() throws Exception {
        ChildProcess.Result result = ChildProcess.run(List.of(), "", OutOfMemory.class, "-Xmx48m", "-Xms48m");
        assertThat(result.said()).contains("OutOfMemoryError", "running: false");
        assertThat(result.exitCode()).as(result.said()).isZero();
    }

    @Test
    void row_58_so_does_the_thread_that_receives() throws Exception {
        try (LoopbackPair pair = LoopbackPair.reordering(
                capacity -> new PassesAll() {
                    @Override
                    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                        throw new OutOfMemoryError("as a test wants it");
                    }
                },
                new BondListener() {})) {
            pair.up();
            assertThat(pair.carriesBack(1)).isFalse();
            assertThat(pair.failure()).contains("OutOfMemoryError");
            assertThat(pair.site.isRunning()).isFalse();
        }
    }
}
