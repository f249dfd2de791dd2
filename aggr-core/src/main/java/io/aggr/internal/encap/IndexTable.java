package io.aggr.internal.encap;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable table from 32-bit numbers to objects: open addressing, at most half full, no boxing. Looking up allocates nothing; it takes a
 * step or two, and never more than there are entries, whoever chose the number; changing makes a new table, which is dear and rare. Being immutable, a table may be handed
 * to another thread.
 *
 * @param <T> what is found
 */
public final class IndexTable<T> {

    private static final int MIN_SLOTS = 8;
    // 2^32 divided by the golden ratio: spreads consecutive numbers (Knuth, The Art of Computer Programming, volume 3,
    // section 6.4).
    private static final int SPREAD = 0x9E37_79B9;

    private final int[] keys;
    private final @Nullable Object[] values;
    private final int shift;
    private final int size;

    private IndexTable(int[] keys, @Nullable Object[] values, int size) {
        this.keys = keys;
        this.values = values;
        this.size = size;
        shift = Integer.numberOfLeadingZeros(keys.length) + 1;
    }

    /**
     * A table in which nothing is found.
     *
     * @param <T> what would be found
     * @return an empty table
     */
    public static <T> IndexTable<T> empty() {
        return new IndexTable<>(new int[MIN_SLOTS], new @Nullable Object[MIN_SLOTS], 0);
    }

    /**
     * How many entries it has.
     *
     * @return 0 or more
     */
    public int size() {
        return size;
    }

    /**
     * Looks a number up.
     *
     * @param key any 32 bits
     * @return what was put under it, or null
     */
    public @Nullable T get(int key) {
        int mask = keys.length - 1;
        for (int at = (key * SPREAD) >>> shift; ; at = (at + 1) & mask) {
            Object value = values[at];
            if (value == null) {
                return null;
            }
            if (keys[at] == key) {
                @SuppressWarnings("unchecked")
                T found = (T) value;
                return found;
            }
        }
    }

    /**
     * This table with an entry more, or another value under the same number.
     *
     * @param key any 32 bits
     * @param value what is to be found under it
     * @return a changed copy
     */
    public IndexTable<T> with(int key, T value) {
        Objects.requireNonNull(value, "value");
        return copy(key, value);
    }

    /**
     * This table without an entry.
     *
     * @param key any 32 bits; nothing happens if nothing is under it
     * @return a changed copy
     */
    public IndexTable<T> without(int key) {
        return get(key) == null ? this : copy(key, null);
    }

    private IndexTable<T> copy(int changed, @Nullable Object replacement) {
        int entries = size + (get(changed) == null ? 0 : -1) + (replacement == null ? 0 : 1);
        int slots = Math.max(MIN_SLOTS, Integer.highestOneBit(Math.max(1, entries)) * 4);
        IndexTable<T> copy = new IndexTable<>(new int[slots], new @Nullable Object[slots], entries);
        for (int i = 0; i < keys.length; i++) {
            Object value = values[i];
            if (value != null && keys[i] != changed) {
                copy.place(keys[i], value);
            }
        }
        if (replacement != null) {
            copy.place(changed, replacement);
        }
        return copy;
    }

    /** Only before the table is handed out. */
    private void place(int key, Object value) {
        int mask = keys.length - 1;
        int at = (key * SPREAD) >>> shift;
        while (values[at] != null) {
            at = (at + 1) & mask;
        }
        keys[at] = key;
        values[at] = value;
    }
}
