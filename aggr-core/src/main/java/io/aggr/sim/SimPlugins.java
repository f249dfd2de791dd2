package io.aggr.sim;

import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.internal.plugin.BondPlugins;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.schedule.Scheduler;
import io.aggr.spi.Provider;
import io.aggr.spi.ProviderConfig;
import java.util.Map;
import java.util.function.LongSupplier;

/** The plugins of a {@link Simulation}, which both ends use: which ones, and what makes them. */
final class SimPlugins {
    private static final PeerConfig.Plugin DEFAULT_SCHEDULER = PeerConfig.Plugin.named("earliest-arrival");
    private static final PeerConfig.Plugin DEFAULT_REORDER = PeerConfig.Plugin.named("gap");
    private static final PeerConfig.Plugin NO_REORDER = PeerConfig.Plugin.named("none");

    private BondPlugins plugins = new BondPlugins(Providers.discover(Simulation.class.getClassLoader()));
    private PeerConfig.Plugin scheduler = DEFAULT_SCHEDULER;
    private PeerConfig.Plugin reorder = DEFAULT_REORDER;
    private boolean encrypted;
    private boolean bare;

    /** Adds one that need not be registered. */
    void add(Provider provider) {
        plugins = new BondPlugins(plugins.providers().with(provider));
    }

    /** Chooses the scheduler, and tries whether it can be made. */
    void useScheduler(String name, Map<String, String> options) {
        scheduler = new PeerConfig.Plugin(name, options);
        newScheduler().close();
    }

    /** Chooses the reorder buffer, and tries whether it can be made. */
    void useReorderBuffer(String name, Map<String, String> options) {
        reorder = new PeerConfig.Plugin(name, options);
        newReorderBuffer(1).close();
    }

    /** Chooses {@code noise} or {@code plain}. */
    void encrypt(boolean on) {
        encrypted = on;
    }

    /** Chooses {@code ipip}. */
    void useBareTunnels() {
        bare = true;
    }

    boolean isEncrypted() {
        return encrypted;
    }

    /** Whether nothing but packets travels. */
    boolean isBare() {
        return bare;
    }

    String schedulerName() {
        return scheduler.name();
    }

    String reorderName() {
        return reorder.name();
    }

    Scheduler newScheduler() {
        return plugins.scheduler(scheduler);
    }

    Scheduler newFallbackScheduler() {
        return plugins.scheduler(DEFAULT_SCHEDULER);
    }

    ReorderBuffer newReorderBuffer(int maxPackets) {
        return plugins.reorder(reorder, maxPackets);
    }

    ReorderBuffer newFallbackReorderBuffer(int maxPackets) {
        return plugins.reorder(bare ? NO_REORDER : DEFAULT_REORDER, maxPackets);
    }

    /** The encapsulator of one end, with the other as its peer 0. */
    Encapsulator encapsulator(SimPlace end, LongSupplier random, LongSupplier wallNanos) {
        Encapsulator encapsulator = encrypted
                ? end.keys().encapsulator(random, wallNanos)
                : plugins.providers()
                        .byName(EncapsulatorProvider.class, bare ? "ipip" : "plain", "encapsulator")
                        .create(ProviderConfig.none(), random);
        encapsulator
                .handshake()
                .addPeer(
                        0,
                        end.other().text(),
                        encrypted || bare ? ProviderConfig.none() : ProviderConfig.of(Map.of("id", "1")));
        return encapsulator;
    }
}
