package io.aggr.internal.reorder;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.spi.ProviderConfig;

/** Delivers every packet when it arrives. */
final class NoReorderBuffer implements BuiltIn {

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

    /** Makes the buffer for {@code none}. */
    public static final class Provider implements ReorderBufferProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "none";
        }

        @Override
        public boolean needsSequence() {
            return false;
        }

        @Override
        public ReorderBuffer create(ProviderConfig config, int maxPackets) {
            return new NoReorderBuffer();
        }
    }
}
