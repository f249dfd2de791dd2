package io.aggr.internal.engine;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A link whose datagrams a test puts in and looks at. */
final class TestLink implements Link {

    final Queue<byte[]> incoming = new ArrayDeque<>();
    final List<byte[]> sent = new ArrayList<>();
    LinkFault fault = LinkFault.NONE;
    LinkFault receiveFault = LinkFault.NONE;

    /** Longer datagrams are refused as too large. */
    int longestBytes = Integer.MAX_VALUE;

    @Nullable
    SocketAddress own;

    @Nullable
    SocketAddress far;

    int source = CONFIGURED_REMOTE;
    private LinkFault last = LinkFault.NONE;

    @Override
    public String name() {
        return "test";
    }

    @Override
    public Watch watch() {
        return new Watch.Push(wakeup -> {});
    }

    @Override
    public int overheadBytes(int remote) {
        return 28;
    }

    @Override
    public int maxDatagramBytes() {
        return 65_507;
    }

    @Override
    public int receive(PacketBatch batch) {
        int count = 0;
        byte[] next = incoming.peek();
        while (next != null && next.length <= batch.nextRoomBytes()) {
            int offset = batch.nextOffset();
            batch.buffer().put(offset, next);
            batch.add(offset, next.length, source);
            incoming.remove();
            next = incoming.peek();
            count++;
        }
        return count;
    }

    @Override
    public LinkFault receiveFault() {
        return receiveFault;
    }

    @Override
    public int send(PacketBatch batch, int from, int count, int remote) {
        last = fault;
        if (fault != LinkFault.NONE) {
            return 0;
        }
        for (int i = from; i < from + count; i++) {
            if (batch.length(i) > longestBytes) {
                last = LinkFault.TOO_LARGE;
                return i - from;
            }
            byte[] bytes = new byte[batch.length(i)];
            batch.buffer().get(batch.offset(i), bytes);
            sent.add(bytes);
        }
        return count;
    }

    @Override
    public LinkFault fault() {
        return last;
    }

    @Override
    public boolean isKept(int remote) {
        return true;
    }

    @Override
    public int keep(int remote) {
        return remote;
    }

    @Override
    public void release(int remote) {}

    @Override
    public @Nullable SocketAddress address(int remote) {
        return far;
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return own;
    }

    @Override
    public void close() {}
}
