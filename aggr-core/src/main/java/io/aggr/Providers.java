package io.aggr;

import io.aggr.encap.EncapsulatorProvider;
import io.aggr.link.LinkProvider;
import io.aggr.link.LinkSettings;
import io.aggr.link.NetworkMonitorProvider;
import io.aggr.link.PollerProvider;
import io.aggr.link.SourceRouteProvider;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.Availability;
import io.aggr.spi.Provider;
import io.aggr.tun.TunProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Predicate;

/**
 * The plugins that a bond may use: those found on the class path or module path, and those handed over by the program. An ordinary object; two
 * bonds in one program may have different ones.
 *
 * <p>A provider that cannot be loaded is skipped and remembered in {@link #problems}; it stops nobody who does not ask for it.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 *
 * @since 0.1
 */
public final class Providers {

    private static final List<Class<? extends Provider>> KINDS = List.of(
            TunProvider.class,
            LinkProvider.class,
            PollerProvider.class,
            NetworkMonitorProvider.class,
            SourceRouteProvider.class,
            SchedulerProvider.class,
            EncapsulatorProvider.class,
            ReorderBufferProvider.class);

    /** A loader may go on failing at the same place; it is not asked for ever. */
    private static final int MAX_FAILURES = 100;

    private final List<Provider> providers;
    private final List<String> problems;

    private Providers(List<Provider> providers, List<String> problems) {
        this.providers = List.copyOf(providers);
        this.problems = List.copyOf(problems);
    }

    /**
     * Finds what the given class loader knows, the built-in ones among them.
     *
     * @param loader where to look; a plugin folder's loader should have the library's as its parent
     * @return what was found
     */
    public static Providers discover(ClassLoader loader) {
        List<Provider> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        // Each kind is loaded from this module, whose descriptor declares their use; a loader cannot be asked for a
        // class it gets as argument
        // on behalf of another module.
        load(ServiceLoader.load(TunProvider.class, loader), TunProvider.class, found, problems);
        load(ServiceLoader.load(LinkProvider.class, loader), LinkProvider.class, found, problems);
        load(ServiceLoader.load(PollerProvider.class, loader), PollerProvider.class, found, problems);
        load(ServiceLoader.load(NetworkMonitorProvider.class, loader), NetworkMonitorProvider.class, found, problems);
        load(ServiceLoader.load(SourceRouteProvider.class, loader), SourceRouteProvider.class, found, problems);
        load(ServiceLoader.load(SchedulerProvider.class, loader), SchedulerProvider.class, found, problems);
        load(ServiceLoader.load(EncapsulatorProvider.class, loader), EncapsulatorProvider.class, found, problems);
        load(ServiceLoader.load(ReorderBufferProvider.class, loader), ReorderBufferProvider.class, found, problems);
        return new Providers(found, problems);
    }

    /**
     * Finds what the library's own class loader and the thread's context class loader know.
     *
     * @return what was found
     */
    public static Providers discover() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader own = Providers.class.getClassLoader();
        return discover(context != null ? context : own);
    }

    /**
     * The same with one more, which wins over a namesake of its kind.
     *
     * @param provider of one of the SPI's provider interfaces
     * @return a changed copy
     * @throws IllegalArgumentException if it implements none of them
     */
    public Providers with(Provider provider) {
        if (KINDS.stream().noneMatch(kind -> kind.isInstance(provider))) {
            throw new IllegalArgumentException(
                    provider.getClass().getName() + " implements none of the provider interfaces");
        }
        List<Provider> changed = new ArrayList<>(providers.size() + 1);
        changed.add(provider);
        changed.addAll(providers);
        return new Providers(changed, problems);
    }

    /**
     * What could not be loaded, for an operator to read.
     *
     * @return one sentence per provider
     */
    public List<String> problems() {
        return problems;
    }

    /**
     * All providers of one kind, in the order in which they are considered.
     *
     * @param kind one of the SPI's provider interfaces
     * @param <P> the kind
     * @return providers; of those with one name the first that can be used here counts, or the first of all
     */
    public <P extends Provider> List<P> all(Class<P> kind) {
        List<P> result = new ArrayList<>();
        for (Provider provider : providers) {
            if (kind.isInstance(provider)) {
                add(result, kind.cast(provider));
            }
        }
        return result;
    }

    /** Modules for several systems may have one name for what is the same thing on each. */
    private static <P extends Provider> void add(List<P> found, P candidate) {
        for (int i = 0; i < found.size(); i++) {
            P namesake = found.get(i);
            if (namesake.name().equals(candidate.name())) {
                if (!namesake.availability().usable()
                        && candidate.availability().usable()) {
                    found.set(i, candidate);
                }
                return;
            }
        }
        found.add(candidate);
    }

    /**
     * A provider by its name.
     *
     * @param kind one of the SPI's provider interfaces
     * @param name the name
     * @param what what a message calls this kind, such as {@code "scheduler"}
     * @param <P> the kind
     * @return the provider
     * @throws IllegalArgumentException if there is none or it cannot be used here; the message lists the candidates
     */
    public <P extends Provider> P byName(Class<P> kind, String name, String what) {
        List<P> candidates = all(kind);
        for (P candidate : candidates) {
            if (candidate.name().equals(name)) {
                Availability availability = candidate.availability();
                if (!availability.usable()) {
                    throw new IllegalArgumentException(what + " " + name + " cannot be used: " + availability.reason());
                }
                return candidate;
            }
        }
        throw new IllegalArgumentException("there is no " + what + " named \"" + name + "\"; known: "
                + String.join(
                        ", ", candidates.stream().map(Provider::name).sorted().toList()));
    }

    /**
     * The best TUN provider here.
     *
     * @param name its name, or empty for the usable one with the highest priority
     * @return the provider
     * @throws IllegalArgumentException if none can be used; the message lists every candidate with its reason
     */
    public TunProvider tun(String name) {
        return name.isEmpty()
                ? best(TunProvider.class, "TUN provider", p -> true)
                : byName(TunProvider.class, name, "TUN provider");
    }

    /**
     * The best link provider for some settings.
     *
     * @param name its name, or empty for the usable one with the highest priority that supports them
     * @param settings what it has to support
     * @return the provider
     * @throws IllegalArgumentException if none can be used; the message lists every candidate with its reason
     */
    public LinkProvider link(String name, LinkSettings settings) {
        if (name.isEmpty()) {
            return best(LinkProvider.class, "link provider for " + settings.name(), p -> p.supports(settings));
        }
        LinkProvider provider = byName(LinkProvider.class, name, "link type");
        if (!provider.supports(settings)) {
            throw new IllegalArgumentException(
                    "link type " + name + " cannot do what link " + settings.name() + " asks for");
        }
        return provider;
    }

    /**
     * The usable provider with the highest priority.
     *
     * @param kind one of the SPI's provider interfaces
     * @param what what a message calls this kind
     * @param fits a further condition
     * @param <P> the kind
     * @return the provider
     * @throws IllegalArgumentException if none can be used; the message lists every candidate with its reason
     */
    public <P extends Provider> P best(Class<P> kind, String what, Predicate<P> fits) {
        List<String> reasons = new ArrayList<>();
        List<P> candidates = new ArrayList<>();
        for (P candidate : all(kind)) {
            Availability availability = candidate.availability();
            if (!availability.usable()) {
                reasons.add(candidate.name() + " (" + availability.reason() + ")");
            } else if (!fits.test(candidate)) {
                reasons.add(candidate.name() + " (does not support the settings)");
            } else {
                candidates.add(candidate);
            }
        }
        return candidates.stream()
                .min(Comparator.<P>comparingInt(p -> -p.priority()).thenComparing(Provider::name))
                .orElseThrow(() -> new IllegalArgumentException("No " + what + " can be used: "
                        + (reasons.isEmpty() ? "none was found" : String.join(", ", reasons))));
    }

    private static <P extends Provider> void load(
            ServiceLoader<P> loader, Class<P> kind, List<Provider> found, List<String> problems) {
        Iterator<P> iterator = loader.iterator();
        int failures = 0;
        while (failures < MAX_FAILURES) {
            try {
                if (!iterator.hasNext()) {
                    return;
                }
                P provider = iterator.next();
                String name = provider.name();
                if (name.isBlank()) {
                    problems.add(kind.getSimpleName() + " "
                            + provider.getClass().getName() + " has no name and is left out");
                } else {
                    found.add(provider);
                }
            } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
                failures++;
                problems.add("a " + kind.getSimpleName() + " could not be loaded and is left out: " + e.getMessage());
            }
        }
    }
}
