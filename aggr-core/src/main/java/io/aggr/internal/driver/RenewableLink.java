package io.aggr.internal.driver;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A link whose socket can be exchanged while the engine goes on using it. A socket that is bound to an interface stays dead for ever once the
 * interface was deleted, even if another one of that name comes.
 *
 * <p>Ids of far ends that were kept by the socket before mean nothing to the next one; where only one far end is configured it has the same id.
 * A listening socket learns its peers again: their datagrams come from far ends that their lines are not bound to.
 */
final class RenewableLink implements Link {

    private volatile Link current;
    private volatile long oversizedBefore;
    private volatile boolean closed;
    private LinkFault fault = LinkFault.NONE;

    RenewableLink(Link first) {
        current = first;
    }

    /** The socket in use. */
    Link current() {
        return current;
    }

    /** Whether there is no socket yet, so that nobody knows how it will have to be watched. */
    boolean isWaiting() {
        return current instanceof WaitingLink;
    }

    /** Uses another socket from now on; one thread. Returns the one before, which the caller closes. If the link is closed, so is the new one. */
    Link exchange(Link next) {
        Link before = current;
        oversizedBefore = oversizedDatagrams();
        current = next;
        if (closed) {
            next.close();
        }
        return before;
    }

    @Override
    public String name() {
        return current.name();
    }

    @Override
    public Watch watch() {
        return current.watch();
    }

    @Override
    public int overheadBytes(int remote) {
        return current.overheadBytes(remote);
    }

    @Override
    public int maxDatagramBytes() {
        return current.maxDatagramBytes();
    }

    @Override
    public boolean forbidsFragmentation() {
        return current.forbidsFragmentation();
    }

    @Override
    public int receive(PacketBatch batch) {
        return current.receive(batch);
    }

    @Override
    public LinkFault receiveFault() {
        return current.receiveFault();
    }

    @Override
    public long oversizedDatagrams() {
        return oversizedBefore + current.oversizedDatagrams();
    }

    @Override
    public int send(PacketBatch batch, int from, int count, int remote) {
        Link used = current;
        int sent = used.send(batch, from, count, remote);
        fault = sent == count ? LinkFault.NONE : used.fault();
        if (fault.meansDown() && used != current) {
            // It was exchanged meanwhile; the next one gets its chance.
            fault = LinkFault.WOULD_BLOCK;
        }
        return sent;
    }

    @Override
    public LinkFault fault() {
        return fault;
    }

    @Override
    public boolean isKept(int remote) {
        return current.isKept(remote);
    }

    @Override
    public int keep(int remote) {
        return current.keep(remote);
    }

    @Override
    public void release(int remote) {
        current.release(remote);
    }

    @Override
    public @Nullable SocketAddress address(int remote) {
        return current.address(remote);
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return current.localAddress();
    }

    @Override
    public void close() {
        closed = true;
        current.close();
    }
}
