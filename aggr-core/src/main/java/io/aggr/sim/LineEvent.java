package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A change of a line during a run.
 *
 * @param at time since the start of the run, not negative
 * @param label what happens, for charts and reports, such as {@code "adsl dies"}
 * @param line the line from then on; its name says which one it is
 * @since 0.1
 */
public record LineEvent(Duration at, String label, LineSpec line) {
    /** Checks the parts. */
    public LineEvent {
        requireNonNull(at, "event.at");
        requireNonNull(label, "event.label");
        requireNonNull(line, "event.line");
        if (at.isNegative()) {
            throw new IllegalArgumentException("event.at must not be negative, got " + at);
        }
    }
}
