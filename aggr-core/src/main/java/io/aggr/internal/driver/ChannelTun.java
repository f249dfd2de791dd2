package io.aggr.internal.driver;

import io.aggr.packet.PacketBatch;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunOffload;
import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A TUN device whose other side is a program in the same process: two rings of packets, each with one producer and one consumer. Buffers travel
 * round, nothing is allocated per packet; whoever waits is parked and is woken only if it waits.
 */
public final class ChannelTun implements TunDevice {

    private final int mtuBytes;
    private final Ring inward;
    private final Ring outward;
    private final Waiter bond = new Waiter();
    private final Waiter receiver = new Waiter();
    private final Waiter sender = new Waiter();
    private volatile boolean closed;
    private volatile boolean woken;
    private final AtomicLong refused = new AtomicLong();

    /** Packets from one thread to another, with their buffers. */
    private static final class Ring {
        final SpscVarHandleArrayQueue<ByteBuffer> full;
        final SpscVarHandleArrayQueue<ByteBuffer> free;

        Ring(int packets, int bytes) {
            full = new SpscVarHandleArrayQueue<>(packets);
            free = new SpscVarHandleArrayQueue<>(packets);
            for (int i = 0; i < packets; i++) {
                free.offer(ByteBuffer.allocateDirect(bytes));
            }
        }
    }

    /** A thread that may be parked. */
    private static final class Waiter {
        private volatile @Nullable Thread thread;

        void begin() {
            thread = Thread.currentThread();
        }

        void end() {
            thread = null;
        }

        void wake() {
            Thread parked = thread;
            if (parked != null) {
                LockSupport.unpark(parked);
            }
        }
    }

    /**
     * Opens a channel.
     *
     * @param mtuBytes longest packet
     * @param capacityPackets packets that may wait in each direction
     */
    public ChannelTun(int mtuBytes, int capacityPackets) {
        this.mtuBytes = mtuBytes;
        inward = new Ring(capacityPackets, mtuBytes);
        outward = new Ring(capacityPackets, mtuBytes);
    }

    /**
     * The program sends a packet.
     *
     * @param packet between position and limit
     * @return false if there is no room
     */
    public boolean offer(ByteBuffer packet) {
        if (packet.remaining() > mtuBytes) {
            throw new IllegalArgumentException(
                    "a packet of this channel may have " + mtuBytes + " bytes, got " + packet.remaining());
        }
        ByteBuffer buffer = closed ? null : inward.free.poll();
        if (buffer == null) {
            return false;
        }
        buffer.clear().put(packet).flip();
        inward.full.offer(buffer);
        bond.wake();
        return true;
    }

    /**
     * The program sends a packet and waits for room.
     *
     * @param packet between position and limit
     * @param timeoutNanos longest time to wait
     * @return false if it was not taken
     */
    public boolean offer(ByteBuffer packet, long timeoutNanos) {
        if (offer(packet)) {
            return true;
        }
        long start = System.nanoTime();
        sender.begin();
        try {
            while (!offer(packet)) {
                long left = timeoutNanos - (System.nanoTime() - start);
                if (left <= 0 || closed || Thread.currentThread().isInterrupted()) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } finally {
            sender.end();
        }
    }

    /**
     * The program receives a packet.
     *
     * @param target takes it
     * @param timeoutNanos longest time to wait
     * @return its length, 0 if there was none
     */
    public int take(ByteBuffer target, long timeoutNanos) {
        ByteBuffer packet = outward.full.peek();
        if (packet == null) {
            packet = awaitPacket(timeoutNanos);
        }
        if (packet == null) {
            return 0;
        }
        int length = packet.remaining();
        if (length > target.remaining()) {
            throw new BufferOverflowException();
        }
        outward.full.poll();
        target.put(packet);
        outward.free.offer(packet);
        return length;
    }

    private @Nullable ByteBuffer awaitPacket(long timeoutNanos) {
        long start = System.nanoTime();
        receiver.begin();
        try {
            while (true) {
                ByteBuffer packet = outward.full.peek();
                long left = timeoutNanos - (System.nanoTime() - start);
                if (packet != null
                        || left <= 0
                        || closed
                        || Thread.currentThread().isInterrupted()) {
                    return packet;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            receiver.end();
        }
    }

    @Override
    public String name() {
        return "channel";
    }

    @Override
    public int mtuBytes() {
        return mtuBytes;
    }

    @Override
    public Set<TunOffload> offloads() {
        return Set.of();
    }

    /** A bond whose device was closed under it has to end, as with one that was deleted. Without this it would look for packets without a pause. */
    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the packet channel is closed");
        }
    }

    @Override
    public int read(PacketBatch batch) throws IOException {
        requireOpen();
        int before = batch.size();
        while (batch.nextRoomBytes() >= mtuBytes) {
            ByteBuffer packet = inward.full.poll();
            if (packet == null) {
                break;
            }
            int length = packet.remaining();
            int offset = batch.nextOffset();
            batch.buffer().put(offset, packet, 0, length);
            batch.add(offset, length);
            inward.free.offer(packet);
        }
        if (batch.size() > before) {
            sender.wake();
        }
        return batch.size() - before;
    }

    @Override
    public int write(PacketBatch batch, int from, int count) {
        int taken = 0;
        for (int i = from; i < from + count; i++) {
            ByteBuffer buffer = batch.length(i) > mtuBytes || closed ? null : outward.free.poll();
            if (buffer == null) {
                refused.incrementAndGet();
                continue;
            }
            int length = batch.length(i);
            buffer.clear().put(0, batch.buffer(), batch.offset(i), length).limit(length);
            outward.full.offer(buffer);
            taken++;
        }
        if (taken > 0) {
            receiver.wake();
        }
        return taken;
    }

    @Override
    public long refusedPackets() {
        return refused.get();
    }

    @Override
    public void await(long timeoutNanos, boolean forPackets) throws IOException {
        requireOpen();
        long start = System.nanoTime();
        bond.begin();
        try {
            while (!closed && !woken && !(forPackets && !inward.full.isEmpty())) {
                long left = timeoutNanos - (System.nanoTime() - start);
                if (left <= 0 || Thread.currentThread().isInterrupted()) {
                    break;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            bond.end();
            woken = false;
        }
    }

    @Override
    public boolean holdsSendersBack() {
        return true;
    }

    @Override
    public void wakeup() {
        woken = true;
        bond.wake();
    }

    @Override
    public void close() {
        closed = true;
        bond.wake();
        receiver.wake();
        sender.wake();
    }
}
