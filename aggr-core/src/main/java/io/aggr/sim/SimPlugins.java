package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import io.aggr.Providers;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.Provider;
import io.aggr.spi.ProviderConfig;
import java.util.Map;
import java.util.function.LongSupplier;

/** The plugins of a {@link Simulation}, which both ends use: which ones, and what makes them. */
final class SimPlugins {
    private static final String DEFAULT_SCHEDULER = "earliest-arrival";
    private static final String DEFAULT_REORDER = "gap";

    private Providers providers = Providers.discover(Simulation.class.getClassLoader());
    private String scheduler = DEFAULT_SCHEDULER;
    private Map<String, String> schedulerOptions = Map.of();
    private String reorder = DEFAULT_REORDER;
    private Map<String, String> reorderOptions = Map.of();
    private boolean encrypted;
    private boolean bare;

    /** Adds one that need not be registered. */
    void add(Provider provider) {
        providers = providers.with(provider);
    }

    /** Chooses the scheduler, and tries whether it can be made. */
    void useScheduler(String name, Map<String, String> options) {
        scheduler = requireNonNull(name, "scheduler");
        schedulerOptions = Map.copyOf(options);
        newScheduler().close();
    }

    /** Chooses the reorder buffer, and tries whether it can be made. */
    void useReorderBuffer(String name, Map<String, String> options) {
        reorder = requireNonNull(name, "reorder");
        reorderOptions = Map.copyOf(options);
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
        return scheduler;
    }

    String reorderName() {
        return reorder;
    }

    Scheduler newScheduler() {
        return newScheduler(scheduler, schedulerOptions);
    }

    Scheduler newFallbackScheduler() {
        return newScheduler(DEFAULT_SCHEDULER, Map.of());
    }

    private Scheduler newScheduler(String name, Map<String, String> options) {
        ProviderConfig config = ProviderConfig.of(options);
        Scheduler made =
                providers.byName(SchedulerProvider.class, name, "scheduler").create(config);
        rejectUnread("scheduler " + name, config);
        return made;
    }

    ReorderBuffer newReorderBuffer(int maxPackets) {
        return newReorderBuffer(reorder, reorderOptions, maxPackets);
    }

    ReorderBuffer newFallbackReorderBuffer(int maxPackets) {
        return newReorderBuffer(bare ? "none" : DEFAULT_REORDER, Map.of(), maxPackets);
    }

    private ReorderBuffer newReorderBuffer(String name, Map<String, String> options, int maxPackets) {
        ProviderConfig config = ProviderConfig.of(options);
        ReorderBuffer made = providers
                .byName(ReorderBufferProvider.class, name, "reorder buffer")
                .create(config, maxPackets);
        rejectUnread("reorder buffer " + name, config);
        return made;
    }

    private static void rejectUnread(String what, ProviderConfig config) {
        if (!config.unread().isEmpty()) {
            throw new IllegalArgumentException(what + " does not know the options " + config.unread());
        }
    }

    /** The encapsulator of one end, with the other as its peer 0. */
    Encapsulator encapsulator(SimPlace end, LongSupplier random, LongSupplier wallNanos) {
        Encapsulator encapsulator = encrypted
                ? end.keys().encapsulator(random, wallNanos)
                : providers
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
