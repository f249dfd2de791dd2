package io.aggr.badinput;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A socket that waits for anybody. Far ends are numbers from 1 on; number n is the address 198.51.(n / 256).(n modulo 256), port 4000, and from 10,000 on fd00::, with n at the end. */
final class MemoryLink implements Link {

    static final InetSocketAddress LOCAL = address(192, 0, 2, 1, 5080);

    /** Far ends from here on have addresses of IPv6. */
    static final int IPV6 = 10_000;

    /** A datagram and its far end. */
    static final class Datagram {
        final int remote;
        final byte[] bytes;

        Datagram(int remote, byte[] bytes) {
            this.remote = remote;
            this.bytes = bytes;
        }
    }

    final Queue<Datagram> incoming = new ArrayDeque<>();
    final List<Datagram> sent = new ArrayList<>();
    LinkFault fault = LinkFault.NONE;
    boolean forbidsFragmentation;
    private LinkFault last = LinkFault.NONE;
    private final Set<Integer> kept = new HashSet<>();

    private static InetSocketAddress address(int a, int b, int c, int d, int port) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many far ends are remembered. */
    int keptRemotes() {
        return kept.size();
    }

    /** What was sent to a far end since the last look, in order. */
    List<byte[]> takeSentTo(int remote) {
        List<byte[]> result = new ArrayList<>();
        sent.removeIf(datagram -> {
            boolean hit = datagram.remote == remote;
            if (hit) {
                result.add(datagram.bytes);
            }
            return hit;
        });
        return result;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Watch watch() {
        return new Watch.Push(wakeup -> {});
    }

    @Override
    public int overheadBytes(int remote) {
        return remote >= IPV6 ? 48 : 28;
    }

    @Override
    public boolean forbidsFragmentation() {
        return forbidsFragmentation;
    }

    @Override
    public int maxDatagramBytes() {
        return 65_507;
    }

    @Override
    public int receive(PacketBatch batch) {
        int count = 0;
        Datagram next = incoming.peek();
        while (next != null && count < batch.capacity() && next.bytes.length <= batch.nextRoomBytes()) {
            int offset = batch.nextOffset();
            batch.buffer().put(offset, next.bytes);
            batch.add(offset, next.bytes.length, next.remote);
            incoming.remove();
            next = incoming.peek();
            count++;
        }
        return count;
    }

    @Override
    public LinkFault receiveFault() {
        return LinkFault.NONE;
    }

    @Override
    public int send(PacketBatch batch, int from, int count, int remote) {
        last = fault;
        if (fault != LinkFault.NONE) {
            return 0;
        }
        for (int i = from; i < from + count; i++) {
            byte[] bytes = new byte[batch.length(i)];
            batch.buffer().get(batch.offset(i), bytes);
            sent.add(new Datagram(remote, bytes));
        }
        return count;
    }

    @Override
    public LinkFault fault() {
        return last;
    }

    @Override
    public boolean isKept(int remote) {
        return kept.contains(remote);
    }

    @Override
    public int keep(int remote) {
        kept.add(remote);
        return remote;
    }

    @Override
    public void release(int remote) {
        kept.remove(remote);
    }

    @Override
    public @Nullable SocketAddress address(int remote) {
        if (remote < IPV6) {
            return address(198, 51, remote >> 8, remote, 4000);
        }
        byte[] bytes = new byte[16];
        bytes[0] = (byte) 0xFD;
        bytes[14] = (byte) (remote >> 8);
        bytes[15] = (byte) remote;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), 4000);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public SocketAddress localAddress() {
        return LOCAL;
    }

    @Override
    public void close() {}
}
