package io.aggr.internal.driver;

import io.aggr.LinkConfig;
import io.aggr.internal.plugin.BondPlugins;
import io.aggr.link.Link;
import io.aggr.link.SourceRouteProvider.SourceRoute;
import io.aggr.spi.ProviderConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens sockets, and makes source routes, with the plugins of a bond. */
final class LinkOpener implements LinkKeeper.Opener {

    private final BondPlugins plugins;

    LinkOpener(BondPlugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public Link open(LinkConfig link) throws IOException {
        return plugins.providers()
                .link(link.type(), link.settings())
                .open(link.settings(), ProviderConfig.of(link.options()));
    }

    @Override
    public @Nullable SourceRoute route(LinkConfig link) throws IOException {
        InetAddress gateway = link.gateway();
        InetSocketAddress local = link.settings().local();
        return gateway == null || local == null
                ? null
                : plugins.sourceRoutes()
                        .install(local.getAddress(), gateway, link.settings().device());
    }
}
