package io.aggr.badinput;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;

/** A reorder buffer that lets everything pass, until a test gives it a fault. */
public abstract class PassesAll implements ReorderBuffer {
    @Override
    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
        out.deliver(packet.id());
    }

    @Override
    public void onLost(long sequence, long nowNanos, Release out) {}

    @Override
    public void onPassed(long sequence, long nowNanos, Release out) {}

    @Override
    public void poll(long nowNanos, Release out) {}

    @Override
    public long nanosToDeadline(long nowNanos) {
        return Long.MAX_VALUE;
    }

    @Override
    public void releaseOldest(long nowNanos, Release out) {}

    @Override
    public void reset(long nowNanos, Release out) {}

    @Override
    public int heldPackets() {
        return 0;
    }
}
