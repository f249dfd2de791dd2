package io.aggr.examples.daemon.config;

import io.aggr.BondConfig;
import io.aggr.LinkConfig;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.link.LinkSettings;
import io.aggr.spi.Provider;
import io.aggr.tun.IpPrefix;
import io.aggr.tun.TunProvider;
import io.aggr.tun.TunSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseOptions;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/**
 * Reads a configuration file. Nothing of the system is touched but the file, those that it names, the plugin folder and, where a link's far end has a
 * name, the name service.
 *
 * @since 0.1
 */
public final class ConfigReader {

    private static final Pattern BOND_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");
    private static final String USUAL_BOND_NAME = "aggr";

    private final Path file;
    private final @Nullable Path plugins;
    private final PluginLoader loader;
    private final NameResolver resolver;
    private final List<String> doubts = new ArrayList<>();
    private final Problems problems;

    /**
     * Prepares to read a file.
     *
     * @param file the file; messages name it as it is written here
     * @param plugins a folder with plugins that is taken instead of the one in the file; null for that one
     * @param loader finds the plugins
     * @param resolver finds the addresses of hosts
     */
    public ConfigReader(Path file, @Nullable Path plugins, PluginLoader loader, NameResolver resolver) {
        this.file = file;
        this.plugins = plugins;
        this.loader = loader;
        this.resolver = resolver;
        this.problems = new Problems(file.toString());
    }

    /**
     * Reads the file. To be called once.
     *
     * @return what it says
     * @throws ConfigException if it cannot be used
     */
    public DaemonConfig read() throws ConfigException {
        Section root = new Section(parse(ConfigText.read(file)), Schema.ROOT, "", 1, problems);
        Section bond = root.table("bond", Schema.BOND);
        Section tun = root.table("tun", Schema.TUN);

        Path written = bond == null ? null : bond.parsed("plugins", this::besideTheFile);
        Providers providers = providers(bond, written);
        TunSettings tunSettings = tunSettings(tun);
        String tunBackend = tun == null ? "" : tunBackend(tun, providers);
        Map<String, String> tunOptions = tun == null ? Map.of() : tun.options("options");
        boolean clampMss = tun == null || tun.flag("clamp-mss", true);
        String name = bondName(bond, tunSettings);
        List<LinkConfig> listen = bond == null ? List.of() : listen(bond);
        Path statusSocket = bond == null ? null : bond.parsed("status-socket", this::besideTheFile);
        Path ratesFile = bond == null ? null : bond.parsed("rates-file", this::ratesFile);

        List<PeerDraft> peers = new ArrayList<>();
        Map<String, String> encapsulationOptions;
        try (Encapsulations encapsulations = new Encapsulations(root, bond, providers, this::besideTheFile)) {
            for (Section peer : root.tables("peer", Schema.PEER, "[[peer]]")) {
                peers.add(PeerDraft.read(peer, providers, encapsulations));
            }
            encapsulationOptions = encapsulations.options();
        }
        if (bond != null && ratesFile != null) {
            refuseShared(bond, ratesFile, encapsulationOptions, statusSocket);
        }
        if (!root.has("peer")) {
            root.missing("peer", "at least one table with the header [[peer]]");
        }
        FramelessRules.checkBond(bond, listen, tun, tunSettings, peers);
        new Uniqueness(problems).check(listen, lineOf(bond, "listen"), peers);
        for (PeerDraft peer : peers) {
            if (peer.links().isEmpty() && listen.isEmpty() && !peer.section().has("link")) {
                peer.section()
                        .missing(
                                "link",
                                "[[peer.link]] tables, or \"listen\" in [bond] for a peer that comes by itself");
            }
        }
        problems.throwIfAny(ConfigException.Kind.WRONG);

        BondConfig config =
                build(name, listen, tunSettings, tunBackend, tunOptions, peers, clampMss, encapsulationOptions, root);
        return new DaemonConfig(config, providers, written, statusSocket, ratesFile, doubts, places(bond, tun, peers));
    }

    private Places places(@Nullable Section bond, @Nullable Section tun, List<PeerDraft> peers) {
        Places places = new Places(file.toString());
        places.add("bond", bond);
        places.add("tun", tun);
        for (PeerDraft peer : peers) {
            places.add("peer " + peer.name(), peer.section());
            peer.links().forEach(link -> places.addLink(ReloadPlan.linkPath(peer.name(), link.name()), link.section()));
        }
        return places;
    }

    private BondConfig build(
            String name,
            List<LinkConfig> listen,
            TunSettings tun,
            String tunBackend,
            Map<String, String> tunOptions,
            List<PeerDraft> peers,
            boolean clampMss,
            Map<String, String> encapsulationOptions,
            Section root)
            throws ConfigException {
        Map<String, NameResolver.Answer> answers = resolve(peers);
        List<PeerConfig> peerConfigs = new ArrayList<>();
        for (PeerDraft peer : peers) {
            PeerConfig peerConfig = peer.build(answers);
            if (peerConfig != null) {
                peerConfigs.add(peerConfig);
            }
        }
        problems.throwIfAny(ConfigException.Kind.WRONG);
        try {
            return new BondConfig(
                    name, listen, tun, tunBackend, tunOptions, peerConfigs, clampMss, encapsulationOptions);
        } catch (IllegalArgumentException e) {
            root.complain("bond", String.valueOf(e.getMessage()));
            throw problems.asException(ConfigException.Kind.WRONG);
        }
    }

    private Map<String, NameResolver.Answer> resolve(List<PeerDraft> peers) throws ConfigException {
        Set<String> hosts = new TreeSet<>();
        for (PeerDraft peer : peers) {
            for (LinkDraft link : peer.links()) {
                link.hostToResolve().ifPresent(hosts::add);
            }
        }
        if (hosts.isEmpty()) {
            return Map.of();
        }
        Map<String, NameResolver.Answer> answers = resolver.resolve(hosts);
        for (PeerDraft peer : peers) {
            for (LinkDraft link : peer.links()) {
                link.complainIfUnresolved(answers).ifPresent(doubts::add);
            }
        }
        problems.throwIfAny(ConfigException.Kind.UNAVAILABLE);
        return answers;
    }

    private TomlParseResult parse(String text) throws ConfigException {
        TomlParseResult result = Toml.parse(text, TomlParseOptions.sourceless());
        result.errors().forEach(error -> {
            TomlPosition position = error.position();
            problems.add(position == null ? 1 : position.line(), Texts.singleLine(String.valueOf(error.getMessage())));
        });
        problems.throwIfAny(ConfigException.Kind.WRONG);
        return result;
    }

    private Providers providers(@Nullable Section bond, @Nullable Path written) throws ConfigException {
        Path folder = plugins != null ? plugins : written;
        try {
            return loader.load(folder);
        } catch (IOException e) {
            String text = Texts.quoted(String.valueOf(folder)) + ": " + e.getMessage();
            if (bond == null || plugins != null) {
                throw new ConfigException(ConfigException.Kind.WRONG, List.of("--plugins: " + text));
            }
            bond.complain("plugins", text);
            throw problems.asException(ConfigException.Kind.WRONG);
        }
    }

    private TunSettings tunSettings(@Nullable Section tun) {
        String usualName = System.getProperty("os.name", "").equals("OpenBSD") ? "tun0" : "aggr0";
        TunSettings settings = TunSettings.named(usualName);
        if (tun == null) {
            return settings;
        }
        TunSettings named = tun.parsed("name", ConfigReader::tunNamed);
        List<IpPrefix> addresses = values(tun.parsedList("address", "[\"172.16.251.1/24\"]", Addresses::prefix));
        List<IpPrefix> routes = values(tun.parsedList("routes", "[\"10.0.0.0/8\"]", Addresses::network));
        Long mtuBytes = tun.integer("mtu", 576, 65_535);
        boolean configure = tun.flag("configure", true);
        String name = named == null ? usualName : named.name();
        try {
            return new TunSettings(
                    name,
                    mtuBytes == null ? TunSettings.DEFAULT_MTU_BYTES : mtuBytes.intValue(),
                    addresses,
                    routes,
                    configure);
        } catch (IllegalArgumentException e) {
            // What can still be wrong is how the MTU goes with the addresses.
            tun.complain("mtu", String.valueOf(e.getMessage()));
            return settings;
        }
    }

    private static TunSettings tunNamed(String name) {
        try {
            return TunSettings.named(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected 1 to 15 printable characters without a slash", e);
        }
    }

    private static String tunBackend(Section tun, Providers providers) {
        String backend = tun.text("backend");
        return backend == null
                ? ""
                : known(tun, "backend", backend, tun.lineOf("backend"), providers, TunProvider.class, "TUN backend");
    }

    private static String bondName(@Nullable Section bond, TunSettings tun) {
        String usual = BOND_NAME.matcher(tun.name()).matches() ? tun.name() : USUAL_BOND_NAME;
        String name = bond == null
                ? null
                : bond.parsed("name", text -> {
                    if (!BOND_NAME.matcher(text).matches()) {
                        throw new IllegalArgumentException(
                                "expected 1 to 32 letters, digits, dots, hyphens or underscores, the first a letter or digit");
                    }
                    return text;
                });
        return name == null ? usual : name;
    }

    private static List<LinkConfig> listen(Section bond) {
        Map<String, LinkConfig> links = new LinkedHashMap<>();
        for (var located : bond.parsedList("listen", "[\"0.0.0.0:5080\"]", Addresses::withPort)) {
            Addresses.Endpoint endpoint = located.value();
            InetSocketAddress local = new InetSocketAddress(endpoint.address(), endpoint.port());
            String name = endpoint.host().indexOf(':') < 0
                    ? endpoint.host() + ":" + endpoint.port()
                    : "[" + endpoint.host() + "]:" + endpoint.port();
            if (links.put(name, LinkConfig.of(LinkSettings.listening(name, local))) != null) {
                bond.complain(located.line(), "listen", Texts.quoted(name) + ": is there twice");
            }
        }
        return List.copyOf(links.values());
    }

    private Path besideTheFile(String text) {
        if (text.isBlank() || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("expected a path");
        }
        return file.toAbsolutePath().resolveSibling(text).normalize();
    }

    /** Whether it can be written depends on who runs the daemon; that there is a place for it does not. */
    private Path ratesFile(String text) {
        Path path = besideTheFile(text);
        Path folder = path.getParent();
        if (folder == null || Files.isDirectory(path)) {
            throw new IllegalArgumentException("is a directory: expected the path of a file");
        }
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("there is no directory " + Texts.quoted(folder.toString())
                    + ": expected the path of a file in a directory that the daemon may write to");
        }
        return path;
    }

    private void refuseShared(
            Section bond, Path ratesFile, Map<String, String> encapsulationOptions, @Nullable Path statusSocket) {
        for (String key : List.of("private-key-file", "state-file")) {
            if (ratesFile.toString().equals(encapsulationOptions.get(key))) {
                bond.complain("rates-file", "is the same file as \"" + key + "\": expected one of its own");
            }
        }
        if (ratesFile.equals(statusSocket)) {
            bond.complain("rates-file", "is the same file as \"status-socket\": expected one of its own");
        }
        if (ratesFile.equals(file.toAbsolutePath().normalize())) {
            bond.complain("rates-file", "is this file: expected one of its own");
        }
    }

    private static int lineOf(@Nullable Section section, String key) {
        return section == null ? 1 : section.lineOf(key);
    }

    private static <T> List<T> values(List<Section.Located<T>> located) {
        return located.stream().map(Section.Located::value).toList();
    }

    /** Complains unless there is a provider of this name. */
    static <P extends Provider> String known(
            Section section, String key, String name, int line, Providers providers, Class<P> kind, String what) {
        List<String> names =
                providers.all(kind).stream().map(Provider::name).sorted().toList();
        if (!names.contains(name)) {
            String meant = Texts.closest(name, names);
            section.complain(
                    line,
                    key,
                    Texts.quoted(name) + ": there is no " + what + " of this name: "
                            + (meant == null
                                    ? "expected one of " + String.join(", ", names)
                                    : "did you mean \"" + meant + "\"?"));
        }
        return name;
    }

    /** Finds what may be there only once. */
    private static final class Uniqueness {
        private final Problems problems;
        private final Map<String, Integer> linkLines = new HashMap<>();
        private final Map<String, Integer> peerLines = new HashMap<>();
        private final Map<String, Integer> idLines = new HashMap<>();
        private final Map<IpPrefix, Section.Located<PeerDraft>> prefixes = new HashMap<>();

        Uniqueness(Problems problems) {
            this.problems = problems;
        }

        void check(List<LinkConfig> listen, int listenLine, List<PeerDraft> peers) {
            listen.forEach(link -> linkLines.put(link.name(), listenLine));
            for (PeerDraft peer : peers) {
                once(peerLines, peer.name(), peer.section().lineOf("name"), "peer.name");
                String id = peer.encapsulation() == null
                        ? null
                        : peer.encapsulation().options().get("id");
                if (id != null) {
                    once(idLines, id, peer.section().lineOf("id"), "peer.id");
                }
                for (LinkDraft link : peer.links()) {
                    once(linkLines, link.name(), link.section().lineOf("name"), "peer.link.name");
                }
                peer.allowedIps().forEach(prefix -> own(peer, prefix));
            }
        }

        private void own(PeerDraft peer, Section.Located<IpPrefix> prefix) {
            Section.Located<PeerDraft> owner =
                    prefixes.putIfAbsent(prefix.value(), new Section.Located<>(peer, prefix.line()));
            if (owner != null && owner.value().section() != peer.section()) {
                problems.add(
                        prefix.line(),
                        "peer.allowed-ips",
                        Texts.quoted(prefix.value().toString()) + ": belongs already to peer "
                                + Texts.quoted(owner.value().name()) + " at line " + owner.line()
                                + "; a network lies behind one peer only");
            }
        }

        private void once(Map<String, Integer> lines, String value, int line, String key) {
            Integer first = value.isEmpty() ? null : lines.putIfAbsent(value, line);
            if (first != null) {
                problems.add(line, key, Texts.quoted(value) + ": is taken already at line " + first);
            }
        }
    }
}
