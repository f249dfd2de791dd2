package io.aggr;

import io.aggr.tun.IpPrefix;
import io.aggr.tun.TunSettings;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Everything that a bond is told at its start.
 *
 * @param name the bond's name in thread names, status and logs
 * @param listen sockets that peers come to; empty on the side that goes to its peers
 * @param tun the TUN device
 * @param tunType name of the TUN provider, or empty for the best one here
 * @param tunOptions options of the TUN provider
 * @param peers the other ends, at least one
 * @param clampMss whether the segment size that TCP connections announce is lowered to what fits the tunnel
 * @param encapsulationOptions what the encapsulation has to know for all peers, such as {@code private-key-file} for {@code noise}
 * @since 0.1
 */
public record BondConfig(
        String name,
        List<LinkConfig> listen,
        TunSettings tun,
        String tunType,
        Map<String, String> tunOptions,
        List<PeerConfig> peers,
        boolean clampMss,
        Map<String, String> encapsulationOptions) {

    /**
     * Checks the parts and how they go together, and copies the lists.
     *
     * @throws IllegalArgumentException if something is wrong; the message names the place and the rule
     */
    public BondConfig {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(tun, "tun");
        Objects.requireNonNull(tunType, "tunType");
        listen = List.copyOf(listen);
        tunOptions = Map.copyOf(tunOptions);
        encapsulationOptions = Map.copyOf(encapsulationOptions);
        peers = List.copyOf(peers);
        if (name.isBlank()) {
            throw new IllegalArgumentException("a bond needs a name");
        }
        if (peers.isEmpty()) {
            throw new IllegalArgumentException("a bond needs at least one peer");
        }
        checkNames(listen, peers);
        checkPrefixes(peers);
        for (PeerConfig peer : peers) {
            if (peer.allowedIps().isEmpty()) {
                throw new IllegalArgumentException(
                        "peer " + peer.name() + " has no allowed-ips, so nothing could be sent to it or taken from it");
            }
            if (peer.links().isEmpty() && listen.isEmpty()) {
                throw new IllegalArgumentException(
                        "peer " + peer.name() + " has no links, so the bond has to listen for it; give either");
            }
        }
    }

    /**
     * A bond with one TUN device and the defaults.
     *
     * @param name the bond's name
     * @param tun the TUN device
     * @param peers the other ends
     * @return a configuration to refine with the {@code with} methods
     */
    public static BondConfig of(String name, TunSettings tun, PeerConfig... peers) {
        return new BondConfig(name, List.of(), tun, "", Map.of(), List.of(peers), true, Map.of());
    }

    /**
     * A bond of a hub.
     *
     * @param name the bond's name
     * @param tun the TUN device
     * @param listen a socket that peers come to
     * @param peers the other ends
     * @return a configuration to refine with the {@code with} methods
     */
    public static BondConfig hub(String name, TunSettings tun, LinkConfig listen, PeerConfig... peers) {
        return new BondConfig(name, List.of(listen), tun, "", Map.of(), List.of(peers), true, Map.of());
    }

    /**
     * The same with another kind of TUN device.
     *
     * @param newTunType name of the TUN provider, or empty
     * @param newTunOptions its options
     * @return a changed copy
     */
    public BondConfig withTunType(String newTunType, Map<String, String> newTunOptions) {
        return new BondConfig(name, listen, tun, newTunType, newTunOptions, peers, clampMss, encapsulationOptions);
    }

    /**
     * The same with other peers.
     *
     * @param newPeers the other ends, at least one
     * @return a changed copy
     * @throws IllegalArgumentException if they do not go together; the message names the peer and the rule
     */
    public BondConfig withPeers(List<PeerConfig> newPeers) {
        return new BondConfig(name, listen, tun, tunType, tunOptions, newPeers, clampMss, encapsulationOptions);
    }

    /**
     * The same, touching the segment sizes of TCP or not.
     *
     * @param newClampMss whether to lower them
     * @return a changed copy
     */
    public BondConfig withClampMss(boolean newClampMss) {
        return new BondConfig(name, listen, tun, tunType, tunOptions, peers, newClampMss, encapsulationOptions);
    }

    /**
     * The same with what the encapsulation has to know for all peers.
     *
     * @param options such as {@code private-key-file} for {@code noise}
     * @return a changed copy
     */
    public BondConfig withEncapsulationOptions(Map<String, String> options) {
        return new BondConfig(name, listen, tun, tunType, tunOptions, peers, clampMss, options);
    }

    /** Keys among the options are not shown. */
    @Override
    public String toString() {
        return "BondConfig[name=" + name + ", listen=" + listen + ", tun=" + tun + ", tunType=" + tunType
                + ", tunOptions="
                + tunOptions + ", peers=" + peers + ", clampMss=" + clampMss + ", encapsulationOptions="
                + Options.show(encapsulationOptions) + "]";
    }

    private static void checkNames(List<LinkConfig> listen, List<PeerConfig> peers) {
        Set<String> linkNames = new HashSet<>();
        for (LinkConfig link : listen) {
            if (!linkNames.add(link.name())) {
                throw new IllegalArgumentException("two links are named " + link.name());
            }
            if (link.settings().remote() != null) {
                throw new IllegalArgumentException("listening link " + link.name() + " may not have a remote");
            }
        }
        Set<String> peerNames = new HashSet<>();
        for (PeerConfig peer : peers) {
            if (!peerNames.add(peer.name())) {
                throw new IllegalArgumentException("two peers are named " + peer.name());
            }
            for (LinkConfig link : peer.links()) {
                if (!linkNames.add(link.name())) {
                    throw new IllegalArgumentException("two links are named " + link.name());
                }
            }
        }
    }

    private static void checkPrefixes(List<PeerConfig> peers) {
        Map<String, String> owners = new HashMap<>();
        for (PeerConfig peer : peers) {
            for (IpPrefix prefix : peer.allowedIps()) {
                String owner = owners.put(network(prefix), peer.name());
                if (owner != null && !owner.equals(peer.name())) {
                    throw new IllegalArgumentException(
                            "allowed-ips " + prefix + " belongs to both " + owner + " and " + peer.name());
                }
            }
        }
    }

    private static String network(IpPrefix prefix) {
        InetAddress address = prefix.address();
        byte[] bytes = address.getAddress();
        for (int bit = prefix.bits(); bit < bytes.length * 8; bit++) {
            bytes[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
        }
        return HexFormat.of().formatHex(bytes) + "/" + prefix.bits();
    }
}
