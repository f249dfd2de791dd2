package io.aggr.link;

import io.aggr.spi.Provider;
import java.io.IOException;

/**
 * Tells when the system's interfaces or addresses change, so that a line whose interface goes is left at once, and one whose interface comes back
 * is opened again without delay. Where a platform has none, the core looks now and then.
 *
 * @since 0.1
 */
public interface NetworkMonitorProvider extends Provider {

    /**
     * Watches from now on.
     *
     * @param onChange called on a thread of the monitor's own after interfaces or addresses have changed; must return soon. May be called
     *     without a reason
     * @return the monitor; closing it ends the calls
     * @throws IOException if the system refuses
     */
    NetworkMonitor watch(Runnable onChange) throws IOException;

    /** Watches until it is closed. */
    interface NetworkMonitor extends AutoCloseable {
        /** Stops watching. Does nothing the second time; never throws. */
        @Override
        void close();
    }
}
