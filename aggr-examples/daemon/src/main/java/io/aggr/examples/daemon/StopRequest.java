package io.aggr.examples.daemon;

/** Says when a daemon has to stop. */
@FunctionalInterface
interface StopRequest {

    /**
     * Waits until the daemon has to stop.
     *
     * @return why, for the log
     * @throws InterruptedException if the thread is interrupted
     */
    String await() throws InterruptedException;
}
