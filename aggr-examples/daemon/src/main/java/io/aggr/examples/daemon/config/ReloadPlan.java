package io.aggr.examples.daemon.config;

import io.aggr.LinkConfig;
import io.aggr.LinkQuota;
import io.aggr.PeerConfig;
import io.aggr.PeerConfig.Plugin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a file that a running daemon reads again: what the peers shall be, and what would need another start. Each key of {@link Schema} is
 * looked at, so that none is passed over in silence. What is written differently and means the same is no change, nor is another address of a name.
 *
 * @param refused what has changed and cannot follow, a line each with the place and the rule
 * @param peers the peers that there shall be, if nothing is refused
 * @since 0.1
 */
public record ReloadPlan(List<String> refused, List<PeerConfig> peers) {

    private static final String RESTART = "cannot change while the daemon runs: restart it";
    private static final Set<String> KEYS_OF_NOISE_OR_PLAIN = Set.of("id", "public-key", "preshared-key-file");

    /** Copies the lists. */
    public ReloadPlan {
        refused = List.copyOf(refused);
        peers = List.copyOf(peers);
    }

    /**
     * Compares.
     *
     * @param running what the daemon was started with
     * @param next what the file says now
     * @param overridden keys of {@code [bond]} that the command line has the last word on
     * @return what is to be done
     */
    public static ReloadPlan of(DaemonConfig running, DaemonConfig next, Set<String> overridden) {
        Comparison comparison = new Comparison(running, next);
        comparison.table(
                "bond",
                "bond",
                Schema.BOND.keys().stream()
                        .filter(key -> !overridden.contains(key))
                        .toList(),
                ReloadPlan::ofBond);
        comparison.table("tun", "tun", Schema.TUN.keys(), ReloadPlan::ofTun);
        List<PeerConfig> peers = comparison.peers();
        return new ReloadPlan(comparison.refused, peers);
    }

    /** What a key of {@code [bond]} means. */
    private static @Nullable Object ofBond(DaemonConfig config, String key) {
        return switch (key) {
            case "name" -> config.bond().name();
            case "listen" -> config.bond().listen();
            case "plugins" -> config.plugins();
            case "status-socket" -> config.statusSocket();
            case "rates-file" -> config.ratesFile();
            case "private-key-file", "cipher", "state-file", "insecure-permissions" ->
                config.bond().encapsulationOptions().get(key);
            default -> throw forgotten(key);
        };
    }

    /** What a key of {@code [tun]} means. */
    private static @Nullable Object ofTun(DaemonConfig config, String key) {
        return switch (key) {
            case "name" -> config.bond().tun().name();
            case "address" -> config.bond().tun().addresses();
            case "routes" -> config.bond().tun().routes();
            case "mtu" -> config.bond().tun().mtuBytes();
            case "backend" -> config.bond().tunType();
            case "configure" -> config.bond().tun().configure();
            case "clamp-mss" -> config.bond().clampMss();
            case "options" -> config.bond().tunOptions();
            default -> throw forgotten(key);
        };
    }

    /** What a key of a peer means whose links are open. Its networks may change, and its name tells it from others. */
    private static @Nullable Object ofPeer(PeerConfig peer, String key) {
        return switch (key) {
            case "name", "allowed-ips" -> null;
            case "id", "public-key", "preshared-key-file" ->
                peer.encapsulation().options().get(key);
            case "encapsulation" ->
                new Plugin(
                        peer.encapsulation().name(),
                        without(KEYS_OF_NOISE_OR_PLAIN, peer.encapsulation().options()));
            case "accept-no-authentication" -> peer.acceptNoAuthentication();
            case "scheduler" -> peer.scheduler();
            case "reorder" -> peer.reorder();
            case "repair" -> peer.repair();
            case "equalise" -> peer.equalise();
            case "link" -> peer.links().stream().map(LinkConfig::name).toList();
            default -> throw forgotten(key);
        };
    }

    /** What a key of a link means. What its far end is called is looked at elsewhere. */
    private static @Nullable Object ofLink(LinkConfig link, String key) {
        LinkQuota quota = link.cost().quota();
        return switch (key) {
            case "name", "remote" -> null;
            case "local" -> link.settings().local();
            case "device" -> link.settings().device();
            case "rtable" -> link.settings().routingTable();
            case "gateway" -> link.gateway();
            case "inner" -> link.inner() == null ? null : link.inner().local();
            case "inner-remote" -> link.inner() == null ? null : link.inner().remote();
            case "down" -> link.rates().downBitsPerSecond();
            case "up" -> link.rates().upBitsPerSecond();
            case "max-down" -> link.rates().maxDownBitsPerSecond();
            case "max-up" -> link.rates().maxUpBitsPerSecond();
            case "tier" -> link.cost().tier();
            case "metered" -> link.cost().metered();
            case "backup" -> link.cost().backup();
            case "quota" -> quota == null ? null : quota.bytes();
            case "quota-period" -> quota == null ? null : quota.period();
            case "quota-used" -> quota == null ? null : quota.usedBytes();
            case "quota-elapsed" -> quota == null ? null : quota.elapsed();
            case "mtu" -> link.mtuBytes();
            case "type" -> link.type();
            case "options" -> link.options();
            default -> throw forgotten(key);
        };
    }

    private static Map<String, String> without(Set<String> keys, Map<String, String> options) {
        Map<String, String> rest = new HashMap<>(options);
        rest.keySet().removeAll(keys);
        return rest;
    }

    private static IllegalStateException forgotten(String key) {
        return new IllegalStateException("nobody has said what a reload does with " + key);
    }

    /** How a key of something is read. */
    private interface Meaning<T> {
        @Nullable
        Object of(T of, String key);
    }

    /** Two readings of one file. */
    private static final class Comparison {
        private final DaemonConfig running;
        private final DaemonConfig next;
        private final List<String> refused = new ArrayList<>();

        Comparison(DaemonConfig running, DaemonConfig next) {
            this.running = running;
            this.next = next;
        }

        void table(String path, String shown, List<String> keys, Meaning<DaemonConfig> meaning) {
            compare(path, shown, keys, key -> !Objects.equals(meaning.of(running, key), meaning.of(next, key)));
        }

        private void compare(String path, String shown, List<String> keys, Function<String, Boolean> differs) {
            for (String key : keys) {
                String place = path + "." + key;
                // What nobody has written follows from something that is complained about.
                if (differs.apply(key)
                        && (running.places().has(place) || next.places().has(place))) {
                    refuse(place, shown + "." + key, RESTART);
                }
            }
        }

        private void refuse(String place, String shown, String rule) {
            refused.add(next.places().of(place) + ": " + shown + ": " + rule);
        }

        /** Peers without links may be any, those with links have to stay what they are; their names are not resolved anew. */
        List<PeerConfig> peers() {
            Map<String, PeerConfig> open = new LinkedHashMap<>();
            for (PeerConfig peer : running.bond().peers()) {
                if (!peer.links().isEmpty()) {
                    open.put(peer.name(), peer);
                }
            }
            List<PeerConfig> peers = new ArrayList<>();
            for (PeerConfig peer : next.bond().peers()) {
                PeerConfig old = open.remove(peer.name());
                if (old != null) {
                    compareOpen(old, peer);
                    peers.add(withNetworksOf(old, peer));
                } else {
                    if (!peer.links().isEmpty()) {
                        refuse(
                                "peer " + peer.name() + ".link",
                                "peer.link",
                                "the links of peer " + Texts.quoted(peer.name())
                                        + " cannot be opened while the daemon runs:" + " restart it");
                    }
                    peers.add(peer);
                }
            }
            open.keySet()
                    .forEach(name -> refuse(
                            "",
                            "peer",
                            "the links of peer " + Texts.quoted(name)
                                    + " cannot be closed while the daemon runs: restart it"));
            return peers;
        }

        private void compareOpen(PeerConfig old, PeerConfig peer) {
            String path = "peer " + peer.name();
            compare(path, "peer", Schema.PEER.keys(), key -> !Objects.equals(ofPeer(old, key), ofPeer(peer, key)));
            Map<String, LinkConfig> links = new HashMap<>();
            old.links().forEach(link -> links.put(link.name(), link));
            for (LinkConfig link : peer.links()) {
                LinkConfig before = links.get(link.name());
                if (before != null) {
                    String place = linkPath(peer.name(), link.name());
                    compare(
                            place,
                            "peer.link",
                            Schema.LINK.keys(),
                            key -> key.equals("remote")
                                    ? !Objects.equals(
                                            running.places().farEnd(place),
                                            next.places().farEnd(place))
                                    : !Objects.equals(ofLink(before, key), ofLink(link, key)));
                }
            }
        }

        private static PeerConfig withNetworksOf(PeerConfig old, PeerConfig peer) {
            return new PeerConfig(
                    old.name(),
                    old.encapsulation(),
                    old.acceptNoAuthentication(),
                    peer.allowedIps(),
                    old.scheduler(),
                    old.reorder(),
                    old.repair(),
                    old.equalise(),
                    old.links());
        }
    }

    /** What a link is called among {@link Places}. */
    static String linkPath(String peer, String link) {
        return "peer " + peer + " link " + link;
    }
}
