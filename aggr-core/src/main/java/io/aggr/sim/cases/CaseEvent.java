package io.aggr.sim.cases;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Something that happens in a case and is not a change of what a line does to packets; those are events of its {@link io.aggr.sim.LineSet}.
 *
 * @param at time since the start of the traffic, not negative
 * @param label what happens, for charts
 * @param line name of the line
 * @param kind what is done
 * @since 0.1
 */
public record CaseEvent(Duration at, String label, String line, Kind kind) {
    /** What is done. */
    public enum Kind {
        /** The line's modem forgets its address translations and gets another public address. */
        REBIND,
        /** The owner's network interface towards the line goes away; only the lab has one. */
        REMOVE_INTERFACE,
        /** The interface comes back with its name and address; only the lab has one. */
        RESTORE_INTERFACE
    }

    /** Checks the parts. */
    public CaseEvent {
        requireNonNull(at, "event.at");
        requireNonNull(label, "event.label");
        requireNonNull(line, "event.line");
        requireNonNull(kind, "event.kind");
        if (at.isNegative()) {
            throw new IllegalArgumentException("event.at must not be negative, got " + at);
        }
    }
}
