package io.aggr.sim;

import io.aggr.packet.PacketBatch;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunOffload;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * The tunnel device of one end of a bond, with a host behind it. Like a real one it has a queue of its own for packets that nobody has read yet,
 * and drops what does not fit.
 */
final class SimTun implements TunDevice, PacketPort {
    /** As Linux gives a TUN device unless told otherwise. */
    private static final int QUEUE_PACKETS = 500;

    private static final int WRITTEN_PACKETS = 512;

    private final String name;
    private final int mtuBytes;
    private final PacketFifo waiting;
    private final PacketFifo written;
    private final ByteBuffer writtenView;
    private Receiver receiver = packet -> {};
    private Runnable readable = () -> {};
    private long sentPackets;
    private long queueFullPackets;
    private long tooLargePackets;
    private long refusedPackets;
    private long writtenPackets;

    SimTun(String name, int mtuBytes) {
        this.name = name;
        this.mtuBytes = mtuBytes;
        waiting = new PacketFifo(QUEUE_PACKETS, mtuBytes);
        written = new PacketFifo(WRITTEN_PACKETS, mtuBytes);
        writtenView = written.newView();
    }

    /** Says what to do when there is something to read. */
    void onReadable(Runnable action) {
        readable = action;
    }

    /** Hands the host what was written. */
    void flush() {
        while (!written.isEmpty()) {
            written.showFirst(writtenView);
            // The host may answer at once, and its answer may be read before this returns; the packet stays until then.
            receiver.onPacket(writtenView);
            written.removeFirst();
        }
    }

    /** Packets that the host has sent. */
    long sentPackets() {
        return sentPackets;
    }

    /** Packets that found the queue full. */
    long queueFullPackets() {
        return queueFullPackets;
    }

    /** Packets that were longer than the device takes. */
    long tooLargePackets() {
        return tooLargePackets;
    }

    /** Packets for the host. */
    long writtenPackets() {
        return writtenPackets;
    }

    /** Packets that wait to be read. */
    int waitingPackets() {
        return waiting.count();
    }

    @Override
    public void send(ByteBuffer packet) {
        sentPackets++;
        if (packet.remaining() > mtuBytes) {
            tooLargePackets++;
        } else if (waiting.add(packet, packet.position(), packet.remaining(), 0)) {
            readable.run();
        } else {
            queueFullPackets++;
        }
    }

    @Override
    public void receiveWith(Receiver newReceiver) {
        receiver = newReceiver;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtuBytes() {
        return mtuBytes;
    }

    @Override
    public Set<TunOffload> offloads() {
        return Set.of();
    }

    @Override
    public int read(PacketBatch batch) {
        int count = 0;
        while (!waiting.isEmpty() && batch.nextRoomBytes() >= maxReadBytes()) {
            int offset = batch.nextOffset();
            waiting.copyFirst(batch.buffer(), offset);
            batch.add(offset, waiting.firstLength());
            waiting.removeFirst();
            count++;
        }
        return count;
    }

    @Override
    public int write(PacketBatch batch, int from, int count) {
        int taken = 0;
        for (int i = from; i < from + count; i++) {
            if (written.add(batch.buffer(), batch.offset(i), batch.length(i), 0)) {
                taken++;
                writtenPackets++;
            } else {
                refusedPackets++;
            }
        }
        return taken;
    }

    @Override
    public long refusedPackets() {
        return refusedPackets;
    }

    @Override
    public void await(long timeoutNanos, boolean forPackets) {
        // Virtual time does not wait: whoever drives the engine asks when to come back.
    }

    @Override
    public void wakeup() {
        // Nobody waits.
    }

    @Override
    public void close() {
        // There is nothing to give back.
    }
}
