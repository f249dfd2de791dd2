package io.aggr.internal.driver;

import io.aggr.link.Link;
import io.aggr.link.LinkProvider;
import io.aggr.link.LinkSettings;
import io.aggr.spi.ProviderConfig;
import java.io.IOException;

/** Opens {@code udp} links: UDP sockets of the JDK. */
public final class NioUdpLinkProvider implements LinkProvider {

    /** For the service loader. */
    public NioUdpLinkProvider() {}

    @Override
    public String name() {
        return "udp";
    }

    @Override
    public boolean supports(LinkSettings settings) {
        return settings.device() == null
                && settings.routingTable() == LinkSettings.MAIN_TABLE
                && (settings.remote() == null || settings.remote().getPort() != 0);
    }

    @Override
    public Link open(LinkSettings settings, ProviderConfig options) throws IOException {
        return new NioUdpLink(settings);
    }
}
