package io.aggr.internal.path;

import io.aggr.packet.TrafficClass;
import io.aggr.schedule.OutgoingPacket;

/**
 * How much may wait for one line: what has been promised to a line cannot be marked, nor overtaken, so it shall be little.
 *
 * <p>Confined to the thread that sends.
 */
final class BacklogRoom {

    private static final long BACKLOG_NANOS = 10_000_000;
    private static final long URGENT_NANOS = 2_000_000;
    private static final int BACKLOG_FLOOR_BYTES = 3_200;
    private static final int UNPACED_BACKLOG_BYTES = 262_144;
    private static final double MAX_BACKLOG_BYTES = 1 << 30;

    private final Backlog backlog;
    private final Pacer pacer;
    private final PathSet lines;

    /** Room in a line's backlog, by the line's pacer and the delays of all lines of the peer. */
    BacklogRoom(Backlog backlog, Pacer pacer, PathSet lines) {
        this.backlog = backlog;
        this.pacer = pacer;
        this.lines = lines;
    }

    /**
     * Urgent packets overtake the others but not each other. So hardly any are let in at a time: the rest waits where flows take turns, and a
     * burst of acknowledgements does not delay a ping.
     */
    boolean isThereFor(OutgoingPacket packet) {
        if (backlog.isEmpty()) {
            return true;
        }
        boolean urgent = packet.trafficClass() == TrafficClass.URGENT || packet.isRepair();
        return urgent
                ? backlog.urgentBytes() == 0 || pacer.serializationNanos(backlog.urgentBytes()) < URGENT_NANOS
                : backlog.bytes() < limitBytes();
    }

    /** Enough for the packets that leave while slower lines catch up, and a little for late wake-ups. */
    private int limitBytes() {
        if (!pacer.isPaced()) {
            return UNPACED_BACKLOG_BYTES;
        }
        long nanos = lines.delaySpreadNanos() + BACKLOG_NANOS;
        return BACKLOG_FLOOR_BYTES + (int) Math.min(MAX_BACKLOG_BYTES, pacer.bitsPerSecond() / 8e9 * nanos);
    }
}
