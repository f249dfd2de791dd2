package io.aggr.link;

import io.aggr.spi.Provider;
import java.io.IOException;

/**
 * Makes pollers for one platform.
 *
 * @since 0.1
 */
public interface PollerProvider extends Provider {

    /**
     * Makes a poller.
     *
     * @return a poller without descriptors, owned by the caller
     * @throws IOException if the system gives no descriptor for waking it
     */
    Poller open() throws IOException;
}
