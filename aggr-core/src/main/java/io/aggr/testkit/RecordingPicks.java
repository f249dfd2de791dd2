package io.aggr.testkit;

import io.aggr.schedule.Picks;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers the answer of a scheduler.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * @since 0.1
 */
public final class RecordingPicks implements Picks {

    private static final int MOST = 64;

    private final int[] lines = new int[MOST];
    private int size;
    private boolean dropped;
    private boolean waiting;
    private long waitNanos;

    /** Makes an empty answer. */
    public RecordingPicks() {}

    /** Forgets the answer. */
    public void clear() {
        size = 0;
        dropped = false;
        waiting = false;
        waitNanos = 0;
    }

    @Override
    public void add(int linkIndex) {
        if (size < MOST) {
            lines[size++] = linkIndex;
        }
    }

    @Override
    public void drop() {
        dropped = true;
    }

    @Override
    public void waitAtMost(long nanos) {
        waiting = true;
        waitNanos = nanos;
    }

    /**
     * How many lines were picked.
     *
     * @return picks, also wrong ones
     */
    public int size() {
        return size;
    }

    /**
     * A pick.
     *
     * @param index 0 to {@link #size} exclusive
     * @return the line's index, as it was picked
     */
    public int line(int index) {
        return lines[index];
    }

    /**
     * All picks.
     *
     * @return the lines' indices in the order of picking
     */
    public List<Integer> lines() {
        List<Integer> result = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            result.add(lines[i]);
        }
        return result;
    }

    /**
     * Whether the packet was dropped.
     *
     * @return true after {@link #drop}
     */
    public boolean isDropped() {
        return dropped;
    }

    /**
     * Whether a time to wait was given.
     *
     * @return true after {@link #waitAtMost}
     */
    public boolean hasWait() {
        return waiting;
    }

    /**
     * The time to wait.
     *
     * @return nanoseconds as they were given; 0 if none were
     */
    public long waitNanos() {
        return waitNanos;
    }
}
