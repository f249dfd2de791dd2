package io.aggr.tun.linux.internal.netlink;

import static io.aggr.tun.linux.internal.netlink.Netlink.NLM_F_ACK;
import static io.aggr.tun.linux.internal.netlink.Netlink.NLM_F_CREATE;
import static io.aggr.tun.linux.internal.netlink.Netlink.NLM_F_DUMP;
import static io.aggr.tun.linux.internal.netlink.Netlink.NLM_F_EXCL;
import static io.aggr.tun.linux.internal.netlink.Netlink.NLM_F_REQUEST;

import io.aggr.tun.IpPrefix;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sets interfaces, addresses, routes and rules: what {@code ip link}, {@code ip address}, {@code ip route} and {@code ip rule} do, without
 * starting a program for each.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
public final class RoutingControl implements AutoCloseable {

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_GETADDR = 22;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;
    private static final int RTM_NEWRULE = 32;
    private static final int RTM_DELRULE = 33;
    private static final int RTM_GETRULE = 34;

    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int ADDR_GEN_MODE_NONE = 1;
    private static final int IFF_UP = 0x1;
    private static final int IFF_LOOPBACK = 0x8;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_F_NODAD = 0x02;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_TABLE = 15;
    private static final int RTNH_F_ONLINK = 4;
    private static final int RTN_UNICAST = 1;
    private static final int RTN_UNREACHABLE = 7;
    private static final int SCOPE_UNIVERSE = 0;
    private static final int SCOPE_LINK = 253;
    private static final int SCOPE_NOWHERE = 255;

    private static final int FRA_SRC = 2;
    private static final int FRA_PRIORITY = 6;
    private static final int FRA_TABLE = 15;
    private static final int FRA_PROTOCOL = 21;
    private static final int FR_ACT_TO_TBL = 1;

    private static final int INTERFACE_BYTES = 16;
    private static final int ADDRESS_BYTES = 8;
    private static final int ROUTE_BYTES = 12;

    /**
     * An address of an interface.
     *
     * @param index the interface's number
     * @param prefix the address and its network
     */
    public record InterfaceAddress(int index, IpPrefix prefix) {}

    private final Netlink netlink;

    /**
     * Opens a conversation with the kernel.
     *
     * @throws IOException if the system refuses
     */
    public RoutingControl() throws IOException {
        netlink = new Netlink();
    }

    @Override
    public void close() {
        netlink.close();
    }

    /**
     * An interface by name.
     *
     * @return its state, or null if there is none
     */
    public @Nullable InterfaceState find(String device) throws IOException {
        AtomicReference<@Nullable InterfaceState> found = new AtomicReference<>();
        NetlinkRequest request = new NetlinkRequest(RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK);
        interfaceHeader(request, 0, 0, 0).attributeText(IFLA_IFNAME, device);
        try {
            netlink.exchange(request, "ip link show dev " + device, reply -> found.set(state(reply)));
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENODEV) {
                return null;
            }
            throw e;
        }
        return found.get();
    }

    /** All interfaces. */
    public List<InterfaceState> interfaces() throws IOException {
        List<InterfaceState> interfaces = new ArrayList<>();
        NetlinkRequest request = new NetlinkRequest(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
        netlink.exchange(interfaceHeader(request, 0, 0, 0), "ip link show", reply -> interfaces.add(state(reply)));
        return interfaces;
    }

    /** All addresses of interfaces. */
    public List<InterfaceAddress> addresses() throws IOException {
        List<InterfaceAddress> addresses = new ArrayList<>();
        NetlinkRequest request = new NetlinkRequest(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u32(0);
        netlink.exchange(request, "ip address show", reply -> {
            // On an interface to one far end, IFA_ADDRESS is that end's; IPv6 has no IFA_LOCAL otherwise.
            byte[] local = reply.attribute(ADDRESS_BYTES, IFA_LOCAL);
            byte[] address = local == null ? reply.attribute(ADDRESS_BYTES, IFA_ADDRESS) : local;
            if (address != null) {
                addresses.add(new InterfaceAddress(reply.u32(4), prefix(address.length == 16, address, reply.u8(1))));
            }
        });
        return addresses;
    }

    private static InterfaceState state(NetlinkReply reply) {
        int flags = reply.u32(8);
        return new InterfaceState(
                reply.attributeText(INTERFACE_BYTES, IFLA_IFNAME),
                reply.u32(4),
                reply.attribute(INTERFACE_BYTES, IFLA_MTU, 0),
                reply.attribute(INTERFACE_BYTES, IFLA_TXQLEN, 0),
                (flags & IFF_UP) != 0,
                (flags & IFF_LOOPBACK) != 0);
    }

    /** Sets MTU, length of the queue, and up or down. */
    public void configure(Route.Device device, int mtuBytes, int queuePackets, boolean up) throws IOException {
        NetlinkRequest request = new NetlinkRequest(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK);
        interfaceHeader(request, device.index(), up ? IFF_UP : 0, IFF_UP)
                .attribute(IFLA_MTU, mtuBytes)
                .attribute(IFLA_TXQLEN, queuePackets);
        netlink.request(
                request,
                "ip link set dev " + device.name() + " mtu " + mtuBytes + " txqueuelen " + queuePackets
                        + (up ? " up" : " down"));
    }

    /** Keeps the kernel from giving the interface a link-local address by itself when it is set up. */
    public void withoutLinkLocalAddress(Route.Device device) throws IOException {
        NetlinkRequest request = new NetlinkRequest(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK);
        interfaceHeader(request, device.index(), 0, 0);
        int families = request.begin(IFLA_AF_SPEC);
        int ipv6 = request.begin(Libc.AF_INET6);
        request.attributeU8(IFLA_INET6_ADDR_GEN_MODE, ADDR_GEN_MODE_NONE)
                .end(ipv6)
                .end(families);
        netlink.request(request, "ip link set dev " + device.name() + " addrgenmode none");
    }

    /** Adds an address; its network becomes a route of the main table. */
    public void addAddress(Route.Device device, IpPrefix address) throws IOException {
        netlink.request(
                address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, device, address),
                "ip address add " + address + " dev " + device.name());
    }

    /** Takes an address away. */
    public void deleteAddress(Route.Device device, IpPrefix address) throws IOException {
        netlink.request(
                address(RTM_DELADDR, 0, device, address), "ip address del " + address + " dev " + device.name());
    }

    /** Adds a route; one to the same network with the same metric is an error. */
    public void addRoute(Route route) throws IOException {
        NetlinkRequest request =
                new NetlinkRequest(RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
        // Without a gateway the destination is a neighbour.
        int scope = route.isUnreachable() || route.gateway() != null ? SCOPE_UNIVERSE : SCOPE_LINK;
        netlink.request(routeBody(request, route, scope), "ip route add " + route);
    }

    /** Takes a route away. */
    public void deleteRoute(Route route) throws IOException {
        NetlinkRequest request = new NetlinkRequest(RTM_DELROUTE, NLM_F_REQUEST | NLM_F_ACK);
        netlink.request(routeBody(request, route, SCOPE_NOWHERE), "ip route del " + route);
    }

    /** The routes of one table, without their gateways. */
    public List<Route> routes(boolean isIpv6, int table) throws IOException {
        List<Route> routes = new ArrayList<>();
        NetlinkRequest request = new NetlinkRequest(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP);
        routeHeader(request, isIpv6, 0, 0, 0, 0, 0, 0).attribute(RTA_TABLE, table);
        try {
            netlink.exchange(request, "ip route show table " + table, reply -> {
                // An older kernel shows all tables.
                if (reply.attribute(ROUTE_BYTES, RTA_TABLE, reply.u8(4)) == table) {
                    int device = reply.attribute(ROUTE_BYTES, RTA_OIF, 0);
                    routes.add(new Route(
                            prefix(isIpv6, reply.attribute(ROUTE_BYTES, RTA_DST), reply.u8(1)),
                            table,
                            device == 0 ? null : new Route.Device("interface " + device, device),
                            null,
                            false,
                            reply.u8(7) == RTN_UNREACHABLE,
                            reply.attribute(ROUTE_BYTES, RTA_PRIORITY, 0),
                            reply.u8(5)));
                }
            });
        } catch (SystemCallException e) {
            // A table that nobody has put a route into does not exist.
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        return routes;
    }

    /** Adds a rule. */
    public void addRule(Rule rule) throws IOException {
        NetlinkRequest request = new NetlinkRequest(RTM_NEWRULE, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
        netlink.request(ruleBody(request, rule), "ip rule add " + rule);
    }

    /** Takes a rule away. */
    public void deleteRule(Rule rule) throws IOException {
        NetlinkRequest request = new NetlinkRequest(RTM_DELRULE, NLM_F_REQUEST | NLM_F_ACK);
        netlink.request(ruleBody(request, rule), "ip rule del " + rule);
    }

    /** All rules of a family that look a table up. */
    public List<Rule> rules(boolean isIpv6) throws IOException {
        List<Rule> rules = new ArrayList<>();
        NetlinkRequest request = new NetlinkRequest(RTM_GETRULE, NLM_F_REQUEST | NLM_F_DUMP);
        routeHeader(request, isIpv6, 0, 0, 0, 0, 0, 0);
        netlink.exchange(request, "ip rule show", reply -> {
            byte[] source = reply.attribute(ROUTE_BYTES, FRA_SRC);
            rules.add(new Rule(
                    isIpv6,
                    source == null ? null : prefix(isIpv6, source, reply.u8(2)),
                    reply.attribute(ROUTE_BYTES, FRA_TABLE, reply.u8(4)),
                    reply.attribute(ROUTE_BYTES, FRA_PRIORITY, 0),
                    reply.attribute(ROUTE_BYTES, FRA_PROTOCOL, 0)));
        });
        return rules;
    }

    private static NetlinkRequest interfaceHeader(NetlinkRequest request, int index, int flags, int changed) {
        // struct ifinfomsg
        return request.u8(0).u8(0).u16(0).u32(index).u32(flags).u32(changed);
    }

    private static NetlinkRequest address(int type, int flags, Route.Device device, IpPrefix address) {
        byte[] bytes = address.address().getAddress();
        // struct ifaddrmsg. Nobody else is on the other side of a tunnel, so there is no duplicate to detect.
        return new NetlinkRequest(type, NLM_F_REQUEST | NLM_F_ACK | flags)
                .u8(bytes.length == 16 ? Libc.AF_INET6 : Libc.AF_INET)
                .u8(address.bits())
                .u8(bytes.length == 16 ? IFA_F_NODAD : 0)
                .u8(SCOPE_UNIVERSE)
                .u32(device.index())
                .attribute(IFA_LOCAL, bytes)
                .attribute(IFA_ADDRESS, bytes);
    }

    private static NetlinkRequest routeHeader(
            NetlinkRequest request,
            boolean isIpv6,
            int destinationBits,
            int sourceBits,
            int protocol,
            int scope,
            int type,
            int flags) {
        // struct rtmsg; struct fib_rule_hdr has the same shape. The table is an attribute, because it does not fit a
        // byte.
        return request.u8(isIpv6 ? Libc.AF_INET6 : Libc.AF_INET)
                .u8(destinationBits)
                .u8(sourceBits)
                .u8(0)
                .u8(0)
                .u8(protocol)
                .u8(scope)
                .u8(type)
                .u32(flags);
    }

    private static NetlinkRequest routeBody(NetlinkRequest request, Route route, int scope) {
        byte[] destination = route.destination().address().getAddress();
        routeHeader(
                request,
                destination.length == 16,
                route.destination().bits(),
                0,
                route.protocol(),
                scope,
                route.isUnreachable() ? RTN_UNREACHABLE : RTN_UNICAST,
                route.isOnLink() ? RTNH_F_ONLINK : 0);
        request.attribute(RTA_TABLE, route.table());
        if (route.destination().bits() > 0) {
            request.attribute(RTA_DST, destination);
        }
        Route.Device device = route.device();
        if (device != null) {
            request.attribute(RTA_OIF, device.index());
        }
        InetAddress gateway = route.gateway();
        if (gateway != null) {
            request.attribute(RTA_GATEWAY, gateway.getAddress());
        }
        if (route.metric() != 0) {
            request.attribute(RTA_PRIORITY, route.metric());
        }
        return request;
    }

    private static NetlinkRequest ruleBody(NetlinkRequest request, Rule rule) {
        IpPrefix source = rule.source();
        routeHeader(request, rule.isIpv6(), 0, source == null ? 0 : source.bits(), 0, 0, FR_ACT_TO_TBL, 0);
        if (source != null) {
            request.attribute(FRA_SRC, source.address().getAddress());
        }
        return request.attribute(FRA_PRIORITY, rule.priority())
                .attribute(FRA_TABLE, rule.table())
                .attributeU8(FRA_PROTOCOL, rule.protocol());
    }

    private static IpPrefix prefix(boolean isIpv6, byte @Nullable [] address, int bits) {
        try {
            return new IpPrefix(InetAddress.getByAddress(address == null ? new byte[isIpv6 ? 16 : 4] : address), bits);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the kernel gave an address of another length", e);
        }
    }
}
