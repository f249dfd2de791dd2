package io.aggr.internal.engine;

import io.aggr.internal.frame.FeedbackWriter;
import io.aggr.internal.frame.Ticks;
import io.aggr.internal.path.ReceivePath;

/**
 * Reports to one peer of what has come over its lines: when the next is due, and what it says.
 *
 * <p>Confined to the thread that receives. Allocates nothing.
 */
final class ArrivalReports {

    private final int peer;
    private final ArrivalLines lines;
    private final ReportClock clock = new ReportClock();
    private final FeedbackWriter writer = new FeedbackWriter();

    ArrivalReports(int peer, ArrivalLines lines) {
        this.peer = peer;
        this.lines = lines;
    }

    /** A new association begins. */
    void reset() {
        clock.reset();
    }

    /** Reports shall be so far apart. */
    void interval(long nanos) {
        clock.interval(nanos);
    }

    /** A datagram that is worth a report has come: one with a packet. Reports about reports would never end. */
    void want(long nowNanos) {
        clock.want(nowNanos);
    }

    /** A padded datagram has come, of a train that measures the line: its first and its last, which carry a probe, are reported at once. */
    void onPadding(boolean probed, long nowNanos) {
        if (probed) {
            clock.hurry(nowNanos);
        } else {
            clock.want(nowNanos);
        }
    }

    boolean isDue(long nowNanos) {
        return clock.isDue(nowNanos);
    }

    long nanosToDeadline(long nowNanos) {
        return clock.nanosToDeadline(nowNanos);
    }

    /** The report could not be handed over: it is tried again an interval later. */
    void postpone(long nowNanos) {
        clock.postpone(nowNanos);
    }

    /**
     * Writes the report into a message for the other half.
     *
     * @param fill how full the reorder buffer is, 0 to 65,535
     */
    void write(EgressMessage message, int fill, long nowNanos) {
        message.kind = EgressMessage.Kind.REPORT;
        message.peer = peer;
        long ticks = Ticks.ofNanos(nowNanos);
        writer.begin(message.data, 0, message.data.capacity(), ticks, fill);
        for (ReceivePath path : lines.inUse()) {
            if (path != null && path.hasArrivals() && lines.isAnnounced(path.link())) {
                writer.addLink(
                        path.link(),
                        path.highestCounter(),
                        path.bytes(),
                        path.packets(),
                        ticks - Ticks.ofNanos(path.highestAtNanos()),
                        path.minDelayUnits(),
                        path.lastDelayUnits(),
                        0,
                        path.missingBits());
                path.onReported();
            }
        }
        message.length = writer.finish();
        clock.onReported(nowNanos);
    }
}
