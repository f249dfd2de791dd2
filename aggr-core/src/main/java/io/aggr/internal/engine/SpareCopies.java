package io.aggr.internal.engine;

import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.SendPath;
import io.aggr.schedule.OutgoingPacket;
import java.util.List;

/**
 * Decides when a packet is sent twice though no scheduler asks for it. After a pause nobody knows whether the chosen line still works, so the first
 * packets go over a second one as well until something is heard. And a line that loses too much to be used is measured with copies, which
 * take no more than a small share and lose nothing.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class SpareCopies {

    /** Nothing more. */
    static final int NONE = -1;

    private static final long UNHEARD_NANOS = 1_000_000_000L;
    private static final int FIRST_PACKETS = 16;
    private static final long PAUSE_NANOS = 1_000_000_000L;
    private static final double MEASURING_SHARE = 0.05;
    private static final double MAX_CREDIT_BYTES = 3_000;

    private final PathSet paths;
    private final List<PathControl> controls;
    private int firstPackets;
    private boolean any;
    private long lastPacketNanos;
    private double creditBytes;

    SpareCopies(PathSet paths, List<PathControl> controls) {
        this.paths = paths;
        this.controls = controls;
    }

    /**
     * A packet was given to one line.
     *
     * @param packet the packet
     * @param chosen index of its line
     * @param nowNanos monotonic time
     * @return index of another line that gets a copy, or {@link #NONE}
     */
    int lineForCopy(OutgoingPacket packet, int chosen, long nowNanos) {
        if (!any || nowNanos - lastPacketNanos > PAUSE_NANOS) {
            firstPackets = 0;
        }
        any = true;
        lastPacketNanos = nowNanos;
        if (firstPackets < FIRST_PACKETS) {
            firstPackets++;
            if (paths.get(chosen).heard().silenceNanos(nowNanos) > UNHEARD_NANOS) {
                return idleLineBut(packet, chosen, nowNanos);
            }
            firstPackets = FIRST_PACKETS;
        }
        return lineToMeasure(packet, nowNanos);
    }

    private int idleLineBut(OutgoingPacket packet, int chosen, long nowNanos) {
        SendPath best = null;
        for (int i = 0; i < paths.size(); i++) {
            SendPath path = paths.get(i);
            if (i != chosen
                    && path.accepts(packet)
                    && path.nanosUntilFree(nowNanos) <= 0
                    && (best == null || path.delayNanos() < best.delayNanos())) {
                best = path;
            }
        }
        return best == null ? NONE : best.index();
    }

    private int lineToMeasure(OutgoingPacket packet, long nowNanos) {
        creditBytes = Math.min(MAX_CREDIT_BYTES, creditBytes + packet.totalBytes() * MEASURING_SHARE);
        if (creditBytes < packet.totalBytes()) {
            return NONE;
        }
        for (int i = 0; i < controls.size(); i++) {
            SendPath path = controls.get(i).path();
            if (controls.get(i).watch().isLossy()
                    && packet.lengthBytes() <= path.maxPacketBytes()
                    && path.nanosUntilFree(nowNanos) <= 0) {
                creditBytes -= packet.totalBytes();
                return i;
            }
        }
        return NONE;
    }
}
