/** TUN device and native links for Linux; found by {@link java.util.ServiceLoader}. */
module io.aggr.tun.linux {
    requires com.sun.jna;
    requires transitive io.aggr.api;
    requires static org.jspecify;
    requires org.slf4j;

    exports io.aggr.tun.linux;

    provides io.aggr.link.LinkProvider with
            io.aggr.tun.linux.IpipLinkProvider,
            io.aggr.tun.linux.NativeUdpLinkProvider;
    provides io.aggr.link.NetworkMonitorProvider with
            io.aggr.tun.linux.LinuxNetworkMonitorProvider;
    provides io.aggr.link.PollerProvider with
            io.aggr.tun.linux.LinuxPollerProvider;
    provides io.aggr.link.SourceRouteProvider with
            io.aggr.tun.linux.LinuxSourceRouteProvider;
    provides io.aggr.tun.TunProvider with
            io.aggr.tun.linux.LinuxTunProvider;
}
