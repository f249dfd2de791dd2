package io.aggr.internal.driver;

import io.aggr.BondConfig;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.link.SourceRouteProvider;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds and makes the plugins that a configuration names. An option that a plugin does not know is refused, since it would do nothing.
 *
 * @param providers the plugins that there are
 */
record BondPlugins(Providers providers) {

    /** The one that all peers use. */
    EncapsulatorProvider encapsulation(BondConfig config) {
        Set<String> names = new HashSet<>();
        for (PeerConfig peer : config.peers()) {
            names.add(peer.encapsulation().name());
        }
        if (names.size() > 1) {
            throw new IllegalArgumentException(
                    "all peers of a bond must use the same encapsulation, since they may share a socket; found "
                            + names);
        }
        return providers.byName(EncapsulatorProvider.class, names.iterator().next(), "encapsulation");
    }

    Scheduler scheduler(PeerConfig.Plugin plugin) {
        ProviderConfig options = ProviderConfig.of(plugin.options());
        Scheduler scheduler = providers
                .byName(SchedulerProvider.class, plugin.name(), "scheduler")
                .create(options);
        refuseUnread("scheduler " + plugin.name(), options);
        return scheduler;
    }

    /** A reorder buffer for so many packets. */
    ReorderBuffer reorder(PeerConfig.Plugin plugin, int capacity) {
        ProviderConfig options = ProviderConfig.of(plugin.options());
        ReorderBuffer buffer = providers
                .byName(ReorderBufferProvider.class, plugin.name(), "reorder buffer")
                .create(options, capacity);
        refuseUnread("reorder buffer " + plugin.name(), options);
        return buffer;
    }

    /** What lets packets from an address leave by a gateway of their own. */
    SourceRouteProvider sourceRoutes() {
        return providers.best(SourceRouteProvider.class, "provider of source routes", p -> true);
    }

    /** Refuses options that the plugin they were given to has not asked for. */
    static void refuseUnread(String what, ProviderConfig options) {
        Set<String> unread = options.unread();
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(what + " has no option " + String.join(", ", unread));
        }
    }
}
