package io.aggr.link;

import io.aggr.spi.Provider;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Makes the system route what is sent from one local address through one gateway, so that two lines on one interface leave through their own
 * modems.
 *
 * @since 0.1
 */
public interface SourceRouteProvider extends Provider {

    /**
     * Installs the rule and the route. An interface that is set down takes the route along; so install again when a link is opened again.
     * Installing what is there repairs it, and it stays until all who installed it have closed it.
     *
     * @param local the source address; must belong to this machine
     * @param gateway where its traffic is to go
     * @param device interface towards the gateway, or null to let the system find it
     * @return the installed route; closing it takes everything back
     * @throws IOException if the system refuses; nothing stays behind then
     */
    SourceRoute install(InetAddress local, InetAddress gateway, @Nullable String device) throws IOException;

    /** An installed rule and route. */
    interface SourceRoute extends AutoCloseable {
        /** Removes what was installed. Does nothing the second time; never throws. */
        @Override
        void close();
    }
}
