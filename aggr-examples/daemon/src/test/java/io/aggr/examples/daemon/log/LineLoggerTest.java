package io.aggr.examples.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LineLoggerTest {

    @AfterEach
    void back_to_the_usual_level() {
        LogLevel.set(Level.INFO);
    }

    @Test
    void an_event_is_one_line_with_time_and_level() {
        assertThat(written(Level.INFO, "link a: up", null)).isEqualTo("2026-11-22T17:30:09.007Z INFO  link a: up\n");
        assertThat(written(Level.ERROR, "x\ny\u001b[2J", null)).isEqualTo("2026-11-22T17:30:09.007Z ERROR x y [2J\n");
    }

    @Test
    void an_exception_is_a_phrase_and_its_trace_follows_at_level_debug_only() {
        IOException cause = new IOException("no route");
        assertThat(written(Level.WARN, "link a", cause))
                .isEqualTo("2026-11-22T17:30:09.007Z WARN  link a: IOException: no route\n");

        LogLevel.set(Level.DEBUG);
        assertThat(written(Level.WARN, "link a", cause)).contains("\n\tat ");
    }

    @Test
    void only_events_of_the_level_or_above_are_enabled() {
        LogLevel.set(Level.WARN);
        LineLogger logger = new LineLogger("x");

        assertThat(logger.isErrorEnabled()).isTrue();
        assertThat(logger.isWarnEnabled()).isTrue();
        assertThat(logger.isInfoEnabled()).isFalse();
        assertThat(logger.isDebugEnabled()).isFalse();
        assertThat(logger.isTraceEnabled()).isFalse();
    }

    @Test
    void the_program_logs_through_it() {
        assertThat(LoggerFactory.getLogger(LineLoggerTest.class)).isInstanceOf(LineLogger.class);
    }

    private static String written(Level level, String message, @Nullable Throwable cause) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LineLogger.write(
                new PrintStream(bytes, true, StandardCharsets.UTF_8), level, 1_795_368_609_007L, message, cause);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
