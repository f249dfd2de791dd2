package io.aggr.schedule;

/**
 * The lines to one peer, usable or not, in the order of their {@link LinkView#index}.
 *
 * @since 0.1
 */
public interface LinkSet {

    /**
     * How many lines there are.
     *
     * @return 1 to 16
     */
    int size();

    /**
     * A line.
     *
     * @param index 0 to {@link #size} exclusive
     * @return its view
     * @throws IndexOutOfBoundsException if there is no such line
     */
    LinkView get(int index);
}
