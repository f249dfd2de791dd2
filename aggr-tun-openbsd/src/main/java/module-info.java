/** TUN device and native links for OpenBSD; found by {@link java.util.ServiceLoader}. */
module io.aggr.tun.openbsd {
    requires com.sun.jna;
    requires io.aggr.api;
    requires static org.jspecify;
    requires org.slf4j;
}
