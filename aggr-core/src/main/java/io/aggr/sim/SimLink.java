package io.aggr.sim;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A link over a simulated socket: connected at a site, with many far ends at a hub. What is sent waits until {@link #flush}, and what arrives
 * until {@link #receive}, as with the buffers of a socket; so the engine is never called by what it has caused.
 */
final class SimLink implements Link {
    private static final int OUT_DATAGRAMS = 1_024;
    private static final int IN_DATAGRAMS = 512;
    private static final int MAX_DATAGRAM_BYTES = 2_048;
    /** Ids from here on stand for far ends of the last batch that nobody has kept. */
    private static final int PASSING = 1 << 16;

    private final String name;
    private final DatagramPort port;
    private final int overheadBytes;
    private final PacketFifo out = new PacketFifo(OUT_DATAGRAMS, MAX_DATAGRAM_BYTES);
    private final PacketFifo in = new PacketFifo(IN_DATAGRAMS, MAX_DATAGRAM_BYTES);
    private final ByteBuffer outView = out.newView();
    private long[] kept = new long[8];
    private long[] passing = new long[8];
    private int passingCount;
    private Runnable wakeup = () -> {};
    private LinkFault fault = LinkFault.NONE;
    private LinkFault forced = LinkFault.NONE;
    private boolean closed;
    private long sentDatagrams;
    private long receivedDatagrams;
    private long arrivedDatagrams;

    /**
     * Takes a socket over from whoever had it.
     *
     * @param name name of the line
     * @param port the socket
     * @param overheadBytes headers below the payload of a datagram
     * @param remote the far end, or {@link Endpoint#NONE} for a link that waits for peers
     */
    SimLink(String name, DatagramPort port, int overheadBytes, long remote) {
        this.name = name;
        this.port = port;
        this.overheadBytes = overheadBytes;
        Arrays.fill(kept, Endpoint.NONE);
        kept[CONFIGURED_REMOTE] = remote;
        port.receiveWith(this::onDatagram);
    }

    /** What finds the link closed, or its buffer full, is gone, as with a socket. */
    private void onDatagram(ByteBuffer datagram, long from) {
        arrivedDatagrams++;
        if (!closed && in.add(datagram, datagram.position(), datagram.remaining(), from)) {
            wakeup.run();
        }
    }

    /** Hands what was sent to the network. */
    void flush() {
        while (!out.isEmpty()) {
            out.showFirst(outView);
            port.send(outView, out.firstNote());
            out.removeFirst();
        }
    }

    /** Lets every send fail from now on, as when an interface has gone, or work again. */
    void fail(LinkFault newFault) {
        forced = newFault;
    }

    /** Datagrams handed to the network or waiting to be. */
    long sentDatagrams() {
        return sentDatagrams;
    }

    /** Datagrams that {@link #receive} has handed out. */
    long receivedDatagrams() {
        return receivedDatagrams;
    }

    /** Datagrams that have reached the link. */
    long arrivedDatagrams() {
        return arrivedDatagrams;
    }

    /** Datagrams in the receive buffer. */
    int waitingDatagrams() {
        return in.count();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Watch watch() {
        return new Watch.Push(newWakeup -> wakeup = newWakeup);
    }

    @Override
    public int overheadBytes(int remote) {
        return overheadBytes;
    }

    @Override
    public int maxDatagramBytes() {
        return MAX_DATAGRAM_BYTES;
    }

    /** The network of the simulator never cuts a packet. */
    @Override
    public boolean forbidsFragmentation() {
        return true;
    }

    @Override
    public int receive(PacketBatch batch) {
        passingCount = 0;
        int count = 0;
        while (!in.isEmpty() && batch.nextRoomBytes() >= in.firstLength()) {
            int offset = batch.nextOffset();
            in.copyFirst(batch.buffer(), offset);
            batch.add(offset, in.firstLength(), idOf(in.firstNote()));
            in.removeFirst();
            receivedDatagrams++;
            count++;
        }
        return count;
    }

    private int idOf(long remote) {
        for (int id = 0; id < kept.length; id++) {
            if (kept[id] == remote) {
                return id;
            }
        }
        for (int i = 0; i < passingCount; i++) {
            if (passing[i] == remote) {
                return PASSING + i;
            }
        }
        if (passingCount == passing.length) {
            passing = Arrays.copyOf(passing, passingCount * 2);
        }
        passing[passingCount] = remote;
        return PASSING + passingCount++;
    }

    @Override
    public LinkFault receiveFault() {
        return closed ? LinkFault.CLOSED : LinkFault.NONE;
    }

    @Override
    public int send(PacketBatch batch, int from, int count, int remote) {
        long to = endpoint(remote);
        fault = closed ? LinkFault.CLOSED : to == Endpoint.NONE ? LinkFault.UNREACHABLE : forced;
        for (int i = 0; i < count; i++) {
            if (fault == LinkFault.NONE
                    && !out.add(batch.buffer(), batch.offset(from + i), batch.length(from + i), to)) {
                fault = LinkFault.WOULD_BLOCK;
            }
            if (fault != LinkFault.NONE) {
                return i;
            }
            sentDatagrams++;
        }
        return count;
    }

    @Override
    public LinkFault fault() {
        return fault;
    }

    @Override
    public boolean isKept(int remote) {
        return remote >= 0 && remote < kept.length && kept[remote] != Endpoint.NONE;
    }

    @Override
    public int keep(int remote) {
        if (remote < PASSING) {
            return remote;
        }
        long endpoint = passing[remote - PASSING];
        for (int id = CONFIGURED_REMOTE + 1; id < kept.length; id++) {
            if (kept[id] == Endpoint.NONE) {
                kept[id] = endpoint;
                return id;
            }
        }
        int id = kept.length;
        kept = Arrays.copyOf(kept, id * 2);
        Arrays.fill(kept, id, kept.length, Endpoint.NONE);
        kept[id] = endpoint;
        return id;
    }

    @Override
    public void release(int remote) {
        if (remote > CONFIGURED_REMOTE && remote < kept.length) {
            kept[remote] = Endpoint.NONE;
        }
    }

    private long endpoint(int remote) {
        return remote >= 0 && remote < kept.length ? kept[remote] : Endpoint.NONE;
    }

    @Override
    public @Nullable SocketAddress address(int remote) {
        long endpoint = endpoint(remote);
        return endpoint == Endpoint.NONE ? null : toSocketAddress(endpoint);
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return toSocketAddress(port.localAddress());
    }

    private static SocketAddress toSocketAddress(long endpoint) {
        int bits = Endpoint.addressBits(endpoint);
        try {
            byte[] bytes = ByteBuffer.allocate(4).putInt(bits).array();
            return new InetSocketAddress(InetAddress.getByAddress(bytes), Endpoint.port(endpoint));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
