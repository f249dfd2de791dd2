/** tun(4) device and native links for OpenBSD; found by {@link java.util.ServiceLoader}. */
module io.aggr.tun.openbsd {
    requires com.sun.jna;
    requires transitive io.aggr.api;
    requires static org.jspecify;
    requires org.slf4j;

    exports io.aggr.tun.openbsd;

    provides io.aggr.link.LinkProvider with
            io.aggr.tun.openbsd.NativeUdpLinkProvider;
    provides io.aggr.link.PollerProvider with
            io.aggr.tun.openbsd.OpenBsdPollerProvider;
    provides io.aggr.tun.TunProvider with
            io.aggr.tun.openbsd.OpenBsdTunProvider;
}
