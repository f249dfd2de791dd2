package io.aggr.internal.driver;

import io.aggr.BondConfig;
import io.aggr.LinkConfig;
import io.aggr.PeerChanges;
import io.aggr.PeerConfig;
import io.aggr.encap.Handshake;
import io.aggr.internal.engine.PeerSettings;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.CidrPrefix;
import io.aggr.link.LinkSettings;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.IpPrefix;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The peers of a bond while it runs. Numbers of peers are never used twice, so what is still under way of a peer that was removed can never be taken for
 * something of another one.
 *
 * <p>The way in knows a peer first and forgets it last: so nothing is opened for a peer that is not there. Networks are given to a peer when it is there,
 * and taken from it before it goes.
 *
 * <p><b>Threading.</b> Any thread but those that move packets; one change at a time.
 */
public final class RunningPeers {

    /** Checks one peer with its plugins, and makes the engine's picture of it. */
    interface Maker {
        /** Throws an {@link IllegalArgumentException} if a peer of the bond could not be started; knows only this one. */
        void check(PeerConfig peer);

        /** Throws an {@link IllegalArgumentException} if a bond with all these peers could not be started. */
        void checkAll(BondConfig config);

        /** What the engine has to know of a peer without lines. */
        PeerSettings settings(int number, PeerConfig peer);
    }

    private final BondDriver driver;
    private final Handshake handshake;
    private final Maker maker;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, PeerConfig> present = new LinkedHashMap<>();
    private int nextNumber;
    private volatile BondConfig config;

    /**
     * The peers that the bond was started with, numbered in their order.
     *
     * @param config what the bond was started with
     * @param driver runs the engine
     * @param handshake that of the bond's encapsulator
     * @param maker checks and makes peers
     */
    RunningPeers(BondConfig config, BondDriver driver, Handshake handshake, Maker maker) {
        this.config = config;
        this.driver = driver;
        this.handshake = handshake;
        this.maker = maker;
        for (PeerConfig peer : config.peers()) {
            numbers.put(peer.name(), nextNumber++);
            present.put(peer.name(), peer);
        }
    }

    /**
     * The bond's configuration. Any thread.
     *
     * @return what it was started with, with the peers of this moment
     */
    public BondConfig config() {
        return config;
    }

    /** Who owns which networks, for peers that are numbered in their order. */
    static AllowedIps routes(BondConfig config) {
        Map<String, Integer> numbers = new HashMap<>();
        config.peers().forEach(peer -> numbers.put(peer.name(), numbers.size()));
        return routes(config, config.peers(), numbers);
    }

    private static AllowedIps routes(BondConfig config, Iterable<PeerConfig> peers, Map<String, Integer> numbers) {
        List<AllowedIps.Entry> allowed = new ArrayList<>();
        for (PeerConfig peer : peers) {
            int number = Objects.requireNonNull(numbers.get(peer.name()), "a peer has a number");
            for (IpPrefix prefix : peer.allowedIps()) {
                allowed.add(new AllowedIps.Entry(CidrPrefix.of(prefix.address(), prefix.bits()), number, peer.name()));
            }
        }
        for (IpPrefix own : config.tun().addresses()) {
            allowed.add(new AllowedIps.Entry(CidrPrefix.of(own.address()), AllowedIps.NONE, "this end"));
        }
        return AllowedIps.of(allowed);
    }

    /**
     * Takes in another peer; see {@link io.aggr.Bond#addPeer}.
     *
     * @param peer who it is, without links
     */
    public synchronized void add(PeerConfig peer) {
        driver.requireChangeable();
        List<PeerConfig> peers = new ArrayList<>(present.values());
        peers.add(peer);
        BondConfig next = config.withPeers(peers);
        requireWithoutLinks(peer);
        // Whether its key is another's is found when the handshake gets to know it, without asking all the others.
        maker.check(peer);
        takeIn(peer);
        finish(next);
    }

    /**
     * Takes a peer out; see {@link io.aggr.Bond#removePeer}.
     *
     * @param name the peer's name
     */
    public synchronized void remove(String name) {
        driver.requireChangeable();
        PeerConfig peer = present.get(name);
        if (peer == null) {
            throw new IllegalArgumentException("there is no peer " + name);
        }
        requireWithoutLinks(peer);
        List<PeerConfig> peers = new ArrayList<>(present.values());
        peers.remove(peer);
        BondConfig next = config.withPeers(peers);
        takeOut(List.of(name));
        finish(next);
    }

    /**
     * Changes the peers into these; see {@link io.aggr.Bond#changePeers}.
     *
     * @param wanted all peers that there shall be
     * @return what was done
     */
    public synchronized PeerChanges change(List<PeerConfig> wanted) {
        driver.requireChangeable();
        BondConfig next = config.withPeers(wanted);
        List<String> added = new ArrayList<>();
        List<String> replaced = new ArrayList<>();
        List<String> rerouted = new ArrayList<>();
        Set<String> stay = new HashSet<>();
        for (PeerConfig peer : wanted) {
            PeerConfig old = present.get(peer.name());
            stay.add(peer.name());
            if (old == null) {
                requireWithoutLinks(peer);
                added.add(peer.name());
            } else if (!isSame(old, peer)) {
                requireWithoutLinks(old);
                requireWithoutLinks(peer);
                replaced.add(peer.name());
            } else if (!old.allowedIps().equals(peer.allowedIps())) {
                rerouted.add(peer.name());
            }
        }
        List<String> removed = new ArrayList<>();
        for (PeerConfig old : present.values()) {
            if (!stay.contains(old.name())) {
                requireWithoutLinks(old);
                removed.add(old.name());
            }
        }
        PeerChanges changes = new PeerChanges(added, removed, replaced, rerouted);
        if (changes.isEmpty()) {
            return changes;
        }
        if (!added.isEmpty() || !replaced.isEmpty()) {
            maker.checkAll(next);
        }
        List<String> leaving = new ArrayList<>(removed);
        leaving.addAll(replaced);
        takeOut(leaving);
        for (PeerConfig peer : wanted) {
            if (!present.containsKey(peer.name())) {
                takeIn(peer);
            }
        }
        finish(next);
        return changes;
    }

    /** Whether two configurations of a peer differ in nothing but its networks. */
    private static boolean isSame(PeerConfig old, PeerConfig peer) {
        return old.equals(with(old.allowedIps(), peer.links(), peer))
                || old.equals(with(old.allowedIps(), withKnownAddresses(old.links(), peer.links()), peer));
    }

    /** A far end with a name is the same far end wherever the name leads by now; the bond follows it without being told. */
    private static List<LinkConfig> withKnownAddresses(List<LinkConfig> old, List<LinkConfig> links) {
        List<LinkConfig> same = new ArrayList<>(links);
        for (int i = 0; i < Math.min(old.size(), same.size()); i++) {
            LinkSettings known = old.get(i).settings();
            if (isSameByName(known, same.get(i).settings())) {
                same.set(i, same.get(i).withSettings(known));
            }
        }
        return same;
    }

    private static boolean isSameByName(LinkSettings known, LinkSettings other) {
        InetSocketAddress remote = known.remote();
        InetSocketAddress otherRemote = other.remote();
        return remote != null
                && otherRemote != null
                && remote.getPort() == otherRemote.getPort()
                && remote.getHostString().equals(otherRemote.getHostString())
                && known.name().equals(other.name())
                && Objects.equals(known.local(), other.local())
                && Objects.equals(known.device(), other.device())
                && known.routingTable() == other.routingTable();
    }

    private static PeerConfig with(List<IpPrefix> networks, List<LinkConfig> links, PeerConfig peer) {
        return new PeerConfig(
                peer.name(),
                peer.encapsulation(),
                peer.acceptNoAuthentication(),
                networks,
                peer.scheduler(),
                peer.reorder(),
                peer.repair(),
                peer.equalise(),
                links);
    }

    private static void requireWithoutLinks(PeerConfig peer) {
        if (!peer.links().isEmpty()) {
            throw new IllegalArgumentException("peer " + peer.name()
                    + " has links of its own, which are opened and closed with the bond: it can be added and removed, and more of it"
                    + " than its allowed-ips be changed, only by starting the bond anew");
        }
    }

    private void takeIn(PeerConfig peer) {
        int number = nextNumber++;
        PeerSettings settings = maker.settings(number, peer);
        driver.onIngress(() -> driver.addReceiver(settings));
        driver.onEgress(() -> driver.addSender(settings));
        try {
            introduce(number, peer);
        } catch (RuntimeException e) {
            driver.onEgress(() -> driver.removeSender(number));
            driver.onIngress(() -> driver.removeReceiver(number));
            throw e;
        }
        numbers.put(peer.name(), number);
        present.put(peer.name(), peer);
    }

    private void introduce(int number, PeerConfig peer) {
        ProviderConfig options = ProviderConfig.of(peer.encapsulation().options());
        if (handshake instanceof HandshakeThread) {
            handshake.addPeer(number, peer.name(), options);
        } else {
            driver.onEgress(() -> handshake.addPeer(number, peer.name(), options));
        }
    }

    private void takeOut(List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        List<Integer> leaving = new ArrayList<>();
        for (String name : names) {
            present.remove(name);
            leaving.add(Objects.requireNonNull(numbers.remove(name), "a peer has a number"));
        }
        route(routes(config, present.values(), numbers));
        for (int number : leaving) {
            driver.onEgress(() -> driver.removeSender(number));
            if (handshake instanceof HandshakeThread) {
                handshake.removePeer(number);
            } else {
                driver.onEgress(() -> handshake.removePeer(number));
            }
            driver.onIngress(() -> driver.removeReceiver(number));
        }
    }

    private void finish(BondConfig next) {
        next.peers().forEach(peer -> present.put(peer.name(), peer));
        route(routes(next, next.peers(), numbers));
        config = next;
    }

    private void route(AllowedIps routes) {
        driver.onIngress(() -> driver.ingress().route(routes));
        driver.onEgress(() -> driver.egress().route(routes));
    }
}
