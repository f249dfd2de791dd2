package io.aggr.sim;

import io.aggr.BondStats;
import io.aggr.sim.report.Chart;
import io.aggr.sim.report.Series;
import io.aggr.sim.report.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What came of a {@link Simulation}. Times count from the start of the TCP connections; unless a span is given, the figures leave out the begin,
 * {@link Simulation#settling}.
 *
 * <p><i>Ideal</i> is what the lines could have carried for TCP after encapsulation: the sum of their rates, as they were at each time, times the
 * payload's share of a full packet. <i>Native</i> is what TCP without a tunnel gets on the same bare lines together, computed for lines without
 * loss.
 *
 * @since 0.1
 */
public final class SimulationReport {
    private static final double NATIVE_SHARE = 1448.0 / 1500;
    private static final Duration RAMP_SPAN = Duration.ofMillis(500);
    private static final Duration RAMP_STEP = Duration.ofMillis(10);
    private static final double MEGA = 1e6;

    /** Something happened. */
    record Mark(long sinceBeginNanos, String label) {}

    /**
     * Round-trip times of a ping of 84 bytes, ten a second, through the bond.
     *
     * @param medianNanos the median, -1 if nothing was answered
     * @param p95Nanos 95 of 100 are not above it, -1 if nothing was answered
     * @param maxNanos the largest, -1 if nothing was answered
     * @param unanswered requests without a reply
     * @since 0.1
     */
    public record PingTimes(long medianNanos, long p95Nanos, long maxNanos, int unanswered) {
        static PingTimes of(Ping ping, long fromNanos, long toNanos) {
            return new PingTimes(
                    ping.rttNanos(0.5, fromNanos, toNanos),
                    ping.rttNanos(0.95, fromNanos, toNanos),
                    ping.rttNanos(1, fromNanos, toNanos),
                    ping.unanswered(fromNanos, toNanos));
        }
    }

    private final String title;
    private final String subtitle;
    private final long seed;
    private final Duration duration;
    private final Duration settling;
    private final boolean down;
    private final Capacity.History capacity;
    private final Ping ping;
    private final SimulationTraffic traffic;
    private final SimulationTrace trace;
    private final List<LineUse> uses;
    private final List<Mark> marks;
    private final long beginNanos;
    private final long endNanos;
    private final BondStats siteStats;
    private final BondStats hubStats;
    private final List<String> transitions;
    private final List<LineStats> lineStats;
    private final long simulatedNanos;
    private final long simulatedEvents;

    SimulationReport(
            Simulation simulation,
            SimulatedBond bond,
            Ping ping,
            SimulationTraffic traffic,
            SimulationTrace trace,
            List<LineUse> uses,
            List<Mark> marks,
            long beginNanos,
            long endNanos) {
        title = simulation.lines().name() + (simulation.isDown() ? ", download" : ", upload");
        subtitle = simulation.lines().summary() + "; " + simulation.plugins().schedulerName() + ", "
                + simulation.plugins().reorderName()
                + ", " + traffic.text(simulation) + ", rates " + (simulation.configuredShare() > 0 ? "told" : "found")
                + ", seed "
                + simulation.seed();
        seed = simulation.seed();
        duration = simulation.duration();
        settling = simulation.settling();
        down = simulation.isDown();
        capacity = bond.capacity().history();
        this.ping = ping;
        this.traffic = traffic;
        this.trace = trace;
        this.uses = List.copyOf(uses);
        this.marks = List.copyOf(marks);
        this.beginNanos = beginNanos;
        this.endNanos = endNanos;
        siteStats = bond.siteStats();
        hubStats = bond.hubStats();
        List<String> all = new ArrayList<>();
        bond.siteEnds().forEach(end -> all.addAll(end.transitions()));
        bond.hubEnds().forEach(end -> all.addAll(end.transitions()));
        transitions = List.copyOf(all);
        lineStats = bond.simLines().stream()
                .map(line -> down ? line.downStats() : line.upStats())
                .toList();
        simulatedNanos = bond.time().nowNanos();
        simulatedEvents = bond.time().eventsRun();
    }

    /**
     * What all connections together delivered to the application.
     *
     * @return bit/s
     */
    public double goodputBitsPerSecond() {
        return goodputBitsPerSecond(settling, duration);
    }

    /**
     * What all connections together delivered to the application in a span.
     *
     * @param from begin of the span
     * @param to end of the span
     * @return bit/s
     */
    public double goodputBitsPerSecond(Duration from, Duration to) {
        return traffic.goodputBitsPerSecond(at(from), at(to));
    }

    /**
     * Goodput as a share of the ideal.
     *
     * @return about 0 to 1
     */
    public double shareOfIdeal() {
        return shareOfIdeal(settling, duration);
    }

    /**
     * Goodput of a span as a share of the ideal.
     *
     * @param from begin of the span
     * @param to end of the span
     * @return about 0 to 1
     */
    public double shareOfIdeal(Duration from, Duration to) {
        return goodputBitsPerSecond(from, to)
                / (capacity.meanBitsPerSecond(down, at(from), at(to)) * capacity.payloadShare());
    }

    /**
     * Goodput as a share of what TCP gets without a tunnel on the bare lines together.
     *
     * @return about 0 to 1
     */
    public double shareOfNative() {
        return shareOfNative(settling, duration);
    }

    /**
     * Goodput of a span as a share of what TCP gets without a tunnel on the bare lines together.
     *
     * @param from begin of the span
     * @param to end of the span
     * @return about 0 to 1
     */
    public double shareOfNative(Duration from, Duration to) {
        return goodputBitsPerSecond(from, to) / (capacity.meanBitsPerSecond(down, at(from), at(to)) * NATIVE_SHARE);
    }

    /**
     * What a full packet on a line carries for the application, as a share of its bytes.
     *
     * @return 0 to 1
     */
    public double payloadShare() {
        return capacity.payloadShare();
    }

    /**
     * How long it took from the start of the traffic until the goodput of half a second first reached a share of the ideal.
     *
     * @param share 0 to 1
     * @return nanoseconds to the end of that half second, in steps of 10 ms, or {@link Long#MAX_VALUE} if it never did
     */
    public long nanosToShareOfIdeal(double share) {
        for (Duration end = RAMP_SPAN; end.compareTo(duration) <= 0; end = end.plus(RAMP_STEP)) {
            if (shareOfIdeal(end.minus(RAMP_SPAN), end) >= share) {
                return end.toNanos();
            }
        }
        return Long.MAX_VALUE;
    }

    /**
     * Ping before the traffic.
     *
     * @return its times
     */
    public PingTimes pingIdle() {
        return PingTimes.of(ping, SimulationRun.firstIdlePing(), beginNanos);
    }

    /**
     * Ping beside the traffic.
     *
     * @return its times
     */
    public PingTimes pingLoaded() {
        return pingLoaded(settling, duration);
    }

    /**
     * Ping beside the traffic in a span.
     *
     * @param from begin of the span, of the requests
     * @param to end of the span; the last half second of a run never counts
     * @return its times
     */
    public PingTimes pingLoaded(Duration from, Duration to) {
        return PingTimes.of(ping, at(from), Math.min(at(to), SimulationRun.lastPing(endNanos)));
    }

    /**
     * The longest time in which a connection delivered nothing.
     *
     * @return nanoseconds
     */
    public long longestGapNanos() {
        return longestGapNanos(settling, duration);
    }

    /**
     * The longest time of a span in which a connection delivered nothing.
     *
     * @param from begin of the span
     * @param to end of the span
     * @return nanoseconds
     */
    public long longestGapNanos(Duration from, Duration to) {
        return traffic.longestGapNanos(at(from), at(to));
    }

    /**
     * The connections, for more questions.
     *
     * @return in the order of their start; none if datagrams were sent
     */
    public List<TcpFlow> flows() {
        return traffic.flows();
    }

    /**
     * The flow of datagrams.
     *
     * @return empty if TCP was used
     */
    public Optional<UdpFlow> datagrams() {
        return Optional.ofNullable(traffic.datagrams());
    }

    /**
     * Datagrams that were lost, as a share of those sent.
     *
     * @return 0 to 1; 0 with TCP
     */
    public double datagramsLostShare() {
        UdpFlow flow = traffic.datagrams();
        long to = SimulationRun.lastPing(endNanos);
        return flow == null
                ? 0
                : (double) flow.lostPackets(at(settling), to) / Math.max(1, flow.sentPackets(at(settling), to));
    }

    /**
     * Datagrams that came after one that was sent later, as a share of those sent.
     *
     * @return 0 to 1; 0 with TCP
     */
    public double datagramsOutOfOrderShare() {
        UdpFlow flow = traffic.datagrams();
        long to = SimulationRun.lastPing(endNanos);
        return flow == null
                ? 0
                : (double) flow.overtakenPackets(at(settling), to) / Math.max(1, flow.sentPackets(at(settling), to));
    }

    /**
     * Segments that the connections sent again, from their start.
     *
     * @return count
     */
    public long retransmissions() {
        return flows().stream()
                .mapToLong(flow -> flow.stats().retransmissions())
                .sum();
    }

    /**
     * Retransmission time-outs of the connections, from their start.
     *
     * @return count
     */
    public long timeouts() {
        return flows().stream().mapToLong(flow -> flow.stats().timeouts()).sum();
    }

    /**
     * What each line delivered in the direction of the traffic, over time.
     *
     * @return one series of Mbit/s of IP packets per line, in the order of the line set
     */
    public List<Series> lineRates() {
        return trace.rates();
    }

    /**
     * Mean rate of a line in the direction of the traffic in a span.
     *
     * @param line name of the line
     * @param from begin of the span
     * @param to end of the span
     * @return bit/s of IP packets
     */
    public double lineBitsPerSecond(String line, Duration from, Duration to) {
        for (Series series : trace.rates()) {
            if (series.name().equals(line)) {
                return series.mean(at(from), at(to)) * MEGA;
            }
        }
        throw new IllegalArgumentException("no line " + line);
    }

    /**
     * Counters of the lines in the direction of the traffic.
     *
     * @return one per line, in the order of the line set
     */
    public List<LineStats> lineStats() {
        return lineStats;
    }

    /**
     * What became of what each line could have carried in the direction of the traffic, without the begin that does not count.
     *
     * @return one per line that the sending end knows at the end of the run, in its order
     */
    public List<LineUse> lineUses() {
        return uses;
    }

    /**
     * What became of what all lines together could have carried: why the goodput is not the ideal.
     *
     * @return the sum of {@link #lineUses}
     */
    public LineUse use() {
        return LineUse.sum("all", uses);
    }

    /**
     * The site's bond at the end of the run.
     *
     * @return its statistics
     */
    public BondStats siteStats() {
        return siteStats;
    }

    /**
     * The hub's bond at the end of the run.
     *
     * @return its statistics
     */
    public BondStats hubStats() {
        return hubStats;
    }

    /**
     * What the lines went through at both ends.
     *
     * @return one sentence per change of state
     */
    public List<String> transitions() {
        return transitions;
    }

    Duration settling() {
        return settling;
    }

    Duration duration() {
        return duration;
    }

    /**
     * How much time was simulated.
     *
     * @return nanoseconds
     */
    public long simulatedNanos() {
        return simulatedNanos;
    }

    /**
     * How many events the simulation had; the same for the same seed.
     *
     * @return count
     */
    public long simulatedEvents() {
        return simulatedEvents;
    }

    /**
     * The figures of this run.
     *
     * @return a table of one row
     */
    public Table table() {
        return table(List.of(this));
    }

    /**
     * The figures of several runs.
     *
     * @param reports the runs
     * @return a table of one row per run
     */
    public static Table table(List<SimulationReport> reports) {
        Table table = new Table(
                "run",
                "seed",
                "Mbit/s",
                "% ideal",
                "% native",
                "ping idle",
                "p50",
                "p95",
                "max ms",
                "lost",
                "gap ms",
                "again",
                "RTO");
        reports.forEach(report -> report.addTo(table));
        return table;
    }

    private void addTo(Table table) {
        PingTimes loaded = pingLoaded();
        table.row(
                title,
                seed,
                String.format(Locale.ROOT, "%.3f", goodputBitsPerSecond() / MEGA),
                shareOfIdeal() * 100,
                shareOfNative() * 100,
                millis(pingIdle().p95Nanos()),
                millis(loaded.medianNanos()),
                millis(loaded.p95Nanos()),
                millis(loaded.maxNanos()),
                loaded.unanswered(),
                millis(longestGapNanos()),
                retransmissions(),
                timeouts());
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    /**
     * Where the packets of the run went: each line, and what both ends counted beside it.
     *
     * @return tables and lists for people
     */
    public String details() {
        return SimulationDetails.text(this);
    }

    /**
     * The run over time: what each line carried, what the application got, the ping, the queues at the sender and in the modems.
     *
     * @return a chart
     */
    public Chart chart() {
        Chart chart =
                new SimulationChart(title, subtitle, beginNanos, endNanos).draw(traffic, ping, trace, capacity, down);
        marks.forEach(mark -> chart.mark(mark.sinceBeginNanos(), mark.label()));
        return chart;
    }

    private long at(Duration sinceBegin) {
        return beginNanos + sinceBegin.toNanos();
    }
}
