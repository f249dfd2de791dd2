package io.aggr.internal.engine;

import io.aggr.internal.frame.NackFrame;
import io.aggr.internal.path.ArrivalFloor;
import io.aggr.internal.path.DuplicateFilter;
import io.aggr.internal.path.LineGaps;
import io.aggr.internal.path.ReceivePath;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one peer is asked to send again: the counters that are missing on its lines, gathered into NACK frames. Questions are gathered for a
 * moment, so that a burst of losses makes one message of them; the first after a pause leaves at once.
 *
 * <p>Confined to the thread that receives. Allocates nothing.
 */
final class RepairRequests implements LineGaps.Sink {

    private static final long MILLI = 1_000_000;
    private static final long SPACING_NANOS = MILLI;
    private static final long REPEAT_NANOS = 120 * MILLI;
    private static final int MAX_FRAMES = 24;

    private final @Nullable ReceivePath[] lines;
    private final DuplicateFilter arrived;
    private final ArrivalFloor floor = new ArrivalFloor();
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_FRAMES * NackFrame.BYTES);
    private int bytes;
    private int line;
    private long first;
    private int more;
    private boolean open;
    private boolean written;
    private long writtenNanos;
    private long repeatNanos = REPEAT_NANOS;
    private long frames;

    /**
     * Makes the questions of one peer.
     *
     * @param lines its lines; entries may be null, and come later
     * @param arrived the sequences that have arrived
     */
    RepairRequests(@Nullable ReceivePath[] lines, DuplicateFilter arrived) {
        this.lines = lines;
        this.arrived = arrived;
    }

    /** A new association begins. */
    void reset() {
        floor.reset();
    }

    /** Sets how long an answer takes at most, and thus when to ask again. */
    void repeatAfter(long nanos) {
        repeatNanos = nanos;
    }

    /** Time has passed. */
    void poll(long nowNanos) {
        floor.note(arrived, nowNanos);
    }

    /** How long until {@link #write} may have something, {@link Long#MAX_VALUE} if nothing is missing. */
    long nanosToDeadline(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (ReceivePath path : lines) {
            if (path != null) {
                least = Math.min(least, path.gaps().nanosToDeadline(nowNanos));
            }
        }
        return least == Long.MAX_VALUE || !written ? least : Math.max(least, SPACING_NANOS - (nowNanos - writtenNanos));
    }

    /** The frames that {@link #write} has made, from byte 0. */
    ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Writes the frames that are due. If they get lost it makes them again later.
     *
     * @return bytes written, 0 if nothing has to be asked
     */
    int write(long nowNanos) {
        bytes = 0;
        long settled = floor.rise(arrived);
        long newest = arrived.highest();
        for (ReceivePath path : lines) {
            if (path != null) {
                newest = Math.max(newest, path.passedSequence());
            }
        }
        for (ReceivePath path : lines) {
            if (path != null) {
                line = path.link();
                open = false;
                path.gaps().poll(nowNanos, repeatNanos, newest, settled, this);
                close();
            }
        }
        written = true;
        writtenNanos = nowNanos;
        return bytes;
    }

    @Override
    public boolean ask(long counter) {
        if (open && counter - first <= NackFrame.MORE_BITS) {
            more |= 1 << (int) (counter - first - 1);
            return true;
        }
        close();
        if (bytes >= MAX_FRAMES * NackFrame.BYTES) {
            return false;
        }
        open = true;
        first = counter;
        more = 0;
        return true;
    }

    private void close() {
        if (open) {
            open = false;
            bytes += NackFrame.put(buffer, bytes, line, first, more);
            frames++;
        }
    }

    /** NACK frames that were written. */
    long frames() {
        return frames;
    }

    /** Datagrams that were asked for, each counted once. */
    long asked() {
        long sum = 0;
        for (ReceivePath path : lines) {
            sum += path == null ? 0 : path.gaps().firstAsked();
        }
        return sum;
    }

    /** Datagrams that were missed until it was too late to ask. */
    long gaveUp() {
        long sum = 0;
        for (ReceivePath path : lines) {
            sum += path == null ? 0 : path.gaps().gaveUp();
        }
        return sum;
    }
}
