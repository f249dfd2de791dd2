package io.aggr.examples.daemon.config;

import io.aggr.LinkConfig;
import io.aggr.PeerConfig.Plugin;
import io.aggr.Providers;
import io.aggr.TunnelAddresses;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.tun.IpPrefix;
import io.aggr.tun.TunSettings;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an encapsulation that carries nothing but packets cannot do, such as {@code ipip}, is said where it is asked for, with what to write instead.
 */
final class FramelessRules {

    private static final Set<String> COPYING = Set.of("redundant", "broadcast");
    private static final Set<String> KEEPING_ORDER = Set.of("flow-hash", "loadbalance", "failover");
    private static final String WITHOUT = "this encapsulation carries nothing but packets: ";

    private FramelessRules() {}

    /** The reorder buffer of a peer whose table names none: whoever keeps each connection on a line needs none. */
    static Plugin usualReorder(@Nullable Plugin scheduler) {
        boolean keepsOrder = scheduler != null && KEEPING_ORDER.contains(scheduler.name());
        return Plugin.named(keepsOrder ? "none" : "tcp-sequence");
    }

    /** Checks a peer whose encapsulation carries nothing but packets. */
    static void check(
            Section peer,
            List<Section.Located<IpPrefix>> allowedIps,
            @Nullable Plugin scheduler,
            @Nullable Plugin reorder,
            Providers providers) {
        if (peer.has("repair") && peer.flag("repair", false)) {
            peer.complain("repair", WITHOUT + "without numbers nobody can ask for what is lost; expected false");
        }
        if (peer.has("equalise") && !"off".equals(peer.text("equalise"))) {
            peer.complain("equalise", WITHOUT + "without stamps there is no age to make even; expected \"off\"");
        }
        if (scheduler != null && COPYING.contains(scheduler.name())) {
            peer.complain(
                    "scheduler",
                    Texts.quoted(scheduler.name()) + ": " + WITHOUT
                            + "the other end could not tell a copy; expected a scheduler that sends each packet once");
        }
        ReorderBufferProvider provider =
                reorder == null ? null : PeerDraft.find(providers, ReorderBufferProvider.class, reorder.name());
        if (reorder != null && provider != null && provider.needsSequence()) {
            peer.complain(
                    "reorder",
                    Texts.quoted(reorder.name()) + ": " + WITHOUT
                            + "there are no numbers to go by; expected \"tcp-sequence\" or \"none\"");
        }
        for (Section.Located<IpPrefix> prefix : allowedIps) {
            if (!isIpv4(prefix.value().address())) {
                peer.complain(
                        prefix.line(),
                        "allowed-ips",
                        Texts.quoted(prefix.value().toString()) + ": IP-in-IP carries IPv4 alone");
            }
        }
        if (!peer.has("link")) {
            peer.missing("link", "[[peer.link]] tables: tunnels are told apart by their outer addresses alone");
        }
    }

    /** Reads the inner addresses of a line and checks what else it needs. */
    static @Nullable TunnelAddresses readInner(Section link) {
        for (String key : List.of("inner", "inner-remote")) {
            if (!link.has(key)) {
                link.missing(key, "an inner address of the tunnel, such as 172.16.251.1: the far end is asked by ping");
            }
        }
        if (!link.has("local")) {
            link.missing("local", "the address of this machine by which the far end knows the tunnel");
        }
        if (!link.has("up")) {
            link.missing(
                    "up", "what the line carries, such as \"800 kbit/s\": without frames nobody can find that out");
        }
        Inet4Address near = link.parsed("inner", FramelessRules::ipv4);
        Inet4Address far = link.parsed("inner-remote", FramelessRules::ipv4);
        if (near == null || far == null) {
            return null;
        }
        try {
            return new TunnelAddresses(near, far);
        } catch (IllegalArgumentException e) {
            link.complain("inner-remote", String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Complains about inner addresses where frames ask better. */
    static void refuseInner(Section link) {
        for (String key : List.of("inner", "inner-remote")) {
            if (link.has(key)) {
                link.complain(key, "is for encapsulation = \"ipip\", and this peer has another");
            }
        }
    }

    /** Checks what several peers share. */
    static void checkBond(
            @Nullable Section bond,
            List<LinkConfig> listen,
            @Nullable Section tun,
            TunSettings tunSettings,
            List<PeerDraft> peers) {
        if (peers.stream().noneMatch(PeerDraft::isFrameless)) {
            return;
        }
        if (bond != null && !listen.isEmpty()) {
            bond.complain("listen", "is not for encapsulation = \"ipip\": both ends list their tunnels as links");
        }
        if (tun != null) {
            for (String key : List.of("address", "routes")) {
                List<IpPrefix> prefixes = key.equals("address") ? tunSettings.addresses() : tunSettings.routes();
                prefixes.stream()
                        .filter(prefix -> !isIpv4(prefix.address()))
                        .forEach(prefix ->
                                tun.complain(key, Texts.quoted(prefix.toString()) + ": IP-in-IP carries IPv4 alone"));
            }
        }
        Map<String, Integer> tunnels = new HashMap<>();
        for (PeerDraft peer : peers) {
            for (LinkDraft link : peer.links()) {
                Addresses.Endpoint local = link.local();
                Addresses.Endpoint remote = link.remote();
                if (local == null || remote == null) {
                    continue;
                }
                Integer first = tunnels.putIfAbsent(
                        local.host() + " " + remote.host(), link.section().line());
                if (first != null) {
                    link.section()
                            .complain(
                                    "remote",
                                    Texts.quoted(remote.host()) + ": the link at line " + first
                                            + " has the same outer addresses, and nothing else tells tunnels apart");
                }
            }
        }
    }

    private static Inet4Address ipv4(String text) {
        if (Addresses.address(text) instanceof Inet4Address address) {
            return address;
        }
        throw new IllegalArgumentException("expected an IPv4 address such as 172.16.251.1");
    }

    private static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address;
    }
}
