package io.aggr.testkit;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import java.net.SocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A link as somebody else might write it: two queues, and a wake-up in place of a descriptor. */
final class MemoryLink implements Link {

    private static final int MAX_BYTES = 2000;

    private final String name;
    private final Queue<byte[]> arrived = new ConcurrentLinkedQueue<>();
    private final Watch watch = new Watch.Push(action -> {
        wakeup = action;
        if (!arrived.isEmpty()) {
            action.run();
        }
    });
    private volatile Runnable wakeup = () -> {};
    private volatile boolean closed;
    private MemoryLink other = this;
    private LinkFault fault = LinkFault.NONE;

    private MemoryLink(String name) {
        this.name = name;
    }

    static LinkPair pair() {
        MemoryLink one = new MemoryLink("one");
        MemoryLink two = new MemoryLink("two");
        one.other = two;
        two.other = one;
        return new LinkPair(one, two);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Watch watch() {
        return watch;
    }

    @Override
    public int overheadBytes(int remote) {
        return 0;
    }

    @Override
    public int maxDatagramBytes() {
        return MAX_BYTES;
    }

    @Override
    public int receive(PacketBatch batch) {
        int count = 0;
        for (byte[] next = arrived.peek(); next != null && batch.nextRoomBytes() > 0; next = arrived.peek()) {
            if (next.length > batch.nextRoomBytes()) {
                if (count > 0) {
                    break;
                }
                arrived.remove();
                continue;
            }
            int offset = batch.nextOffset();
            batch.buffer().put(offset, next);
            batch.add(offset, next.length, CONFIGURED_REMOTE);
            arrived.remove();
            count++;
        }
        return count;
    }

    @Override
    public LinkFault receiveFault() {
        return closed ? LinkFault.CLOSED : LinkFault.NONE;
    }

    @Override
    public int send(PacketBatch batch, int from, int count, int remote) {
        for (int i = 0; i < count; i++) {
            fault = closed
                    ? LinkFault.CLOSED
                    : batch.length(from + i) > MAX_BYTES ? LinkFault.TOO_LARGE : LinkFault.NONE;
            if (fault != LinkFault.NONE) {
                return i;
            }
            byte[] bytes = new byte[batch.length(from + i)];
            batch.buffer().get(batch.offset(from + i), bytes);
            other.arrived.add(bytes);
            other.wakeup.run();
        }
        return count;
    }

    @Override
    public LinkFault fault() {
        return fault;
    }

    @Override
    public boolean isKept(int remote) {
        return remote == CONFIGURED_REMOTE;
    }

    @Override
    public int keep(int remote) {
        return remote;
    }

    @Override
    public void release(int remote) {}

    @Override
    public @Nullable SocketAddress address(int remote) {
        return null;
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return null;
    }

    @Override
    public void close() {
        closed = true;
        arrived.clear();
        wakeup.run();
    }
}
