package io.aggr.internal.engine;

import io.aggr.internal.frame.PadFrame;
import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.frame.Ticks;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.RateTrain;
import io.aggr.internal.path.SendPath;
import io.aggr.link.Link;
import io.aggr.packet.PacketBatch;

/**
 * Sends trains of padded packets, which measure what a line carries, for all peers of a bond; one at a time, so that many peers that come at once do not
 * fill this end's own line with them.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class TrainSender {

    /** Shares this end's own line among the peers: a train of 16 packets per pause is 34 Mbit/s. */
    private static final long PAUSE_NANOS = 5_000_000;

    /** What waits for the line waits until the train is gone and reported, so that it ends with its last packet. */
    private static final long ALONE_NANOS = 25_000_000;

    private final EgressContext context;
    private boolean any;
    private long lastNanos;

    TrainSender(EgressContext context) {
        this.context = context;
    }

    /**
     * Sends a train that is due, or puts it off.
     *
     * @return how long until it has to be tried again, {@link Long#MAX_VALUE} if nothing is due
     */
    long poll(int peer, SendPath path, long nowNanos) {
        RateTrain train = path.rate().train();
        train.poll(nowNanos);
        long distance = train.nanosUntilDue(nowNanos);
        Link link = path.link();
        if (distance > 0 || link == null || !path.state().carriesTraffic()) {
            return distance > 0 ? distance : Long.MAX_VALUE;
        }
        if (any && nowNanos - lastNanos < PAUSE_NANOS) {
            return PAUSE_NANOS - (nowNanos - lastNanos);
        }
        any = true;
        lastNanos = nowNanos;
        send(peer, path, link, train, nowNanos);
        return Long.MAX_VALUE;
    }

    private void send(int peer, SendPath path, Link link, RateTrain train, long nowNanos) {
        DatagramBuilder builder = context.builder();
        PacketBatch batch = context.sendBatch();
        batch.open(0, batch.slab().sizeBytes());
        int length = Math.min(DatagramBuilder.CONTROL_BYTES, path.sizes().maxPlaintextBytes());
        long first = path.inFlight().nextCounter();
        long last = first - 1;
        int count = Math.min(train.packets(), batch.capacity());
        for (int i = 0; i < count && batch.nextRoomBytes() >= path.sizes().mtuBytes(); i++) {
            builder.begin();
            // The first and the last are reported at once.
            int at = i > 0 && i < count - 1
                    ? 0
                    : ProbeFrame.put(builder.control(), 0, false, 0, Ticks.microsOfNanos(nowNanos), 0, -1, 0);
            PadFrame.put(builder.control(), at, length - at);
            builder.addControl(length);
            // Nothing waits for what is in a train, and its loss is that of no packet.
            last = path.inFlight().add(nowNanos, InFlight.NO_SEQUENCE, 0, 0, 0, 0, 0, nowNanos);
            path.inFlight().acknowledge(last);
            if (context.sealer().seal(peer, path.id(), last, builder, batch) != 1) {
                break;
            }
        }
        int sent = link.send(batch, 0, batch.size(), path.remote());
        for (int i = 0; i < sent; i++) {
            path.counters().onSent(path.sizes().outerBytes() + batch.length(i));
        }
        if (sent < 2) {
            train.onFailed(nowNanos);
        } else {
            int stamp = Ticks.stampOfMicros(Ticks.microsOfNanos(nowNanos));
            train.onSent(nowNanos, first, first + sent - 1, stamp, path.sizes().wireBytes(length));
            path.rate().pacer().pauseUntil(nowNanos + ALONE_NANOS);
        }
        batch.open(0, batch.slab().sizeBytes());
    }
}
