package io.aggr.internal.driver;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Stands for a link whose far end has a name that nobody could resolve yet. Sends and receives nothing; {@link LinkKeeper} exchanges it. */
final class WaitingLink implements Link {

    private static final int OVERHEAD_BYTES = 48;
    private static final int MAX_DATAGRAM_BYTES = 65_507;

    private final String name;
    private volatile boolean closed;

    WaitingLink(String name) {
        this.name = name;
    }

    /** Whether a far end is a name without an address: one with the wildcard address, which nobody can send to. */
    static boolean isUnknown(@Nullable InetSocketAddress remote) {
        return remote != null && remote.getAddress().isAnyLocalAddress();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Watch watch() {
        return new Watch.Push(wakeup -> {});
    }

    @Override
    public int overheadBytes(int remote) {
        return OVERHEAD_BYTES;
    }

    @Override
    public int maxDatagramBytes() {
        return MAX_DATAGRAM_BYTES;
    }

    @Override
    public int receive(PacketBatch batch) {
        return 0;
    }

    @Override
    public LinkFault receiveFault() {
        return LinkFault.NONE;
    }

    @Override
    public int send(PacketBatch batch, int from, int count, int remote) {
        return 0;
    }

    @Override
    public LinkFault fault() {
        return closed ? LinkFault.CLOSED : LinkFault.UNREACHABLE;
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
    }
}
