package io.aggr.link;

import io.aggr.spi.Provider;
import io.aggr.spi.ProviderConfig;
import java.io.IOException;

/**
 * Opens links of one kind.
 *
 * @since 0.1
 */
public interface LinkProvider extends Provider {

    /**
     * Whether this kind of link can do what the settings ask for, as far as that can be told without opening anything: binding to a device
     * for instance.
     *
     * @param settings what is asked for
     * @return whether to try {@link #open}
     */
    boolean supports(LinkSettings settings);

    /**
     * Opens a link.
     *
     * @param settings where it begins and ends
     * @param options options of this kind of link
     * @return an open link, owned by the caller
     * @throws IOException if the system refuses; the message names the link, the call and the reason
     * @throws IllegalArgumentException if an option is wrong or the settings are not supported
     */
    Link open(LinkSettings settings, ProviderConfig options) throws IOException;
}
