package io.aggr.examples.lab;

import io.aggr.examples.lab.emulator.LineCounters;
import java.util.List;

/**
 * The counters of all lines at one instant.
 *
 * @param atNanos when, by {@link System#nanoTime}
 * @param down towards gate-megabit, in the order of the lines
 * @param up from gate-megabit, in the order of the lines
 */
public record LabSample(long atNanos, List<LineCounters> down, List<LineCounters> up) {
    /** Copies the lists. */
    public LabSample {
        down = List.copyOf(down);
        up = List.copyOf(up);
    }
}
