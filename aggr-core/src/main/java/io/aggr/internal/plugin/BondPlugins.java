package io.aggr.internal.plugin;

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
public record BondPlugins(Providers providers) {

    /**
     * The encapsulation that all peers use.
     *
     * @param config names it
     * @return its provider
     * @throws IllegalArgumentException if there is none of this name, or peers name several
     */
    public EncapsulatorProvider encapsulation(BondConfig config) {
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

    /**
     * Makes a scheduler.
     *
     * @param plugin which one, with its options
     * @return a new one, to be closed by the caller
     * @throws IllegalArgumentException if there is none of this name, or it does not take the options
     */
    public Scheduler scheduler(PeerConfig.Plugin plugin) {
        ProviderConfig options = ProviderConfig.of(plugin.options());
        Scheduler scheduler = providers
                .byName(SchedulerProvider.class, plugin.name(), "scheduler")
                .create(options);
        refuseUnread("scheduler " + plugin.name(), options);
        return scheduler;
    }

    /**
     * Makes a reorder buffer.
     *
     * @param plugin which one, with its options
     * @param capacity most packets that it may hold
     * @return a new one, to be closed by the caller
     * @throws IllegalArgumentException if there is none of this name, or it does not take the options
     */
    public ReorderBuffer reorder(PeerConfig.Plugin plugin, int capacity) {
        ProviderConfig options = ProviderConfig.of(plugin.options());
        ReorderBuffer buffer = providers
                .byName(ReorderBufferProvider.class, plugin.name(), "reorder buffer")
                .create(options, capacity);
        refuseUnread("reorder buffer " + plugin.name(), options);
        return buffer;
    }

    /**
     * What lets packets from an address leave by a gateway of their own.
     *
     * @return the platform's
     * @throws IllegalArgumentException if there is none
     */
    public SourceRouteProvider sourceRoutes() {
        return providers.best(SourceRouteProvider.class, "provider of source routes", p -> true);
    }

    /**
     * Refuses options that the plugin they were given to has not asked for.
     *
     * @param what names the plugin in the message
     * @param options its options, after it was made
     * @throws IllegalArgumentException if there are any
     */
    public static void refuseUnread(String what, ProviderConfig options) {
        Set<String> unread = options.unread();
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(what + " has no option " + String.join(", ", unread));
        }
    }
}
