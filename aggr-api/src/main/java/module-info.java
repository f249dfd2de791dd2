/** The contracts of aggr: links, schedulers, encapsulators, reorder buffers and TUN devices, and how they are found. */
module io.aggr.api {
    requires static transitive org.jspecify;

    exports io.aggr.encap;
    exports io.aggr.link;
    exports io.aggr.packet;
    exports io.aggr.reorder;
    exports io.aggr.schedule;
    exports io.aggr.spi;
    exports io.aggr.tun;
}
