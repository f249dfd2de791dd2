package io.aggr.tun;

import io.aggr.spi.Provider;
import io.aggr.spi.ProviderConfig;
import java.io.IOException;

/**
 * Opens TUN devices of one platform.
 *
 * @since 0.1
 */
public interface TunProvider extends Provider {

    /**
     * Opens and, if asked to, configures a device.
     *
     * @param settings what it shall look like
     * @param options options of this platform
     * @return an open device, owned by the caller
     * @throws IOException if the system refuses; the message names the device, the call, the reason and what would help; nothing stays behind
     * @throws IllegalArgumentException if an option is wrong
     */
    TunDevice open(TunSettings settings, ProviderConfig options) throws IOException;
}
