package io.aggr.examples.lab;

import io.aggr.examples.lab.traffic.TransferPlan.Direction;
import io.aggr.sim.LineSettings;
import io.aggr.sim.LineSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What the lines did at each time: the yardstick of a run in which lines fail or change.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class LineHistory {

    private record Change(long atNanos, int line, LineSpec spec) {}

    private final List<LineSpec> first;
    private final List<Change> changes = new ArrayList<>();

    LineHistory(List<LineSpec> first) {
        this.first = List.copyOf(first);
    }

    synchronized void add(long atNanos, int line, LineSpec spec) {
        changes.add(new Change(atNanos, line, spec));
    }

    /**
     * The history of one of the lines, as if there were no other.
     *
     * @param line 1 and up
     * @return a copy as of now
     */
    public synchronized LineHistory only(int line) {
        LineHistory one = new LineHistory(List.of(first.get(line - 1)));
        for (Change change : changes) {
            if (change.line() == line) {
                one.add(change.atNanos(), 1, change.spec());
            }
        }
        return one;
    }

    /**
     * The mean over a time of the sum of the rates of all lines that carried packets both ways.
     *
     * @param direction which way
     * @param fromNanos begin, by {@link System#nanoTime}
     * @param toNanos end
     * @return bit/s of IP packets
     */
    public synchronized double meanRateBitsPerSecond(Direction direction, long fromNanos, long toNanos) {
        List<LineSpec> present = new ArrayList<>(first);
        double bits = 0;
        long sinceNanos = fromNanos;
        for (Change change : changes) {
            if (change.atNanos() - toNanos >= 0) {
                break;
            }
            if (change.atNanos() - sinceNanos > 0) {
                bits += sum(direction, present) * (change.atNanos() - sinceNanos);
                sinceNanos = change.atNanos();
            }
            present.set(change.line() - 1, change.spec());
        }
        bits += sum(direction, present) * (toNanos - sinceNanos);
        return toNanos == fromNanos ? sum(direction, present) : bits / (toNanos - fromNanos);
    }

    /**
     * The largest rate of a single line at the start.
     *
     * @param direction which way
     * @return bit/s of IP packets
     */
    public double bestLineBitsPerSecond(Direction direction) {
        return first.stream()
                .mapToDouble(line -> toOwner(direction, line).rateBitsPerSecond())
                .max()
                .orElse(0);
    }

    private static double sum(Direction direction, List<LineSpec> lines) {
        return lines.stream()
                .filter(line -> !line.down().blackHole() && !line.up().blackHole())
                .mapToDouble(line -> toOwner(direction, line).rateBitsPerSecond())
                .sum();
    }

    private static LineSettings toOwner(Direction direction, LineSpec line) {
        return direction == Direction.DOWN ? line.down() : line.up();
    }
}
