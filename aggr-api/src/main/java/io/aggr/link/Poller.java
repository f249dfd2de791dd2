package io.aggr.link;

import java.io.IOException;

/**
 * Waits for any of several descriptors of the operating system, where the JDK's selector cannot.
 *
 * <p><b>Threading.</b> One thread calls everything but {@link #wakeup}, which any thread may call.
 *
 * @since 0.1
 */
public interface Poller extends AutoCloseable {

    /**
     * Adds a descriptor to those waited for.
     *
     * @param descriptor an open descriptor
     */
    void add(int descriptor);

    /**
     * Takes a descriptor away again. Does nothing if it was not added.
     *
     * @param descriptor the descriptor
     */
    void remove(int descriptor);

    /**
     * Waits until a descriptor is readable or in error, {@link #wakeup} is called, or the time is over.
     *
     * @param timeoutNanos longest time to wait; 0 or less only looks
     * @return whether a descriptor is readable or in error
     * @throws IOException if the system refuses to wait
     */
    boolean await(long timeoutNanos) throws IOException;

    /** Ends a wait that is going on or the next one. */
    void wakeup();

    @Override
    void close();
}
