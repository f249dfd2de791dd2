package io.aggr.link;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a link begins and, if that is known beforehand, where it ends.
 *
 * @param name the line's name in configuration, status and logs; unique within a bond
 * @param local address and port to send from; null leaves both to the system; port 0 takes any
 * @param device interface that the line's datagrams must use; null for any
 * @param routingTable routing table or domain for the line (OpenBSD's rtable), or -1
 * @param remote the far end; its port is 0 for a kind of link that has no ports; null for a link that waits for peers
 * @since 0.1
 */
public record LinkSettings(
        String name,
        @Nullable InetSocketAddress local,
        @Nullable String device,
        int routingTable,
        @Nullable InetSocketAddress remote) {

    /** Stands for "no routing table of its own". */
    public static final int MAIN_TABLE = -1;

    /**
     * Checks the parts.
     *
     * @param name as described for the record
     * @param local as described for the record
     * @param device as described for the record
     * @param routingTable as described for the record
     * @param remote as described for the record
     * @throws IllegalArgumentException if the name is blank, an address is unresolved, the two addresses are of different families,
     *     or the link has neither a local nor a remote address
     */
    public LinkSettings {
        Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a link needs a name");
        }
        if (routingTable < MAIN_TABLE || routingTable > 255) {
            throw new IllegalArgumentException("rtable of link " + name + " must be 0..255, got " + routingTable);
        }
        if (local == null && remote == null) {
            throw new IllegalArgumentException("link " + name + " needs a local address, a remote address, or both");
        }
        if (local != null && local.isUnresolved()) {
            throw new IllegalArgumentException(
                    "local address of link " + name + " is not resolved: " + local.getHostString());
        }
        if (remote != null) {
            if (remote.isUnresolved()) {
                throw new IllegalArgumentException(
                        "remote address of link " + name + " is not resolved: " + remote.getHostString());
            }
        }
        if (local != null && remote != null && familyOf(local.getAddress()) != familyOf(remote.getAddress())) {
            throw new IllegalArgumentException("link " + name + " mixes address families: from "
                    + local.getAddress().getHostAddress() + " to "
                    + remote.getAddress().getHostAddress());
        }
    }

    /**
     * A link of a site: from wherever the system chooses to a known far end.
     *
     * @param name the line's name
     * @param remote the far end
     * @return settings to refine with the {@code with} methods
     */
    public static LinkSettings to(String name, InetSocketAddress remote) {
        return new LinkSettings(name, null, null, MAIN_TABLE, remote);
    }

    /**
     * A link of a hub: waits for peers at an address.
     *
     * @param name the link's name
     * @param local address and port to listen at
     * @return settings to refine with the {@code with} methods
     */
    public static LinkSettings listening(String name, InetSocketAddress local) {
        return new LinkSettings(name, local, null, MAIN_TABLE, null);
    }

    /**
     * The same from another local address.
     *
     * @param newLocal address and port to send from, or null
     * @return a changed copy
     */
    public LinkSettings withLocal(@Nullable InetSocketAddress newLocal) {
        return new LinkSettings(name, newLocal, device, routingTable, remote);
    }

    /**
     * The same over one interface.
     *
     * @param newDevice the interface, or null
     * @return a changed copy
     */
    public LinkSettings withDevice(@Nullable String newDevice) {
        return new LinkSettings(name, local, newDevice, routingTable, remote);
    }

    /**
     * The same in a routing table.
     *
     * @param newRoutingTable the table, or {@link #MAIN_TABLE}
     * @return a changed copy
     */
    public LinkSettings withRoutingTable(int newRoutingTable) {
        return new LinkSettings(name, local, device, newRoutingTable, remote);
    }

    private static int familyOf(InetAddress address) {
        return address.getAddress().length;
    }
}
