package io.aggr.internal.path;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The age at which packets that prefer an even delay are let go: that of the slowest line in use, so that it does not matter which line a packet
 * came over. Without this a bond's delay rises with its load, since the fastest line is filled first; congestion control that trusts the smallest
 * delay it has seen (BBR, and the HyStart of CUBIC) then never asks for the other lines.
 *
 * <p>Each line has a smoothed relative delay and a deviation. The age wanted is the largest sum of the two over the lines that carry more than a
 * fiftieth of the traffic; it moves slowly while anybody looks, at once when nobody has for a while. Lines that have carried nothing yet count,
 * so that a flow has the delay of all lines from its first packet.
 *
 * <p>All delays are receiver's clock minus sender's stamp: comparable with each other, not with a clock. Confined to the thread that receives;
 * constant memory.
 */
public final class EvenDelay {

    private static final int LINES = 256;
    private static final int MAX_LINES = 16;
    private static final long TICK_NANOS = 100_000_000;
    private static final double LEAST_SHARE = 0.02;

    /** The shares are those of the last so many bytes, or of the last seconds where that is more. */
    private static final double MEMORY_BYTES = 4_000_000;

    private static final double MEMORY_TICKS = 40;

    /** How fast the age moves: 2 ms in 100 ms. */
    private static final double SLEW = 0.02;

    /** After so long without a packet that is concerned, nobody notices a step. */
    private static final long UNWATCHED_NANOS = 2_000_000_000L;

    /** A line from which nothing was heard for so long does not count while others are heard. */
    private static final long SILENT_NANOS = 15_000_000_000L;

    /** More than the time between two probes, and soon enough that the age comes down before a dead line returns. */
    private static final long BUSY_SILENT_NANOS = 500_000_000L;

    /** While packets come so often, probes say nothing of the delay. */
    private static final long CARRYING_NANOS = 250_000_000L;

    private static final double MIN_DEVIATION_NANOS = 500_000;

    private static final class Line {
        double delayNanos;
        double deviationNanos;
        double share = -1;
        long tickBytes;
        long heardAtNanos;
        long packetAtNanos;
        boolean anyPacket;
    }

    private final @Nullable Line[] byId = new Line[LINES];
    private final @Nullable Line[] lines = new Line[MAX_LINES];
    private final long widestNanos;
    private final long resumeNanos;
    private int count;
    private boolean started;
    private boolean wide;
    private long referenceUnits;
    private long tickNanos;
    private double bytesPerTick;
    private double targetNanos;
    private double ageNanos;
    private long movedAtNanos;
    private long watchedAtNanos;
    private boolean watched;

    /**
     * Makes one for a peer.
     *
     * @param widestNanos how far apart the delays of the lines may be; where they are farther, nothing is evened out
     */
    public EvenDelay(long widestNanos) {
        this.widestNanos = widestNanos;
        resumeNanos = widestNanos - widestNanos / 6;
    }

    /** A new association begins: the peer's clock may be another one. */
    public void reset() {
        started = false;
        wide = false;
        watched = false;
        count = 0;
        bytesPerTick = 0;
        Arrays.fill(byId, null);
        Arrays.fill(lines, null);
    }

    /**
     * A stamped datagram has come.
     *
     * @param line number of its line
     * @param stamp its stamp
     * @param bytes bytes of the packet that it carries, 0 for a probe
     * @param nowNanos monotonic time
     * @return its delay in nanoseconds, on the scale of all lines of the peer
     */
    public long onStamp(int line, int stamp, int bytes, long nowNanos) {
        int delay = Stamps.stamp(nowNanos) - stamp & 0xFFFF;
        if (!started) {
            started = true;
            referenceUnits = delay;
            tickNanos = nowNanos;
        }
        // All lines on one scale: the nearest to what was last seen on any of them.
        referenceUnits += Stamps.difference(delay, (int) referenceUnits & 0xFFFF);
        long nanos = referenceUnits * Stamps.UNIT_NANOS;
        Line known = line(line, nanos);
        if (known != null && !(bytes == 0 && known.anyPacket && nowNanos - known.packetAtNanos < CARRYING_NANOS)) {
            // A probe waits behind packets that are being sent, which its stamp does not know: it speaks for a line
            // only while that carries nothing.
            double off = nanos - known.delayNanos;
            known.delayNanos += off / 16;
            known.deviationNanos += (Math.abs(off) - known.deviationNanos) / 32;
            known.tickBytes += bytes;
            known.anyPacket |= bytes > 0;
            known.packetAtNanos = bytes > 0 ? nowNanos : known.packetAtNanos;
            known.heardAtNanos = nowNanos;
        }
        if (nowNanos - tickNanos >= TICK_NANOS) {
            tickNanos = nowNanos;
            onTick(nowNanos);
        }
        return nanos;
    }

    /**
     * The delay of a datagram that has waited for this end, so that nothing is learnt from it. It is no less than that of the one before, for stamps do
     * not reach far enough to tell a wait of seconds from an early arrival.
     *
     * @param stamp its stamp
     * @param nowNanos monotonic time
     * @return its delay in nanoseconds, the wait included, on the scale of all lines of the peer
     */
    public long delayNanos(int stamp, long nowNanos) {
        int delay = Stamps.stamp(nowNanos) - stamp & 0xFFFF;
        long units = started ? referenceUnits + (delay - (int) referenceUnits & 0xFFFF) : delay;
        return units * Stamps.UNIT_NANOS;
    }

    private @Nullable Line line(int id, long delayNanos) {
        Line known = byId[id];
        if (known == null && count < MAX_LINES) {
            known = new Line();
            known.delayNanos = delayNanos;
            byId[id] = known;
            lines[count++] = known;
        }
        return known;
    }

    private void onTick(long nowNanos) {
        long bytes = 0;
        for (Line line : lines) {
            bytes += line == null ? 0 : line.tickBytes;
        }
        bytesPerTick += (bytes - bytesPerTick) / MEMORY_TICKS;
        double weight = Math.min(1, bytes / Math.max(MEMORY_BYTES, bytesPerTick * MEMORY_TICKS));
        for (Line line : lines) {
            if (line != null && bytes > 0) {
                double share = (double) line.tickBytes / bytes;
                line.share = line.share < 0 ? 1 : line.share + (share - line.share) * weight;
                line.tickBytes = 0;
            }
        }
        aim(bytes > 0, nowNanos);
    }

    private void aim(boolean busy, long nowNanos) {
        double least = Double.MAX_VALUE;
        double most = -Double.MAX_VALUE;
        double latest = -Double.MAX_VALUE;
        for (Line line : lines) {
            if (line == null
                    || (line.share >= 0 && line.share < LEAST_SHARE)
                    || nowNanos - line.heardAtNanos > (busy ? BUSY_SILENT_NANOS : SILENT_NANOS)) {
                continue;
            }
            least = Math.min(least, line.delayNanos);
            most = Math.max(most, line.delayNanos);
            latest = Math.max(latest, line.delayNanos + Math.max(MIN_DEVIATION_NANOS, line.deviationNanos));
        }
        if (least == Double.MAX_VALUE) {
            return;
        }
        wide = most - least > (wide ? resumeNanos : widestNanos);
        targetNanos = wide ? least : latest;
    }

    /**
     * The age at which a packet may go.
     *
     * @param nowNanos monotonic time
     * @return nanoseconds on the scale of {@link #onStamp}; {@link Long#MIN_VALUE} while nothing is known
     */
    public long ageNanos(long nowNanos) {
        if (!started) {
            return Long.MIN_VALUE;
        }
        if (!watched || nowNanos - watchedAtNanos > UNWATCHED_NANOS) {
            watched = true;
            aim(false, nowNanos);
            ageNanos = targetNanos;
        } else {
            double step = (nowNanos - movedAtNanos) * SLEW;
            ageNanos += Math.max(-step, Math.min(step, targetNanos - ageNanos));
        }
        movedAtNanos = nowNanos;
        watchedAtNanos = nowNanos;
        return (long) ageNanos;
    }
}
