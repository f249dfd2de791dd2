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
}
