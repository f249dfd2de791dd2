package io.aggr.examples.benchmarks.hub;

import io.aggr.packet.PacketBatch;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunOffload;
import java.util.EnumSet;
import java.util.Set;

/** Nothing comes from it, and what goes to it is gone. */
final class SilentTun implements TunDevice {

    private static final int MTU_BYTES = 1_400;

    @Override
    public String name() {
        return "silent";
    }

    @Override
    public int mtuBytes() {
        return MTU_BYTES;
    }

    @Override
    public Set<TunOffload> offloads() {
        return EnumSet.noneOf(TunOffload.class);
    }

    @Override
    public int read(PacketBatch batch) {
        return 0;
    }

    @Override
    public int write(PacketBatch batch, int from, int count) {
        return count;
    }

    @Override
    public long refusedPackets() {
        return 0;
    }

    @Override
    public void await(long timeoutNanos, boolean forPackets) {}

    @Override
    public void wakeup() {}

    @Override
    public void close() {}
}
