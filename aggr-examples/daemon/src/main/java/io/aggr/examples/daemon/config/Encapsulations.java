package io.aggr.examples.daemon.config;

import io.aggr.PeerConfig.Plugin;
import io.aggr.Providers;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.spi.ProviderConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads how the bond and its peers are encapsulated, and makes an encapsulation on trial, so that a wrong key is found with its line and before
 * anything is touched.
 */
final class Encapsulations implements AutoCloseable {

    private static final String USUAL = "noise";
    private static final List<String> FILES = List.of("private-key-file", "state-file");
    private static final List<String> TEXTS = List.of("cipher");
    private static final String FLAG = "insecure-permissions";

    private final Section root;
    private final @Nullable Section bond;
    private final Providers providers;
    private final Function<String, Path> toPath;
    private final Map<String, String> options = new HashMap<>();
    private @Nullable Encapsulator trial;
    private boolean tried;
    private int peers;

    /**
     * Reads what holds for all peers.
     *
     * @param root the file
     * @param bond its {@code [bond]}, if there is one
     * @param providers the plugins
     * @param toPath makes a path of a name in the file
     */
    Encapsulations(Section root, @Nullable Section bond, Providers providers, Function<String, Path> toPath) {
        this.root = root;
        this.bond = bond;
        this.providers = providers;
        this.toPath = toPath;
        if (bond != null) {
            readBond(bond);
        }
    }

    private void readBond(Section section) {
        for (String key : FILES) {
            Path file = section.parsed(key, toPath);
            if (file != null) {
                options.put(key, file.toString());
            }
        }
        for (String key : TEXTS) {
            String text = section.text(key);
            if (text != null) {
                options.put(key, text);
            }
        }
        if (section.has(FLAG) && section.flag(FLAG, false)) {
            options.put(FLAG, "true");
        }
    }

    /** What the encapsulation has to know for all peers. */
    Map<String, String> options() {
        return options;
    }

    /** The encapsulation of a peer, or null after a complaint. */
    @Nullable
    Plugin read(Section peer, boolean accept) {
        Section.NamedPlugin written = peer.plugin("encapsulation");
        if (written == null && peer.has("encapsulation")) {
            return null;
        }
        String name = written == null ? USUAL : written.name();
        int line = written == null ? peer.line() : written.line();
        Map<String, String> own = new HashMap<>(written == null ? Map.of() : written.options());
        Long id = peer.integer("id", 1, 0xffff_ffffL);
        put(peer, own, "id", id == null ? null : id.toString());
        put(peer, own, "public-key", peer.text("public-key"));
        Path psk = peer.parsed("preshared-key-file", toPath);
        put(peer, own, "preshared-key-file", psk == null ? null : psk.toString());
        ConfigReader.known(peer, "encapsulation", name, line, providers, EncapsulatorProvider.class, "encapsulation");
        EncapsulatorProvider provider = PeerDraft.find(providers, EncapsulatorProvider.class, name);
        if (provider != null && provider.authenticates()) {
            check(peer, provider, own, line);
        } else if (provider != null) {
            checkWithoutKeys(peer, name, own, accept, line);
        }
        return new Plugin(name, own);
    }

    private static void put(Section peer, Map<String, String> options, String key, @Nullable String value) {
        if (value != null && options.put(key, value) != null) {
            peer.complain(key, "is given twice: expected either here or in the table of the encapsulation");
        }
    }

    /** Whether an encapsulation carries nothing but packets. */
    boolean isFrameless(String name) {
        EncapsulatorProvider provider = PeerDraft.find(providers, EncapsulatorProvider.class, name);
        if (provider == null || provider.authenticates()) {
            return false;
        }
        try (Encapsulator made = provider.create(ProviderConfig.of(options), () -> 1L)) {
            return !made.traits().carriesFrames();
        } catch (RuntimeException | LinkageError e) {
            // What is wrong with it is said when the bond is checked.
            return false;
        }
    }

    private void checkWithoutKeys(Section peer, String name, Map<String, String> own, boolean accept, int line) {
        if (!accept) {
            peer.complain(
                    line,
                    "encapsulation",
                    Texts.quoted(name)
                            + ": anyone who can send to this machine can send into the tunnel; expected"
                            + " accept-no-authentication = true in this [[peer]] if that is accepted");
        }
        if (name.equals("plain") && !own.containsKey("id") && !peer.has("id")) {
            peer.missing("id", "a number from 1 to 4294967295 that both ends share");
        }
        for (String key : List.of("public-key", "preshared-key-file")) {
            if (peer.has(key)) {
                peer.complain(key, "is for encapsulation = \"noise\", and this peer has " + Texts.quoted(name));
            }
        }
        Section section = bond;
        if (section != null) {
            for (String key : options.keySet()) {
                section.complain(key, "is for encapsulation = \"noise\", and a peer has " + Texts.quoted(name));
            }
        }
    }

    private void check(Section peer, EncapsulatorProvider provider, Map<String, String> own, int line) {
        if (provider.name().equals(USUAL)) {
            if (peer.has("id")) {
                peer.complain("id", "is for encapsulation = \"plain\"; expected a \"public-key\" instead");
                return;
            }
            if (!own.containsKey("public-key")) {
                if (!peer.has("public-key")) {
                    peer.missing("public-key", "what \"aggr pubkey\" says of the peer's private key");
                }
                return;
            }
        }
        if (!tried) {
            tried = true;
            trial = make(provider);
        }
        if (trial == null) {
            return;
        }
        ProviderConfig config = ProviderConfig.of(own);
        try {
            trial.handshake().addPeer(peers++, "peer " + peers, config);
        } catch (IllegalArgumentException e) {
            complain(peer, line, provider.name(), String.valueOf(e.getMessage()));
            return;
        }
        if (!config.unread().isEmpty()) {
            peer.complain(line, "encapsulation", "unknown option " + Texts.quoted(String.join(", ", config.unread())));
        }
    }

    private @Nullable Encapsulator make(EncapsulatorProvider provider) {
        if (provider.name().equals(USUAL) && !options.containsKey("private-key-file")) {
            if (bond == null) {
                root.missing(
                        "bond", "the table [bond] with \"private-key-file\", a file that \"aggr genkey\" has written");
            } else if (!bond.has("private-key-file")) {
                bond.missing("private-key-file", "a file that \"aggr genkey\" has written");
            }
            return null;
        }
        ProviderConfig config = ProviderConfig.of(options);
        try {
            Encapsulator made = provider.create(config, () -> 1L);
            if (bond != null && !config.unread().isEmpty()) {
                bond.complain(config.unread().iterator().next(), "is nothing that " + provider.name() + " knows");
            }
            return made;
        } catch (IllegalArgumentException e) {
            if (bond != null) {
                complain(bond, bond.line(), provider.name(), String.valueOf(e.getMessage()));
            }
            return null;
        }
    }

    /** Says what is wrong where it is written: messages of encapsulations begin with the name of the option. */
    private static void complain(Section section, int line, String encapsulation, String message) {
        int blank = message.indexOf(' ');
        String option = blank < 0 ? message : message.substring(0, blank);
        if (section.knows(option) && section.has(option)) {
            section.complain(option, Texts.singleLine(message.substring(blank + 1)));
        } else {
            section.complain(line, "encapsulation", Texts.quoted(encapsulation) + ": " + Texts.singleLine(message));
        }
    }

    @Override
    public void close() {
        if (trial != null) {
            trial.close();
        }
    }
}
