package io.aggr.schedule;

/**
 * Where a scheduler puts its answer. Nothing put in means: wait.
 *
 * @since 0.1
 */
public interface Picks {

    /**
     * Sends the packet over a line; called for several lines, over each of them. The receiver drops the copies.
     *
     * @param linkIndex {@link LinkView#index} of a line that {@linkplain LinkView#accepts accepts} the packet
     */
    void add(int linkIndex);

    /** Drops the packet. It is counted as dropped by the scheduler. */
    void drop();

    /**
     * Waits, but not longer than this before being asked again. Without it the core asks again when a line becomes free or changes its state.
     *
     * @param nanos distance from now, above 0
     */
    void waitAtMost(long nanos);
}
