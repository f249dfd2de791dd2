/** The engine of aggr, its built-in plugins, the simulator and the conformance kit. */
module io.aggr.core {
    requires com.google.common;
    requires transitive io.aggr.api;
    requires org.jctools.core.jdk11;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.aggr;
    exports io.aggr.sim;
    exports io.aggr.sim.cases;
    exports io.aggr.sim.report;
    exports io.aggr.testkit;

    provides io.aggr.encap.EncapsulatorProvider with
            io.aggr.internal.driver.NoiseEncapsulatorProvider,
            io.aggr.internal.encap.PlainEncapsulatorProvider,
            io.aggr.internal.ipip.IpipEncapsulatorProvider;

    uses io.aggr.encap.EncapsulatorProvider;
    uses io.aggr.link.LinkProvider;
    uses io.aggr.link.NetworkMonitorProvider;
    uses io.aggr.link.PollerProvider;
    uses io.aggr.link.SourceRouteProvider;
    uses io.aggr.reorder.ReorderBufferProvider;
    uses io.aggr.schedule.SchedulerProvider;
    uses io.aggr.tun.TunProvider;

    provides io.aggr.link.LinkProvider with
            io.aggr.internal.driver.NioUdpLinkProvider;
    provides io.aggr.reorder.ReorderBufferProvider with
            io.aggr.internal.reorder.GapReorderBuffer.Provider,
            io.aggr.internal.reorder.NoReorderBuffer.Provider,
            io.aggr.internal.reorder.TimeoutReorderBuffer.Provider,
            io.aggr.internal.tcporder.TcpSequenceReorderBuffer.Provider;
    provides io.aggr.schedule.SchedulerProvider with
            io.aggr.internal.schedule.EarliestArrivalScheduler.Provider,
            io.aggr.internal.schedule.FailoverScheduler.Provider,
            io.aggr.internal.schedule.FlowHashScheduler.Provider,
            io.aggr.internal.schedule.LowestRttSpillScheduler.Provider,
            io.aggr.internal.schedule.RedundantScheduler.Provider,
            io.aggr.internal.schedule.RoundRobinScheduler.Provider,
            io.aggr.internal.schedule.TrunkAliases.Broadcast,
            io.aggr.internal.schedule.TrunkAliases.LoadBalance,
            io.aggr.internal.schedule.TrunkAliases.RoundRobin,
            io.aggr.internal.schedule.WeightedScheduler.Provider;
}
