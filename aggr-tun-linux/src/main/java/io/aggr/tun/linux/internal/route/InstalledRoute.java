package io.aggr.tun.linux.internal.route;

import io.aggr.tun.IpPrefix;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.SystemCallException;
import io.aggr.tun.linux.internal.netlink.InterfaceState;
import io.aggr.tun.linux.internal.netlink.Route;
import io.aggr.tun.linux.internal.netlink.RoutingControl;
import io.aggr.tun.linux.internal.netlink.RoutingControl.InterfaceAddress;
import io.aggr.tun.linux.internal.netlink.Rule;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One rule {@code from LOCAL lookup TABLE} and the table that it leads to. The table has a default route through the gateway, the network that
 * the local address lies in, and below both a route that refuses: while the interface is down, what is sent from the address fails, instead
 * of leaving by another line that does not know the address.
 *
 * <p>Tables are {@link #FIRST_TABLE} to {@link #LAST_TABLE}, priorities {@link #FIRST_PRIORITY} and up, before the main table's 32766; rules and
 * routes carry the protocol number {@link #PROTOCOL}, and only what carries it is ever removed.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class InstalledRoute {

    private static final Logger log = LoggerFactory.getLogger(InstalledRoute.class);

    static final int FIRST_TABLE = 50_800;
    static final int LAST_TABLE = 51_055;
    static final int FIRST_PRIORITY = 20_800;
    static final int PROTOCOL = 80;

    /** The worst there is, as an unsigned number. */
    private static final int LAST_METRIC = -1;

    private final RoutingControl control;
    private final InetAddress local;
    private final InetAddress gateway;
    private final boolean isIpv6;
    private final Rule rule;

    private InstalledRoute(RoutingControl control, InetAddress local, InetAddress gateway) throws IOException {
        this.control = control;
        this.local = local;
        this.gateway = gateway;
        this.isIpv6 = bits(local) == 128;
        IpPrefix source = new IpPrefix(local, bits(local));
        List<Rule> rules = removeStale(control.rules(isIpv6), source);
        int table = freeTable(rules);
        this.rule = new Rule(isIpv6, source, table, FIRST_PRIORITY + table - FIRST_TABLE, PROTOCOL);
    }

    /**
     * Installs rule and routes.
     *
     * @throws IOException if the system refuses; nothing stays behind then
     */
    static InstalledRoute install(InetAddress local, InetAddress gateway, @Nullable String device) throws IOException {
        if (bits(local) != bits(gateway)) {
            throw new IOException("source route from " + local.getHostAddress() + " via " + gateway.getHostAddress()
                    + ": the addresses are of different families");
        }
        RoutingControl control = new RoutingControl();
        InstalledRoute route = null;
        boolean done = false;
        try {
            route = new InstalledRoute(control, local, gateway);
            route.repair(device);
            done = true;
            log.info("source route from {} {}", local.getHostAddress(), route);
            return route;
        } finally {
            if (!done) {
                if (route != null) {
                    route.remove();
                } else {
                    control.close();
                }
            }
        }
    }

    /** Whether this is the gateway. */
    boolean leadsTo(InetAddress other) {
        return gateway.equals(other);
    }

    /** Adds what is missing: an interface that is set down takes its routes along. */
    void repair(@Nullable String device) throws IOException {
        List<Route> routes = routes(device);
        add(() -> control.addRule(rule));
        for (Route route : routes) {
            add(() -> control.addRoute(route));
        }
    }

    /** Takes everything back. Never throws. */
    void remove() {
        try (control) {
            quietly(() -> control.deleteRule(rule));
            quietly(() -> flush(rule.table()));
            log.info("source route from {} removed", local.getHostAddress());
        }
    }

    /** The routes of the table, in the order in which they have to be added. */
    private List<Route> routes(@Nullable String device) throws IOException {
        List<InterfaceState> interfaces = control.interfaces();
        InterfaceAddress own = control.addresses().stream()
                .filter(a -> a.prefix().address().equals(local))
                .findFirst()
                .orElseThrow(() -> new IOException("source route from " + local.getHostAddress() + " via "
                        + gateway.getHostAddress() + ": the first is no address of this machine"));
        InterfaceState home = interfaces.stream()
                .filter(i ->
                        device == null ? i.index() == own.index() : i.name().equals(device))
                .findFirst()
                .orElseThrow(() -> new IOException("source route from " + local.getHostAddress() + " via "
                        + gateway.getHostAddress() + ": there is no interface " + device));
        Route.Device towards = new Route.Device(home.name(), home.index());
        IpPrefix network = Route.network(own.prefix());
        boolean isNeighbour = home.index() == own.index()
                && Route.network(new IpPrefix(gateway, network.bits())).equals(network);

        List<Route> routes = new ArrayList<>();
        routes.add(new Route(all(), rule.table(), null, null, false, true, LAST_METRIC, PROTOCOL));
        if (isNeighbour) {
            // Hosts next to us are reached directly and not by way of the gateway.
            routes.add(new Route(network, rule.table(), towards, null, false, false, 0, PROTOCOL));
        }
        if (device == null && !isNeighbour && !gateway.isLinkLocalAddress()) {
            // The address is on another interface than the gateway, on the loopback for instance: the main table knows
            // the way to it.
            routes.add(new Route(all(), rule.table(), null, gateway, false, false, 0, PROTOCOL));
        } else {
            boolean isOnLink = !isNeighbour && !gateway.isLinkLocalAddress();
            routes.add(new Route(all(), rule.table(), towards, gateway, isOnLink, false, 0, PROTOCOL));
        }
        return routes;
    }

    /** Removes what a run that was killed has left for the same address; answers the rules that remain. */
    private List<Rule> removeStale(List<Rule> rules, IpPrefix source) throws IOException {
        List<Rule> remaining = new ArrayList<>();
        for (Rule found : rules) {
            if (isOurs(found) && source.equals(found.source())) {
                log.warn("replacing a rule that an earlier run has left: {}", found);
                control.deleteRule(found);
                flush(found.table());
            } else {
                remaining.add(found);
            }
        }
        return remaining;
    }

    private static boolean isOurs(Rule rule) {
        return rule.protocol() == PROTOCOL && rule.table() >= FIRST_TABLE && rule.table() <= LAST_TABLE;
    }

    /** A table that nobody uses; the search begins at a place that depends on the address, so that a line usually has the same number. */
    private int freeTable(List<Rule> rules) throws IOException {
        Set<Integer> used = rules.stream().map(Rule::table).collect(Collectors.toSet());
        int count = LAST_TABLE - FIRST_TABLE + 1;
        int start = Math.floorMod(Arrays.hashCode(local.getAddress()), count);
        for (int i = 0; i < count; i++) {
            int table = FIRST_TABLE + (start + i) % count;
            if (!used.contains(table) && control.routes(isIpv6, table).isEmpty()) {
                return table;
            }
        }
        throw new IOException("source route from " + local.getHostAddress() + ": all routing tables from " + FIRST_TABLE
                + " to " + LAST_TABLE + " are in use");
    }

    private void flush(int table) throws IOException {
        for (Route route : control.routes(isIpv6, table)) {
            if (route.protocol() == PROTOCOL) {
                quietly(() -> control.deleteRoute(route));
            }
        }
    }

    private IpPrefix all() {
        return Route.network(new IpPrefix(local, 0));
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * 8;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void add(Step step) throws IOException {
        try {
            step.run();
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    private static void quietly(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            // Somebody else was faster, or the interface is gone and its routes with it.
            log.debug("nothing to remove: {}", e.getMessage());
        }
    }

    @Override
    public String toString() {
        return "via " + gateway.getHostAddress() + " by table " + rule.table();
    }
}
