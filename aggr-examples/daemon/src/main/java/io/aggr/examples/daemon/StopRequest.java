package io.aggr.examples.daemon;

import java.util.function.Consumer;

/** Says when a daemon has to stop. */
@FunctionalInterface
interface StopRequest {

    /**
     * Calls once a stop is asked for, or at once if one was.
     *
     * @param action takes the reason, for the log; called on any thread
     */
    void whenAsked(Consumer<String> action);

    /**
     * Calls whenever the configuration shall be read again. By default that never happens.
     *
     * @param action called on a thread of its own, again and again
     */
    default void whenToReload(Runnable action) {}
}
