package io.aggr.internal.driver;

import io.aggr.BondConfig;
import io.aggr.LinkConfig;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.internal.plugin.BondPlugins;
import io.aggr.spi.ProviderConfig;

/** Whether a bond could be started with a configuration, as far as that can be told without touching anything. */
public final class BondCheck {

    private BondCheck() {}

    /**
     * Makes each plugin for a moment, with its options.
     *
     * @param config what it is
     * @param providers the plugins that it may use
     * @param opensTun whether a TUN device will have to be opened
     * @throws IllegalArgumentException if it could not be started; names the place and the rule
     */
    public static void check(BondConfig config, Providers providers, boolean opensTun) {
        if (opensTun) {
            providers.tun(config.tunType());
        }
        BondPlugins plugins = new BondPlugins(providers);
        EncapsulatorProvider encapsulation = plugins.encapsulation(config);
        ProviderConfig common = ProviderConfig.of(config.encapsulationOptions());
        try (Encapsulator trial = encapsulation.create(common, () -> 1L)) {
            BondPlugins.refuseUnread("encapsulation " + encapsulation.name(), common);
            FrameRules.check(
                    config, providers, encapsulation.name(), trial.traits().carriesFrames());
            for (int i = 0; i < config.peers().size(); i++) {
                checkPeer(i, config.peers().get(i), plugins, encapsulation, trial);
            }
        }
        for (LinkConfig link : config.listen()) {
            checkLink(link, plugins);
        }
    }

    private static void checkPeer(
            int index, PeerConfig peer, BondPlugins plugins, EncapsulatorProvider encapsulation, Encapsulator trial) {
        if (!encapsulation.authenticates() && !peer.acceptNoAuthentication()) {
            throw new IllegalArgumentException("peer " + peer.name() + ": encapsulation " + encapsulation.name()
                    + " does not authenticate; it needs accept-no-authentication = true");
        }
        inPlace("peer " + peer.name(), () -> {
            ProviderConfig options = ProviderConfig.of(peer.encapsulation().options());
            trial.handshake().addPeer(index, peer.name(), options);
            BondPlugins.refuseUnread("encapsulation " + encapsulation.name(), options);
            plugins.scheduler(peer.scheduler()).close();
            plugins.reorder(peer.reorder(), 16).close();
        });
        for (LinkConfig link : peer.links()) {
            checkLink(link, plugins);
        }
    }

    private static void checkLink(LinkConfig link, BondPlugins plugins) {
        inPlace("link " + link.name(), () -> {
            plugins.providers().link(link.type(), link.settings());
            if (link.gateway() != null) {
                plugins.sourceRoutes();
            }
        });
    }

    private static void inPlace(String place, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }
}
