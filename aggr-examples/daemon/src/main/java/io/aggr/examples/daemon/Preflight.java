package io.aggr.examples.daemon;

import io.aggr.BondConfig;
import io.aggr.LinkConfig;
import io.aggr.Providers;
import io.aggr.link.Link;
import io.aggr.link.LinkProvider;
import io.aggr.link.LinkSettings;
import io.aggr.link.SourceRouteProvider;
import io.aggr.spi.Provider;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunProvider;
import io.aggr.tun.TunSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells what this machine lacks from what is wrong with a file: a configuration is good also where it is checked by somebody who may not open a TUN
 * device.
 */
final class Preflight {

    private Preflight() {}

    /**
     * What the configuration needs and cannot have here and now.
     *
     * @param config a configuration whose names of plugins are known
     * @param providers the plugins
     * @return one sentence, or empty if nothing is missing
     */
    static Optional<String> missingHere(BondConfig config, Providers providers) {
        List<Runnable> needs = new ArrayList<>();
        needs.add(() -> providers.tun(config.tunType()));
        for (LinkConfig link : links(config)) {
            if (!link.type().isEmpty()) {
                needs.add(() -> providers.byName(LinkProvider.class, link.type(), "link type"));
            }
            if (link.gateway() != null) {
                needs.add(() -> providers.best(SourceRouteProvider.class, "provider of source routes", any -> true));
            }
        }
        for (Runnable need : needs) {
            try {
                need.run();
            } catch (IllegalArgumentException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    /**
     * The same plugins on a machine where all of them can be used.
     *
     * @param providers the plugins
     * @return plugins to check a configuration with, never to open anything
     */
    static Providers asIfUsable(Providers providers) {
        Providers result = providers;
        for (TunProvider provider : unusable(providers, TunProvider.class)) {
            result = result.with(new UsableTun(provider.name()));
        }
        for (LinkProvider provider : unusable(providers, LinkProvider.class)) {
            result = result.with(new UsableLink(provider));
        }
        for (SourceRouteProvider provider : unusable(providers, SourceRouteProvider.class)) {
            result = result.with(new UsableRoute(provider.name()));
        }
        return result;
    }

    private static List<LinkConfig> links(BondConfig config) {
        return Stream.concat(config.listen().stream(), config.peers().stream().flatMap(peer -> peer.links().stream()))
                .toList();
    }

    private static <P extends Provider> List<P> unusable(Providers providers, Class<P> kind) {
        return providers.all(kind).stream()
                .filter(provider -> !provider.availability().usable())
                .toList();
    }

    private record UsableTun(String name) implements TunProvider {
        @Override
        public TunDevice open(TunSettings settings, ProviderConfig options) throws IOException {
            throw new IOException("cannot be opened here");
        }
    }

    private record UsableLink(LinkProvider real) implements LinkProvider {
        @Override
        public String name() {
            return real.name();
        }

        @Override
        public boolean supports(LinkSettings settings) {
            return real.supports(settings);
        }

        @Override
        public Link open(LinkSettings settings, ProviderConfig options) throws IOException {
            throw new IOException("cannot be opened here");
        }
    }

    private record UsableRoute(String name) implements SourceRouteProvider {
        @Override
        public SourceRoute install(InetAddress local, InetAddress gateway, @Nullable String device) throws IOException {
            throw new IOException("cannot be installed here");
        }
    }
}
