package io.aggr.internal.count;

import java.util.Locale;
import java.util.Map;

/**
 * One counter per constant of an enum, with a name each. Single writer; read by the same thread, or by another after a hand-over.
 *
 * @param <E> the enum
 */
@SuppressWarnings("EnumOrdinal") // An array by ordinal is what makes counting cost one addition.
public final class Tally<E extends Enum<E>> {

    private final String prefix;
    private final E[] constants;
    private final long[] counts;

    /**
     * All counters at 0.
     *
     * @param prefix what the names begin with, such as {@code "frame"}; may be empty
     * @param type the enum
     */
    public Tally(String prefix, Class<E> type) {
        this.prefix = prefix;
        constants = type.getEnumConstants();
        counts = new long[constants.length];
    }

    /**
     * Counts once.
     *
     * @param what the constant
     */
    public void count(E what) {
        counts[what.ordinal()]++;
    }

    /**
     * Counts several times.
     *
     * @param what the constant
     * @param times how often
     */
    public void count(E what, long times) {
        counts[what.ordinal()] += times;
    }

    /**
     * A counter.
     *
     * @param what the constant
     * @return its value
     */
    public long of(E what) {
        return counts[what.ordinal()];
    }

    /**
     * Adds the counters that are not 0 to a map, under names such as {@code frame.bad-length}.
     *
     * @param target the map
     */
    public void addTo(Map<String, Long> target) {
        for (E constant : constants) {
            long count = counts[constant.ordinal()];
            if (count != 0) {
                String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
                target.merge(prefix.isEmpty() ? name : prefix + "." + name, count, Long::sum);
            }
        }
    }
}
