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

    /** Shares this end's own line among the peers: a pause per packet of 1.3 kB makes 34 Mbit/s. */
    private static final long PAUSE_NANOS_PER_PACKET = 300_000;

    /** What waits for the line waits until the train is gone and reported, so that it ends with its last packet. */
    private static final long ALONE_NANOS = 25_000_000;

    private final EgressContext context;
    private boolean any;
    private long freeNanos;

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
        path.rate().measureIfSunk(nowNanos);
        double found = train.poll(nowNanos, path.delay());
        if (found > 0) {
            path.rate().onTrain(found);
        }
        long distance = train.nanosUntilDue(nowNanos);
        Link link = path.link();
        if (distance > 0 || link == null || !path.state().carriesTraffic()) {
            return distance > 0 ? distance : Long.MAX_VALUE;
        }
        if (any && freeNanos - nowNanos > 0) {
            return freeNanos - nowNanos;
        }
        any = true;
        freeNanos = nowNanos + train.packets() * PAUSE_NANOS_PER_PACKET;
        send(peer, path, link, train, nowNanos);
        return Long.MAX_VALUE;
    }

    private void send(int peer, SendPath path, Link link, RateTrain train, long nowNanos) {
        PacketBatch batch = context.sendBatch();
        int length = Math.min(DatagramBuilder.CONTROL_BYTES, path.sizes().maxPlaintextBytes());
        long first = path.inFlight().nextCounter();
        int wanted = train.packets();
        int sent = 0;
        boolean all = true;
        while (all && sent < wanted) {
            batch.open(0, batch.slab().sizeBytes());
            int count = Math.min(wanted - sent, batch.capacity());
            int sealed = seal(peer, path, length, sent, count, wanted, nowNanos);
            int taken = link.send(batch, 0, sealed, path.remote());
            for (int i = 0; i < taken; i++) {
                path.counters().onSent(path.sizes().outerBytes() + batch.length(i));
            }
            sent += taken;
            all = taken == count;
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

    /** Makes a part of a train. Returns how many datagrams it has. */
    private int seal(int peer, SendPath path, int length, int from, int count, int wanted, long nowNanos) {
        DatagramBuilder builder = context.builder();
        PacketBatch batch = context.sendBatch();
        for (int i = 0; i < count && batch.nextRoomBytes() >= path.sizes().mtuBytes(); i++) {
            builder.begin();
            int at = RateTrain.isReported(from + i, wanted)
                    ? ProbeFrame.put(builder.control(), 0, false, 0, Ticks.microsOfNanos(nowNanos), 0, -1, 0)
                    : 0;
            PadFrame.put(builder.control(), at, length - at);
            builder.addControl(length);
            // Nothing waits for what is in a train, and its loss is that of no packet.
            long counter = path.inFlight().add(nowNanos, InFlight.NO_SEQUENCE, 0, 0, 0, 0, 0, nowNanos);
            path.inFlight().acknowledge(counter);
            if (context.sealer().seal(peer, path.id(), counter, builder, batch) != 1) {
                return i;
            }
        }
        return batch.size();
    }
}
