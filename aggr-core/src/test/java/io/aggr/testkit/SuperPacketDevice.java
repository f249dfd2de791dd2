package io.aggr.testkit;

import io.aggr.packet.PacketBatch;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunOffload;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A TUN device as somebody else might write it: packets from and to a program, and TCP super-packets where the program has them. */
final class SuperPacketDevice implements TunDevice, TunHarness {

    private static final int MTU_BYTES = 1400;

    private final Deque<byte[]> toRead = new ArrayDeque<>();
    private final Deque<Integer> segments = new ArrayDeque<>();
    private final Deque<byte[]> written = new ArrayDeque<>();
    private boolean woken;
    private boolean closed;

    /** Gives the device a TCP packet that stands for several. */
    synchronized void injectSuper(byte[] packet, int segmentBytes) {
        toRead.add(packet.clone());
        segments.add(segmentBytes);
        notifyAll();
    }

    @Override
    public void inject(byte[] packet) {
        injectSuper(packet, 0);
    }

    @Override
    public synchronized byte @Nullable [] extract() {
        return written.poll();
    }

    @Override
    public TunDevice device() {
        return this;
    }

    @Override
    public String name() {
        return "program";
    }

    @Override
    public int mtuBytes() {
        return MTU_BYTES;
    }

    @Override
    public Set<TunOffload> offloads() {
        return Set.of(TunOffload.READ_TCP_SEGMENTS, TunOffload.READ_PARTIAL_CHECKSUM);
    }

    @Override
    public int maxReadBytes() {
        return 65_535;
    }

    @Override
    public synchronized int read(PacketBatch batch) throws IOException {
        if (closed) {
            throw new IOException("read on program: it is closed");
        }
        int count = 0;
        while (!toRead.isEmpty() && batch.nextRoomBytes() >= maxReadBytes()) {
            byte[] packet = toRead.remove();
            int offset = batch.nextOffset();
            batch.buffer().put(offset, packet);
            int index = batch.add(offset, packet.length);
            int segmentBytes = segments.remove();
            if (segmentBytes > 0) {
                // The checksum of TCP lies 16 bytes into its header, which begins behind 20 bytes of IPv4.
                batch.markSegments(index, segmentBytes, 20, 16);
            }
            count++;
        }
        return count;
    }

    @Override
    public synchronized int write(PacketBatch batch, int from, int count) throws IOException {
        if (closed) {
            throw new IOException("write on program: it is closed");
        }
        for (int i = from; i < from + count; i++) {
            byte[] packet = new byte[batch.length(i)];
            batch.buffer().get(batch.offset(i), packet);
            written.add(packet);
        }
        return count;
    }

    @Override
    public long refusedPackets() {
        return 0;
    }

    @Override
    public synchronized void await(long timeoutNanos, boolean forPackets) throws IOException {
        long end = System.nanoTime() + Math.max(0, timeoutNanos);
        while (!woken && !closed && !(forPackets && !toRead.isEmpty())) {
            long millis = (end - System.nanoTime() + 999_999) / 1_000_000;
            if (millis <= 0) {
                break;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        woken = false;
    }

    @Override
    public synchronized void wakeup() {
        woken = true;
        notifyAll();
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
