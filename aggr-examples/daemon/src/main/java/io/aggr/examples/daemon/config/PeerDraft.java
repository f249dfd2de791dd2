package io.aggr.examples.daemon.config;

import io.aggr.LinkConfig;
import io.aggr.PeerConfig;
import io.aggr.PeerConfig.Plugin;
import io.aggr.Providers;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.Availability;
import io.aggr.spi.Provider;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A {@code [[peer]]} as it is written; becomes a {@link PeerConfig} once the names of its far ends are resolved. */
record PeerDraft(
        Section section,
        String name,
        @Nullable Plugin encapsulation,
        boolean acceptNoAuthentication,
        List<Section.Located<IpPrefix>> allowedIps,
        @Nullable Plugin scheduler,
        @Nullable Plugin reorder,
        boolean repair,
        PeerConfig.Equalise equalise,
        List<LinkDraft> links,
        boolean isFrameless) {

    private static final String NETWORKS = "[\"10.0.0.0/8\"]";
    /** Enough for a buffer to be made on trial. */
    private static final int TRIAL_PACKETS = 64;

    static PeerDraft read(Section peer, Providers providers, Encapsulations encapsulations) {
        String name = peer.text("name");
        if (name == null && !peer.has("name")) {
            peer.missing("name", "a name of the peer");
        } else if (name != null && name.isBlank()) {
            peer.complain("name", Texts.quoted(name) + ": expected a name of the peer");
        }
        boolean accept = peer.flag("accept-no-authentication", false);
        Plugin encapsulation = encapsulations.read(peer, accept);
        boolean frameless = encapsulation != null && encapsulations.isFrameless(encapsulation.name());
        var allowedIps = peer.parsedList("allowed-ips", NETWORKS, Addresses::network);
        if (!peer.has("allowed-ips")) {
            peer.missing("allowed-ips", "the networks behind the peer such as " + NETWORKS);
        } else if (peer.isEmptyArray("allowed-ips")) {
            peer.complain("allowed-ips", "an empty array: expected the networks behind the peer such as " + NETWORKS);
        }
        Plugin scheduler = plugin(
                peer, "scheduler", providers, SchedulerProvider.class, (provider, config) -> provider.create(config));
        Plugin reorder = plugin(
                peer,
                "reorder",
                providers,
                ReorderBufferProvider.class,
                (provider, config) -> provider.create(config, TRIAL_PACKETS));
        boolean repair = peer.flag("repair", !frameless);
        PeerConfig.Equalise equalise = frameless ? PeerConfig.Equalise.OFF : equalise(peer);
        if (frameless) {
            FramelessRules.check(peer, allowedIps, scheduler, reorder, providers);
            reorder = reorder == null ? FramelessRules.usualReorder(scheduler) : reorder;
        }
        List<LinkDraft> links = new ArrayList<>();
        for (Section link : peer.tables("link", Schema.LINK, "[[peer.link]]")) {
            links.add(LinkDraft.read(link, providers, frameless));
        }
        if (links.size() > PeerConfig.MAX_LINKS) {
            peer.complain("link", links.size() + " links: expected at most " + PeerConfig.MAX_LINKS + " to one peer");
        }
        return new PeerDraft(
                peer,
                name == null ? "" : name,
                encapsulation,
                accept,
                allowedIps,
                scheduler,
                reorder,
                repair,
                equalise,
                links,
                frameless);
    }

    /** The peer, or null after a complaint. */
    @Nullable
    PeerConfig build(Map<String, NameResolver.Answer> answers) {
        List<LinkConfig> built = new ArrayList<>();
        for (LinkDraft link : links) {
            Optional<LinkConfig> config = link.build(answers);
            if (config.isEmpty()) {
                return null;
            }
            built.add(config.get());
        }
        if (encapsulation == null) {
            throw new IllegalStateException("a peer without encapsulation has been complained about");
        }
        PeerConfig usual = PeerConfig.of(name, encapsulation);
        try {
            return new PeerConfig(
                    name,
                    encapsulation,
                    acceptNoAuthentication,
                    allowedIps.stream().map(Section.Located::value).toList(),
                    scheduler == null ? usual.scheduler() : scheduler,
                    reorder == null ? usual.reorder() : reorder,
                    repair,
                    equalise,
                    built);
        } catch (IllegalArgumentException e) {
            section.complain("name", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static PeerConfig.Equalise equalise(Section peer) {
        String written = peer.text("equalise");
        if (written == null) {
            return PeerConfig.Equalise.AUTO;
        }
        for (PeerConfig.Equalise choice : PeerConfig.Equalise.values()) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(written)) {
                return choice;
            }
        }
        peer.complain("equalise", Texts.quoted(written) + ": expected \"auto\", \"off\" or \"on\"");
        return PeerConfig.Equalise.AUTO;
    }

    /** Reads a plugin and makes one on trial, so that a wrong option is found with its line and before anything is touched. */
    private static <P extends Provider> @Nullable Plugin plugin(
            Section peer,
            String key,
            Providers providers,
            Class<P> kind,
            BiFunction<P, ProviderConfig, AutoCloseable> maker) {
        Section.NamedPlugin written = peer.plugin(key);
        if (written == null) {
            return null;
        }
        String what = key.equals("reorder") ? "reorder buffer" : key;
        ConfigReader.known(peer, key, written.name(), written.line(), providers, kind, what);
        P provider = find(providers, kind, written.name());
        if (provider != null) {
            String wrong = tryOut(written, provider, maker);
            if (!wrong.isEmpty()) {
                peer.complain(written.line(), key, Texts.quoted(written.name()) + ": " + wrong);
            }
        }
        return new Plugin(written.name(), written.options());
    }

    /** What is wrong with the options, or an empty text. */
    private static <P extends Provider> String tryOut(
            Section.NamedPlugin written, P provider, BiFunction<P, ProviderConfig, AutoCloseable> maker) {
        ProviderConfig config = ProviderConfig.of(written.options());
        try {
            Availability availability = provider.availability();
            if (!availability.usable()) {
                return "cannot be used: " + availability.reason();
            }
            maker.apply(provider, config).close();
        } catch (IllegalArgumentException e) {
            return "option " + Texts.singleLine(String.valueOf(e.getMessage()));
        } catch (Exception | LinkageError e) {
            return "the plugin failed: " + Texts.singleLine(e.toString());
        }
        return config.unread().isEmpty() ? "" : "unknown option " + Texts.quoted(String.join(", ", config.unread()));
    }

    /** The provider of this name, or null. */
    static <P extends Provider> @Nullable P find(Providers providers, Class<P> kind, String name) {
        return providers.all(kind).stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
