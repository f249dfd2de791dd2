package io.aggr.sim.cases;

import io.aggr.sim.LineUse;
import io.aggr.sim.SimulationReport.PingTimes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a run of a case has shown, in the simulator or in the lab. Times count from the start of the traffic; goodput is what the receiving
 * application got, in order.
 *
 * @since 0.1
 */
public interface CaseFigures {

    /** Not known. */
    long UNKNOWN = -1;

    /**
     * Goodput of a span.
     *
     * @param from begin
     * @param to end
     * @return bit/s
     */
    double goodputBitsPerSecond(Duration from, Duration to);

    /**
     * Goodput of a span as a share of what the lines that were alive could have carried after encapsulation.
     *
     * @param from begin
     * @param to end
     * @return about 0 to 1
     */
    double shareOfIdeal(Duration from, Duration to);

    /**
     * Goodput of a span as a share of what TCP would have got without a tunnel on the same bare lines together.
     *
     * @param from begin
     * @param to end
     * @return about 0 to 1
     */
    double shareOfNative(Duration from, Duration to);

    /**
     * Payload's share of a full packet on a line, after encapsulation.
     *
     * @return 0 to 1
     */
    double payloadShare();

    /**
     * Ping before the traffic.
     *
     * @return its times
     */
    PingTimes pingIdle();

    /**
     * Ping beside the traffic.
     *
     * @param from begin of the span, of the requests
     * @param to end of the span
     * @return its times
     */
    PingTimes pingLoaded(Duration from, Duration to);

    /**
     * The longest time of a span in which the receiving application got nothing.
     *
     * @param from begin
     * @param to end
     * @return nanoseconds
     */
    long longestGapNanos(Duration from, Duration to);

    /**
     * How long it took until the goodput of half a second first reached a share of the ideal, up to the end of that half second.
     *
     * @param share 0 to 1
     * @return nanoseconds, or {@link Long#MAX_VALUE} if it never did
     */
    long nanosToShareOfIdeal(double share);

    /**
     * Segments that the TCP senders sent again.
     *
     * @return count since the start, or {@link #UNKNOWN}
     */
    long retransmissions();

    /**
     * Retransmission time-outs of the TCP senders.
     *
     * @return count since the start, or {@link #UNKNOWN}
     */
    long timeouts();

    /**
     * Datagrams that were sent and never came.
     *
     * @return share of those sent, 0 to 1; 0 with TCP
     */
    double datagramsLostShare();

    /**
     * Datagrams that came after one that was sent later.
     *
     * @return share of those received, 0 to 1; 0 with TCP
     */
    double datagramsOutOfOrderShare();

    /**
     * How the bytes that came were spread over the lines, over the whole run.
     *
     * @return one share per line in the order of the line set; the sum is 1, or all are 0
     */
    List<Double> lineShares();

    /**
     * What became of what all lines together could have carried, without the begin that does not count.
     *
     * @return without entries if nobody kept the books
     */
    default LineUse use() {
        return new LineUse("all", Map.of());
    }

    /**
     * Whether the figures count; those of a lab whose machine was too slow do not.
     *
     * @return false for a void run
     */
    boolean isValid();
}
