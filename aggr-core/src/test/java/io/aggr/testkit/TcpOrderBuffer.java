package io.aggr.testkit;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A reorder buffer as somebody else might write it, for encapsulations that carry no sequence: it orders TCP segments by the sequence in their own
 * header, and holds one that comes too early for 50 ms at most. Everything that is not TCP over IPv4 goes at once.
 */
final class TcpOrderBuffer implements ReorderBuffer {

    static final class Provider implements ReorderBufferProvider {
        @Override
        public String name() {
            return "tcp-order";
        }

        @Override
        public boolean needsSequence() {
            return false;
        }

        @Override
        public ReorderBuffer create(ProviderConfig config, int maxPackets) {
            return new TcpOrderBuffer(maxPackets);
        }
    }

    private static final long HOLD_NANOS = 50_000_000;
    private static final int FLOWS = 256;

    private final boolean[] known = new boolean[FLOWS];
    private final int[] expected = new int[FLOWS];

    // Held packets in the order of arrival. They are few, so that looking through them all is good enough.
    private final int[] ids;
    private final int[] flows;
    private final int[] starts;
    private final int[] ends;
    private final long[] arrivals;
    private int size;

    private TcpOrderBuffer(int maxPackets) {
        ids = new int[maxPackets];
        flows = new int[maxPackets];
        starts = new int[maxPackets];
        ends = new int[maxPackets];
        arrivals = new long[maxPackets];
    }

    @Override
    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
        ByteBuffer bytes = packet.buffer();
        int at = packet.offset();
        int headerBytes = 4 * (bytes.get(at) & 0x0F);
        if (bytes.get(at) >> 4 != 4 || bytes.get(at + 9) != 6 || packet.lengthBytes() < headerBytes + 20) {
            out.deliver(packet.id());
            return;
        }
        int payloadBytes = packet.lengthBytes() - headerBytes - 4 * (bytes.get(at + headerBytes + 12) >> 4 & 0x0F);
        int start = bytes.getInt(at + headerBytes + 4);
        int flow = packet.flowHash() & (FLOWS - 1);
        if (known[flow] && start - expected[flow] > 0 && payloadBytes > 0 && size < ids.length) {
            ids[size] = packet.id();
            flows[size] = flow;
            starts[size] = start;
            ends[size] = start + payloadBytes;
            arrivals[size++] = nowNanos;
            return;
        }
        out.deliver(packet.id());
        if (!known[flow] || start + payloadBytes - expected[flow] > 0) {
            known[flow] = true;
            expected[flow] = start + payloadBytes;
        }
        releaseFollowing(flow, out);
    }

    private void releaseFollowing(int flow, Release out) {
        for (int i = 0; i < size; i++) {
            if (flows[i] == flow && starts[i] - expected[flow] <= 0) {
                release(i, out);
                i = -1;
            }
        }
    }

    private void release(int i, Release out) {
        int flow = flows[i];
        int id = ids[i];
        if (ends[i] - expected[flow] > 0) {
            expected[flow] = ends[i];
        }
        size--;
        System.arraycopy(ids, i + 1, ids, i, size - i);
        System.arraycopy(flows, i + 1, flows, i, size - i);
        System.arraycopy(starts, i + 1, starts, i, size - i);
        System.arraycopy(ends, i + 1, ends, i, size - i);
        System.arraycopy(arrivals, i + 1, arrivals, i, size - i);
        out.deliver(id);
    }

    @Override
    public void onLost(long sequence, long nowNanos, Release out) {}

    @Override
    public void onPassed(long sequence, long nowNanos, Release out) {}

    @Override
    public void poll(long nowNanos, Release out) {
        while (size > 0 && nowNanos - arrivals[0] >= HOLD_NANOS) {
            releaseOldest(nowNanos, out);
        }
    }

    @Override
    public long nanosToDeadline(long nowNanos) {
        return size == 0 ? Long.MAX_VALUE : HOLD_NANOS - (nowNanos - arrivals[0]);
    }

    @Override
    public void releaseOldest(long nowNanos, Release out) {
        if (size > 0) {
            int flow = flows[0];
            // What comes before it in its flow goes first.
            for (int first = 0; first >= 0; ) {
                int before = -1;
                for (int i = 1; i < size; i++) {
                    if (flows[i] == flow
                            && starts[i] - starts[0] < 0
                            && (before < 0 || starts[i] - starts[before] < 0)) {
                        before = i;
                    }
                }
                release(Math.max(0, before), out);
                first = before;
            }
            releaseFollowing(flow, out);
        }
    }

    @Override
    public void reset(long nowNanos, Release out) {
        while (size > 0) {
            releaseOldest(nowNanos, out);
        }
        Arrays.fill(known, false);
    }

    @Override
    public int heldPackets() {
        return size;
    }
}
