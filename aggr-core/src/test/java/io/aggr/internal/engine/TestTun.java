package io.aggr.internal.engine;

import io.aggr.packet.PacketBatch;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunOffload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/** A device whose packets a test puts in and looks at. */
public final class TestTun implements TunDevice {

    /** Of the device. */
    public static final int MTU_BYTES = 1_400;

    /** What it has for the bond. */
    public final Queue<byte[]> incoming = new ArrayDeque<>();
    /** Whether its interface is set down: then it takes nothing, counts that, and is not gone. */
    public boolean isDown;

    private long refusedPackets;

    /** What the bond had for it. */
    public final List<byte[]> written = new ArrayList<>();

    @Override
    public String name() {
        return "test0";
    }

    @Override
    public int mtuBytes() {
        return MTU_BYTES;
    }

    @Override
    public Set<TunOffload> offloads() {
        return Set.of();
    }

    @Override
    public int maxReadBytes() {
        return 2_000;
    }

    @Override
    public int read(PacketBatch batch) {
        int count = 0;
        while (!incoming.isEmpty() && batch.nextRoomBytes() >= maxReadBytes()) {
            byte[] packet = incoming.remove();
            int offset = batch.nextOffset();
            batch.buffer().put(offset, packet);
            batch.add(offset, packet.length);
            count++;
        }
        return count;
    }

    @Override
    public int write(PacketBatch batch, int from, int count) {
        if (isDown) {
            refusedPackets += count;
            return 0;
        }
        for (int i = from; i < from + count; i++) {
            byte[] packet = new byte[batch.length(i)];
            batch.buffer().get(batch.offset(i), packet);
            written.add(packet);
        }
        return count;
    }

    @Override
    public long refusedPackets() {
        return refusedPackets;
    }

    @Override
    public void await(long timeoutNanos, boolean forPackets) {}

    @Override
    public void wakeup() {}

    @Override
    public void close() {}
}
