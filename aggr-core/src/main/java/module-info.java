/** The engine of aggr, its built-in plugins, the simulator and the conformance kit. */
module io.aggr.core {
    requires com.google.common;
    requires transitive io.aggr.api;
    requires org.jctools.core.jdk11;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.aggr;
    exports io.aggr.sim;
    exports io.aggr.sim.report;

    uses io.aggr.encap.EncapsulatorProvider;
    uses io.aggr.link.LinkProvider;
    uses io.aggr.link.PollerProvider;
    uses io.aggr.link.SourceRouteProvider;
    uses io.aggr.reorder.ReorderBufferProvider;
    uses io.aggr.schedule.SchedulerProvider;
    uses io.aggr.tun.TunProvider;
}
