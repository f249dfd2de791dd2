package io.aggr.sim.cases;

import io.aggr.sim.LineStats;
import io.aggr.sim.LineUse;
import io.aggr.sim.Simulation;
import io.aggr.sim.SimulationReport;
import io.aggr.sim.SimulationReport.PingTimes;
import io.aggr.sim.TcpOptions;
import java.time.Duration;
import java.util.List;

/**
 * Runs a {@link BondCase} in virtual time.
 *
 * @since 0.1
 */
public final class CaseSimulation {
    private CaseSimulation() {}

    /**
     * A simulation of a case, to be refined or run.
     *
     * @param bondCase the case; one that can be simulated
     * @param seed what all chance comes from
     * @param ratesTold whether both ends are told what the lines carry, or have to find it out
     * @return the simulation
     * @throws IllegalArgumentException if the case needs the lab
     */
    public static Simulation of(BondCase bondCase, long seed, boolean ratesTold) {
        if (!bondCase.stages().contains(BondCase.Stage.SIMULATOR)) {
            throw new IllegalArgumentException("case " + bondCase.name() + " cannot be simulated");
        }
        CaseTraffic traffic = bondCase.traffic();
        TcpOptions tcp = TcpOptions.defaults()
                .withCongestion(traffic.congestion())
                .withEcn(traffic.ecn())
                .withAdaptsToReordering(traffic.adaptsToReordering());
        Simulation simulation = Simulation.of(bondCase.lines())
                .seed(seed)
                .configuredRates(ratesTold ? 1 : 0)
                .tcp(tcp)
                .flows(traffic.connections())
                .equalise(bondCase.equalise())
                .ipv6Inside(bondCase.ipv6Inside())
                .ipv6Outside(bondCase.ipv6Outside());
        if (traffic.isDatagrams()) {
            simulation.datagrams(traffic.datagramShare(), CaseTraffic.DATAGRAM_BYTES);
        }
        for (CaseEvent event : bondCase.events()) {
            if (event.kind() != CaseEvent.Kind.REBIND) {
                throw new IllegalArgumentException("case " + bondCase.name() + ": no " + event.kind() + " here");
            }
            simulation.at(event.at(), event.label(), bond -> bond.rebind(event.line(), "203.0.113.9"));
        }
        return (traffic.down() ? simulation.download(bondCase.duration()) : simulation.upload(bondCase.duration()))
                .settling(bondCase.settling());
    }

    /**
     * Runs a case.
     *
     * @param bondCase the case; one that can be simulated
     * @param seed what all chance comes from
     * @param ratesTold whether both ends are told what the lines carry
     * @return what came of it
     */
    public static CaseResult run(BondCase bondCase, long seed, boolean ratesTold) {
        return result(bondCase, seed, ratesTold, of(bondCase, seed, ratesTold).run());
    }

    /**
     * Measures a simulation against the marks of its case.
     *
     * @param bondCase the case
     * @param seed the simulation's seed
     * @param ratesTold whether both ends were told what the lines carry
     * @param report what the simulation showed
     * @return the result
     */
    public static CaseResult result(BondCase bondCase, long seed, boolean ratesTold, SimulationReport report) {
        return CaseResult.of(bondCase, seed, ratesTold, new Figures(report));
    }

    private record Figures(SimulationReport report) implements CaseFigures {

        @Override
        public double goodputBitsPerSecond(Duration from, Duration to) {
            return report.goodputBitsPerSecond(from, to);
        }

        @Override
        public double shareOfIdeal(Duration from, Duration to) {
            return report.shareOfIdeal(from, to);
        }

        @Override
        public double shareOfNative(Duration from, Duration to) {
            return report.shareOfNative(from, to);
        }

        @Override
        public double payloadShare() {
            return report.payloadShare();
        }

        @Override
        public PingTimes pingIdle() {
            return report.pingIdle();
        }

        @Override
        public PingTimes pingLoaded(Duration from, Duration to) {
            return report.pingLoaded(from, to);
        }

        @Override
        public long longestGapNanos(Duration from, Duration to) {
            return report.longestGapNanos(from, to);
        }

        @Override
        public long nanosToShareOfIdeal(double share) {
            return report.nanosToShareOfIdeal(share);
        }

        @Override
        public long retransmissions() {
            return report.retransmissions();
        }

        @Override
        public long timeouts() {
            return report.timeouts();
        }

        @Override
        public double datagramsLostShare() {
            return report.datagramsLostShare();
        }

        @Override
        public double datagramsOutOfOrderShare() {
            return report.datagramsOutOfOrderShare();
        }

        @Override
        public List<Double> lineShares() {
            double all = report.lineStats().stream()
                    .mapToLong(LineStats::deliveredBytes)
                    .sum();
            return report.lineStats().stream()
                    .map(line -> line.deliveredBytes() / Math.max(1, all))
                    .toList();
        }

        @Override
        public LineUse use() {
            return report.use();
        }

        @Override
        public boolean isValid() {
            return true;
        }
    }
}
