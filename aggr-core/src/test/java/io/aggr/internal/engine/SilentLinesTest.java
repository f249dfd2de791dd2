package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.path.Heard;
import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.SendPath;
import org.junit.jupiter.api.Test;

class SilentLinesTest {

    private static final long MILLI = 1_000_000;
    private static final long REPORT = 20 * MILLI;

    private final Heard heard = new Heard();
    private final SendPath path = new SendPath(3, 7, "dsl", new PathSet(), 10, 64, heard);
    private final SilentLines silent = new SilentLines();
    private long now = -5_000 * MILLI;

    /** Datagrams come at even distances until the next report, the last of them just before it. */
    private boolean isJustSilentAfter(int datagrams) {
        for (int i = 1; i <= datagrams; i++) {
            heard.touch(now + REPORT * i / datagrams - MILLI);
            heard.count(1_000);
        }
        now += REPORT;
        return silent.isJustSilent(path, now);
    }

    @Test
    void finds_a_stream_that_has_broken_off_once() {
        for (int i = 0; i < 10; i++) {
            assertThat(isJustSilentAfter(5)).isFalse();
        }
        assertThat(isJustSilentAfter(0))
                .as("21 ms, after datagrams that were 4 ms apart")
                .isFalse();
        assertThat(isJustSilentAfter(0)).as("41 ms").isTrue();
        assertThat(isJustSilentAfter(0)).as("61 ms").isFalse();
        assertThat(isJustSilentAfter(5)).isFalse();
        assertThat(isJustSilentAfter(0)).as("it is no stream again yet").isFalse();
        assertThat(isJustSilentAfter(0)).isFalse();
    }

    @Test
    void leaves_lines_alone_over_which_little_comes() {
        for (int i = 0; i < 100; i++) {
            assertThat(isJustSilentAfter(i % 10 == 0 ? 1 : 0)).isFalse();
        }
    }
}
