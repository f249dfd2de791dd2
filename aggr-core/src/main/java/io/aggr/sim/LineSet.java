package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The lines of one place, and what happens to them: the setting in which a bond is measured.
 *
 * @param name short name, such as {@code adsl+lte}
 * @param summary one line for people
 * @param lines at least one, names unique
 * @param events what happens, in order of time; each of one of the lines
 * @since 0.1
 */
public record LineSet(String name, String summary, List<LineSpec> lines, List<LineEvent> events) {
    /** Checks the parts and copies the lists. */
    public LineSet {
        requireNonNull(name, "line-set.name");
        requireNonNull(summary, "line-set.summary");
        lines = List.copyOf(lines);
        events = List.copyOf(events);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("line-set.lines must not be empty in " + name);
        }
        Set<String> names = new HashSet<>();
        for (LineSpec line : lines) {
            if (!names.add(line.name())) {
                throw new IllegalArgumentException("line-set.lines of " + name + " has two lines named " + line.name());
            }
        }
        LineEvent previous = null;
        for (LineEvent event : events) {
            if (!names.contains(event.line().name())) {
                throw new IllegalArgumentException("line-set.events of " + name + " changes the unknown line "
                        + event.line().name() + "; lines are " + names);
            }
            if (previous != null && event.at().compareTo(previous.at()) < 0) {
                throw new IllegalArgumentException("line-set.events of " + name + " must be in order of time, but "
                        + event.at() + " follows " + previous.at());
            }
            previous = event;
        }
    }

    /**
     * A line by its name.
     *
     * @param lineName name of a line of this set
     * @return the line as it is at the start
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public LineSpec line(String lineName) {
        for (LineSpec line : lines) {
            if (line.name().equals(lineName)) {
                return line;
            }
        }
        throw new IllegalArgumentException("no line " + lineName + " in " + name + "; lines are "
                + lines.stream().map(LineSpec::name).toList());
    }

    /**
     * Sum of the rates towards the owner.
     *
     * @return bit/s of IP packets, as the lines are at the start
     */
    public long downBitsPerSecond() {
        return lines.stream().mapToLong(line -> line.down().rateBitsPerSecond()).sum();
    }

    /**
     * Sum of the rates from the owner.
     *
     * @return bit/s of IP packets, as the lines are at the start
     */
    public long upBitsPerSecond() {
        return lines.stream().mapToLong(line -> line.up().rateBitsPerSecond()).sum();
    }

    /**
     * This set with other events.
     *
     * @param newName name of the new set
     * @param newSummary summary of the new set
     * @param newEvents what happens
     * @return new set of the same lines
     */
    public LineSet withEvents(String newName, String newSummary, LineEvent... newEvents) {
        return new LineSet(newName, newSummary, lines, List.of(newEvents));
    }
}
