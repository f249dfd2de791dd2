package io.aggr.internal.engine;

import io.aggr.internal.path.Backlog;
import io.aggr.internal.path.SendPath;

/**
 * Puts control frames into the datagram that is being built, as far as there is room: those of its line, and what will not be sent any more.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class ControlWriter {

    private final EgressContext context;
    private final PacketNumbers numbers;
    private final Resends resends;
    private final GoneAnnouncements gone;
    private final Activity activity;

    ControlWriter(
            EgressContext context, PacketNumbers numbers, Resends resends, GoneAnnouncements gone, Activity activity) {
        this.context = context;
        this.numbers = numbers;
        this.resends = resends;
        this.gone = gone;
        this.activity = activity;
    }

    /** Whether a line has something to say at once, with or without a packet. */
    boolean isDue(PathControl control, long nowNanos) {
        return control.nanosToDeadline(nowNanos) <= 0 || isGoneDue(control.path());
    }

    private boolean isGoneDue(SendPath path) {
        return !gone.isEmpty() && path.state().carriesTraffic();
    }

    /** Appends what there is to say over a line. */
    void append(PathControl control, long nowNanos) {
        DatagramBuilder builder = context.builder();
        SendPath path = control.path();
        int room = Math.min(
                DatagramBuilder.CONTROL_BYTES - builder.controlBytes(),
                path.sizes().maxPlaintextBytes() - builder.lengthBytes());
        if (control.hasFrames(nowNanos)) {
            int written = control.write(
                    builder.control(),
                    builder.controlBytes(),
                    room,
                    passedSequence(path),
                    activity.isActive(nowNanos),
                    nowNanos);
            builder.addControl(written);
            room -= written;
        }
        if (isGoneDue(path)) {
            gone.append(builder, room);
        }
    }

    /** How far a line has passed: all sequences up to this that it was given have been sent. */
    private long passedSequence(SendPath path) {
        if (resends.areMoving() || path.backlog().isUrgentNext()) {
            return 0;
        }
        int first = path.backlog().firstOrdinary();
        return first == Backlog.NONE ? numbers.last() : context.notes().sequence(first) - 1;
    }
}
