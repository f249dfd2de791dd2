package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import io.aggr.BondStats.LinkStats;
import io.aggr.CapacityUse;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of what a line, or all of them, could have carried in a span of a run: the answer to "why am I below the sum of my lines?".
 *
 * @param name name of the line
 * @param bytes bytes on the line by what became of them; what is 0 is left out
 * @since 0.1
 */
public record LineUse(String name, Map<CapacityUse, Long> bytes) {

    /** Copies the map. */
    public LineUse {
        requireNonNull(name, "line-use.name");
        bytes = Map.copyOf(bytes);
    }

    /** What was added to the books of a line between two moments; all of it if they were begun anew in between. */
    static LineUse between(LinkStats before, LinkStats after) {
        return before.sentPackets() > after.sentPackets()
                ? new LineUse(after.name(), after.capacityBytes())
                : new LineUse(after.name(), grown(before.capacityBytes(), after.capacityBytes()));
    }

    private static Map<CapacityUse, Long> grown(Map<CapacityUse, Long> before, Map<CapacityUse, Long> after) {
        Map<CapacityUse, Long> result = new EnumMap<>(CapacityUse.class);
        after.forEach((use, count) -> {
            long more = count - before.getOrDefault(use, 0L);
            if (more > 0) {
                result.put(use, more);
            }
        });
        return result;
    }

    /**
     * Several lines as one.
     *
     * @param name name of the sum
     * @param lines the lines
     * @return their books together
     */
    public static LineUse sum(String name, Collection<LineUse> lines) {
        Map<CapacityUse, Long> bytes = new EnumMap<>(CapacityUse.class);
        lines.forEach(line -> line.bytes.forEach((use, count) -> bytes.merge(use, count, Long::sum)));
        return new LineUse(name, bytes);
    }

    /**
     * What the line could have carried.
     *
     * @return bytes
     */
    public long possibleBytes() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * What became of a share of it.
     *
     * @param use what became of it
     * @return 0 to 1; 0 if the line could have carried nothing, or was not paced
     */
    public double share(CapacityUse use) {
        return (double) bytes.getOrDefault(use, 0L) / Math.max(1, possibleBytes());
    }

    /**
     * The reasons why the line was not used, in words, the largest first.
     *
     * @param leastShare reasons below this are left out, 0 to 1
     * @return such as {@code queue-drop 2.1, suspect 0.6} in per cent; empty if the line was used
     */
    public String unusedText(double leastShare) {
        return bytes.entrySet().stream()
                .filter(entry -> !entry.getKey().isUsed() && share(entry.getKey()) >= leastShare)
                .sorted(Map.Entry.<CapacityUse, Long>comparingByValue().reversed())
                .map(entry -> String.format(Locale.ROOT, "%s %.1f", name(entry.getKey()), share(entry.getKey()) * 100))
                .collect(Collectors.joining(", "));
    }

    /**
     * The name of a use in reports.
     *
     * @param use the use
     * @return such as {@code queue-drop}
     */
    public static String name(CapacityUse use) {
        return use.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
