package io.aggr.internal.driver;

import io.aggr.BondConfig;
import io.aggr.LinkConfig;
import io.aggr.LinkRates;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.link.LinkSettings;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.tun.IpPrefix;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether a configuration asks of an encapsulation what it can do. One that carries nothing but packets has no numbers to order, miss or compare by,
 * no reports to find rates from, and nothing that a peer could tell its lines by; that is said before a bond starts and not found out afterwards.
 */
final class FrameRules {

    /** These send copies, which nobody can tell apart at the other end. */
    private static final Set<String> COPYING = Set.of("redundant", "broadcast");

    private FrameRules() {}

    /**
     * Checks all of it.
     *
     * @param config the bond
     * @param providers the plugins
     * @param encapsulation name of its encapsulation
     * @param framed whether that carries frames
     * @throws IllegalArgumentException if something does not go together; names the peer or link and what to write instead
     */
    static void check(BondConfig config, Providers providers, String encapsulation, boolean framed) {
        if (framed) {
            config.peers().forEach(peer -> peer.links().forEach(FrameRules::checkFramed));
            return;
        }
        if (!config.listen().isEmpty()) {
            throw new IllegalArgumentException("encapsulation " + encapsulation
                    + " cannot listen: its tunnels are told apart by their outer addresses, so each is a link of its"
                    + " peer");
        }
        for (IpPrefix prefix : config.tun().addresses()) {
            checkIpv4("tun: address", prefix, encapsulation);
        }
        for (IpPrefix prefix : config.tun().routes()) {
            checkIpv4("tun: route", prefix, encapsulation);
        }
        Map<List<InetSocketAddress>, String> tunnels = new HashMap<>();
        for (PeerConfig peer : config.peers()) {
            checkPeer(peer, providers, encapsulation);
            for (LinkConfig link : peer.links()) {
                checkBare(link, encapsulation);
                LinkSettings settings = link.settings();
                if (settings.local() == null || settings.remote() == null) {
                    continue;
                }
                String other = tunnels.put(List.of(settings.local(), settings.remote()), link.name());
                if (other != null) {
                    throw refused(
                            link,
                            "has the outer addresses of link " + other + ", and nothing else tells tunnels apart");
                }
            }
        }
    }

    private static void checkFramed(LinkConfig link) {
        if (link.inner() != null) {
            throw refused(link, "has inner addresses, which only an encapsulation without frames uses");
        }
        InetSocketAddress remote = link.settings().remote();
        if (remote != null && remote.getPort() == 0) {
            throw refused(link, "needs a remote port, 1..65535");
        }
    }

    private static void checkPeer(PeerConfig peer, Providers providers, String encapsulation) {
        String carries = ": encapsulation " + encapsulation + " carries no ";
        if (peer.repair()) {
            throw new IllegalArgumentException("peer " + peer.name() + carries
                    + "numbers by which the other end could ask for what is lost; it needs repair = false");
        }
        if (peer.equalise() == PeerConfig.Equalise.ON) {
            throw new IllegalArgumentException(
                    "peer " + peer.name() + carries + "stamps to equalise by; it needs equalise = off");
        }
        if (COPYING.contains(peer.scheduler().name())) {
            throw new IllegalArgumentException("peer " + peer.name() + carries + "numbers by which the other end could"
                    + " tell the copies of scheduler " + peer.scheduler().name());
        }
        ReorderBufferProvider reorder =
                providers.byName(ReorderBufferProvider.class, peer.reorder().name(), "reorder buffer");
        if (reorder.needsSequence()) {
            throw new IllegalArgumentException("peer " + peer.name() + carries + "numbers, which reorder buffer "
                    + reorder.name() + " goes by; tcp-sequence and none can do without");
        }
        for (IpPrefix prefix : peer.allowedIps()) {
            checkIpv4("peer " + peer.name() + ": allowed-ips", prefix, encapsulation);
        }
        if (peer.links().isEmpty()) {
            throw new IllegalArgumentException("peer " + peer.name() + " needs its tunnels as links");
        }
    }

    private static void checkBare(LinkConfig link, String encapsulation) {
        if (link.inner() == null) {
            throw refused(link, "needs inner addresses: without frames its far end is asked by ICMP echo");
        }
        InetSocketAddress local = link.settings().local();
        InetSocketAddress remote = link.settings().remote();
        if (local == null || local.getAddress().isAnyLocalAddress()) {
            throw refused(link, "needs a local address, by which its far end knows it");
        }
        if (!(local.getAddress() instanceof Inet4Address)) {
            throw refused(link, "needs IPv4 outside, for encapsulation " + encapsulation);
        }
        if (local.getPort() != 0 || (remote != null && remote.getPort() != 0)) {
            throw refused(link, "has a port, and " + encapsulation + " has none");
        }
        if (link.rates().upBitsPerSecond() == LinkRates.UNKNOWN) {
            throw refused(link, "needs its rate upwards: without frames nobody can find it");
        }
    }

    private static void checkIpv4(String what, IpPrefix prefix, String encapsulation) {
        if (!(prefix.address() instanceof Inet4Address)) {
            throw new IllegalArgumentException(
                    what + " " + prefix + " is not IPv4, and " + encapsulation + " carries nothing else");
        }
    }

    private static IllegalArgumentException refused(LinkConfig link, String why) {
        return new IllegalArgumentException("link " + link.name() + " " + why);
    }
}
