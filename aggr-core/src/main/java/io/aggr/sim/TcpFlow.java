package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import io.aggr.sim.report.Series;
import java.time.Duration;

/**
 * One bulk TCP connection between two model hosts, from one to the other, and what came of it.
 *
 * <p>Goodput is what the receiving application got, in order. Spans are from inclusive to exclusive and resolved to
 * bins of 10 ms that begin at the start of the flow.
 *
 * @since 0.1
 */
public final class TcpFlow {
    private final VirtualTime time;
    private final long startNanos;
    private final TcpSender sender;
    private final FlowLog log;
    private final String name;

    private TcpFlow(String name, VirtualTime time, TcpSender sender, FlowLog log) {
        this.name = name;
        this.time = time;
        this.startNanos = time.nowNanos();
        this.sender = sender;
        this.log = log;
    }

    /**
     * Opens a connection now; data follow the handshake.
     *
     * @param from host that sends, and opens the connection
     * @param to host that receives
     * @param options what kind of connection
     * @return the running flow
     */
    public static TcpFlow start(ModelHost from, ModelHost to, TcpOptions options) {
        requireNonNull(options, "options");
        VirtualTime time = from.time();
        int fromPort = from.takePort();
        int toPort = to.takePort();
        String name = from.address() + ":" + fromPort;
        FlowLog log = new FlowLog(name, time.nowNanos(), options.totalBytes());
        TcpSender sender = new TcpSender(from, to, fromPort, toPort, options, log);
        from.add(sender);
        to.add(new TcpReceiver(to, from, toPort, fromPort, options, log));
        TcpFlow flow = new TcpFlow(name, time, sender, log);
        sender.connect();
        return flow;
    }

    /**
     * When the flow was started.
     *
     * @return instant of its time
     */
    public long startNanos() {
        return startNanos;
    }

    /**
     * Bytes that the receiving application has got.
     *
     * @return bytes since the start
     */
    public long deliveredBytes() {
        return log.delivered;
    }

    /**
     * Mean goodput of a span.
     *
     * @param fromNanos begin of the span
     * @param toNanos end of the span, after its begin
     * @return bit/s
     */
    public double goodputBitsPerSecond(long fromNanos, long toNanos) {
        if (toNanos - fromNanos <= 0) {
            throw new IllegalArgumentException("span must not be empty, got " + fromNanos + " to " + toNanos);
        }
        return log.deliveredBytes(fromNanos, toNanos) * 8e9 / (toNanos - fromNanos);
    }

    /**
     * Goodput over time.
     *
     * @param interval length of one value, at least 10 ms
     * @return a series of Mbit/s; each value at the begin of its interval
     */
    public Series goodput(Duration interval) {
        if (interval.toNanos() < FlowLog.BIN_NANOS) {
            throw new IllegalArgumentException("interval must be at least 10 ms, got " + interval);
        }
        return log.goodput(name, interval.toNanos(), time.nowNanos());
    }

    /**
     * Longest time in which the application got nothing. Gaps of up to 10 ms are not noted.
     *
     * @param fromNanos begin of the span; a gap that began earlier counts from here
     * @param toNanos end of the span; a gap that ends later counts up to here
     * @return nanoseconds
     */
    public long longestGapNanos(long fromNanos, long toNanos) {
        return log.longestGapNanos(fromNanos, toNanos, time.nowNanos());
    }

    /**
     * Congestion window over time.
     *
     * @return a series of segments
     */
    public Series window() {
        return log.window();
    }

    /**
     * Smoothed round-trip time, as the sender has it, over time.
     *
     * @return a series of milliseconds
     */
    public Series smoothedRtt() {
        return log.smoothedRtt();
    }

    /**
     * Counters.
     *
     * @return a snapshot
     */
    public Stats stats() {
        return new Stats(
                log.delivered,
                log.sentSegments,
                log.sentBytes,
                log.retransmissions,
                log.timeouts,
                log.probes,
                log.reductions,
                log.undos,
                log.duplicateArrivals,
                sender.segmentBytes(),
                sender.windowSegments(),
                sender.smoothedRttNanos(),
                log.completedNanos < 0 ? -1 : log.completedNanos - startNanos);
    }

    /**
     * What a flow has done so far.
     *
     * @param deliveredBytes bytes that the application has got
     * @param sentSegments data segments sent, retransmissions among them
     * @param sentBytes payload bytes sent, retransmissions among them
     * @param retransmissions segments sent again
     * @param timeouts retransmission time-outs
     * @param tailProbes tail loss probes
     * @param reductions times the window was reduced
     * @param undos reductions taken back as needless
     * @param duplicateArrivals segments that the receiver had already
     * @param segmentBytes present payload of a full segment
     * @param windowSegments present congestion window
     * @param smoothedRttNanos present smoothed round-trip time, -1 before the first sample
     * @param completedAfterNanos time from the start to the last byte's delivery, -1 if that is still to come
     * @since 0.1
     */
    public record Stats(
            long deliveredBytes,
            long sentSegments,
            long sentBytes,
            long retransmissions,
            long timeouts,
            long tailProbes,
            long reductions,
            long undos,
            long duplicateArrivals,
            int segmentBytes,
            double windowSegments,
            long smoothedRttNanos,
            long completedAfterNanos) {}
}
