package io.aggr.examples.lab.traffic;

import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.tun.TunDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A host that consists of a TUN device and does nothing but ping another one. It times the answers
 * itself, so it needs no ping program and sees no start-up of one.
 *
 * <p><b>Threading.</b> One thread of its own; the methods are for any thread.
 */
public final class PingHost implements AutoCloseable {

    private static final long DEFAULT_INTERVAL_NANOS = 100_000_000;
    private static final long LEAST_INTERVAL_NANOS = 100_000;
    private static final int IN_MEMORY = 65_536;
    private static final long UNANSWERED = -1;
    private static final int BATCH = 16;

    private final TunDevice device;
    private final EchoCodec codec;
    private final Thread thread;
    // Guarded by `this`. Sequence numbers wrap at 2^16 as on the wire: the newest 65536 are kept.
    private final long[] sentNanos = new long[IN_MEMORY];
    private final long[] rttNanos = new long[IN_MEMORY];
    private long sentCount;
    private volatile long intervalNanos = DEFAULT_INTERVAL_NANOS;
    private volatile boolean active;
    private volatile boolean stopped;
    private volatile @Nullable IOException failure;

    /**
     * A host that is silent at first.
     *
     * @param device its device, already at its place; closed with the host
     * @param source its address
     * @param target whom it pings
     */
    public PingHost(TunDevice device, InetAddress source, InetAddress target) {
        this.device = device;
        this.codec = new EchoCodec(source, target, (int) ProcessHandle.current().pid());
        thread = new Thread(this::run, "lab-ping");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Starts or stops the pings.
     *
     * @param on whether to ping
     */
    public void setActive(boolean on) {
        active = on;
        device.wakeup();
    }

    /**
     * Sets the time between two pings; ten a second at first.
     *
     * @param interval 100 µs or more
     */
    public void setInterval(Duration interval) {
        if (interval.toNanos() < LEAST_INTERVAL_NANOS) {
            throw new IllegalArgumentException("ping.interval must be 100 µs or more, got " + interval);
        }
        intervalNanos = interval.toNanos();
    }

    /**
     * What came of the pings of a time. Ask a little later than its end: answers need time too.
     *
     * @param fromNanos begin, by {@link System#nanoTime}
     * @param toNanos end, exclusive
     * @return the pings sent in this time
     */
    public synchronized PingResult between(long fromNanos, long toNanos) {
        List<PingResult.Echo> echoes = new ArrayList<>();
        for (long i = Math.max(0, sentCount - IN_MEMORY); i < sentCount; i++) {
            int slot = (int) (i % IN_MEMORY);
            if (sentNanos[slot] - fromNanos >= 0 && sentNanos[slot] - toNanos < 0) {
                echoes.add(new PingResult.Echo(sentNanos[slot], rttNanos[slot]));
            }
        }
        return new PingResult(echoes);
    }

    /**
     * Why the host stopped by itself.
     *
     * @return the error of its device, or null while all is well
     */
    public @Nullable IOException failure() {
        return failure;
    }

    private void run() {
        int room = PacketBatch.HEADROOM_BYTES + device.maxReadBytes() + PacketBatch.TAILROOM_BYTES;
        Slab slab = new Slab(BATCH * room);
        PacketBatch reads = new PacketBatch(slab, BATCH);
        PacketBatch writes = new PacketBatch(new Slab(room), 1);
        long nextNanos = System.nanoTime();
        try {
            while (!stopped) {
                long now = System.nanoTime();
                if (!active) {
                    nextNanos = now;
                } else if (now - nextNanos >= 0) {
                    send(writes);
                    // A late start must not be followed by a burst.
                    nextNanos = Math.max(nextNanos + intervalNanos, now - intervalNanos);
                }
                device.await(active ? nextNanos - System.nanoTime() : Long.MAX_VALUE, true);
                reads.open(0, slab.sizeBytes());
                int count = device.read(reads);
                long arrivedNanos = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    int sequence = codec.readReply(reads.buffer(), reads.offset(i), reads.length(i));
                    if (sequence >= 0) {
                        answered(sequence, arrivedNanos);
                    }
                }
            }
        } catch (IOException e) {
            if (!stopped) {
                failure = e;
            }
        }
    }

    private void send(PacketBatch writes) throws IOException {
        int slot;
        synchronized (this) {
            slot = (int) (sentCount % IN_MEMORY);
            sentNanos[slot] = System.nanoTime();
            rttNanos[slot] = UNANSWERED;
            sentCount++;
        }
        writes.open(0, writes.slab().sizeBytes());
        int at = writes.nextOffset();
        codec.writeRequest(writes.buffer(), at, slot);
        writes.add(at, codec.packetBytes());
        device.write(writes, 0, 1);
    }

    private synchronized void answered(int slot, long nowNanos) {
        if (rttNanos[slot] == UNANSWERED) {
            rttNanos[slot] = nowNanos - sentNanos[slot];
        }
    }

    /** Stops the host and closes its device. Idempotent. */
    @Override
    public void close() {
        stopped = true;
        device.wakeup();
        try {
            thread.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        device.close();
    }
}
