package io.aggr.examples.lab.emulator;

import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.sim.Line;
import io.aggr.sim.LineOutcome;
import io.aggr.sim.LineSettings;
import io.aggr.tun.TunDevice;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an emulated line: takes packets from one TUN device, lets the line model decide, and gives them to the
 * other at the time that the model says.
 *
 * <p><b>Threading.</b> {@link #run} is the pump's own thread; everything else is for any thread.
 */
final class LinePump implements Runnable {

    /*
     * A packet is read straight into a slot of a slab and stays there until it is written; its slot number is the token
     * that travels through the model. Slots come in chunks, one slab each, added when the line holds more packets than
     * ever before. Nothing is allocated otherwise.
     */
    private static final int CHUNK_SLOTS = 1024;
    private static final int MAX_CHUNKS = 64;
    private static final int WRITE_BURST = 64;
    /** Few, so that a delivery that falls due meanwhile is not kept waiting. */
    private static final int READ_BURST = 16;

    private static final int OFFERED_PACKETS = 0;
    private static final int OFFERED_BYTES = 1;
    private static final int DELIVERED_PACKETS = 2;
    private static final int DELIVERED_BYTES = 3;
    private static final int QUEUE_FULL = 4;
    private static final int LOST = 5;
    private static final int TOO_LARGE = 6;
    private static final int REFUSED = 7;
    private static final int QUEUE_NANOS = 8;

    private final TunDevice in;
    private final TunDevice out;
    private final Line line;
    private final int slotBytes;
    private final Slab[] chunks = new Slab[MAX_CHUNKS];
    private final PacketBatch readBatch;
    private final PacketBatch writeBatch;
    private final int[] lengths = new int[MAX_CHUNKS * CHUNK_SLOTS];
    private final int[] freeSlots = new int[MAX_CHUNKS * CHUNK_SLOTS];
    private final int[] writeSlots = new int[WRITE_BURST];
    private final long[] writeDueNanos = new long[WRITE_BURST];
    private final AtomicLongArray counters = new AtomicLongArray(QUEUE_NANOS + 1);
    private final LatenessHistogram lateness = new LatenessHistogram();
    private final AtomicReference<@Nullable LineSettings> change = new AtomicReference<>();
    private final Line.Receiver receiver = this::onOutcome;
    private int chunkCount;
    private int freeCount;
    private volatile boolean stopped;
    private volatile @Nullable IOException failure;

    LinePump(TunDevice in, TunDevice out, LineSettings settings, long seed) {
        this.in = in;
        this.out = out;
        this.line = new Line(settings, seed);
        this.slotBytes = PacketBatch.HEADROOM_BYTES + in.maxReadBytes() + PacketBatch.TAILROOM_BYTES;
        addChunk();
        readBatch = new PacketBatch(chunks[0], 1);
        writeBatch = new PacketBatch(chunks[0], WRITE_BURST);
    }

    /** Lets the line do something else from now on. */
    void change(LineSettings settings) {
        change.set(settings);
        in.wakeup();
    }

    /** Ends {@link #run}. */
    void stop() {
        stopped = true;
        in.wakeup();
    }

    /** Why the pump stopped by itself, or null. */
    @Nullable
    IOException failure() {
        return failure;
    }

    LatenessHistogram lateness() {
        return lateness;
    }

    LineCounters counters() {
        return new LineCounters(
                counters.get(OFFERED_PACKETS),
                counters.get(OFFERED_BYTES),
                counters.get(DELIVERED_PACKETS),
                counters.get(DELIVERED_BYTES),
                counters.get(QUEUE_FULL),
                counters.get(LOST),
                counters.get(TOO_LARGE),
                counters.get(REFUSED),
                counters.get(QUEUE_NANOS));
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                LineSettings settings = change.getAndSet(null);
                if (settings != null) {
                    line.change(settings, System.nanoTime());
                }
                line.deliver(System.nanoTime(), receiver);
                flush();
                if (!readBurst()) {
                    long now = System.nanoTime();
                    counters.lazySet(QUEUE_NANOS, line.queueNanos(now));
                    in.await(line.nanosToDelivery(now), freeCount > 0 || chunkCount < MAX_CHUNKS);
                }
            }
        } catch (IOException e) {
            if (!stopped) {
                failure = e;
            }
        }
    }

    /** Reads what is there, up to a burst; false if nothing was. */
    private boolean readBurst() throws IOException {
        for (int i = 0; i < READ_BURST; i++) {
            if (freeCount == 0 && !addChunk()) {
                // 65536 packets under way: the rest waits in the device, and the entrance counts what it drops.
                return false;
            }
            int slot = freeSlots[freeCount - 1];
            int from = (slot % CHUNK_SLOTS) * slotBytes;
            readBatch.open(chunks[slot / CHUNK_SLOTS], from, from + slotBytes);
            if (in.read(readBatch) == 0) {
                return i > 0;
            }
            int lengthBytes = readBatch.length(0);
            lengths[slot] = lengthBytes;
            count(OFFERED_PACKETS, 1);
            count(OFFERED_BYTES, lengthBytes);
            LineOutcome outcome = line.offer(System.nanoTime(), lengthBytes, slot);
            switch (outcome) {
                case CARRIED -> freeCount--;
                case QUEUE_FULL -> count(QUEUE_FULL, 1);
                default -> count(TOO_LARGE, 1);
            }
        }
        return true;
    }

    private void onOutcome(long token, int sizeBytes, long atNanos, LineOutcome outcome) {
        int slot = (int) token;
        if (outcome != LineOutcome.CARRIED) {
            count(LOST, 1);
            freeSlots[freeCount++] = slot;
            return;
        }
        Slab chunk = chunks[slot / CHUNK_SLOTS];
        if (writeBatch.size() == WRITE_BURST || (writeBatch.size() > 0 && writeBatch.slab() != chunk)) {
            flush();
        }
        if (writeBatch.size() == 0) {
            writeBatch.open(chunk, 0, 0);
        }
        int entry = writeBatch.refer((slot % CHUNK_SLOTS) * slotBytes + PacketBatch.HEADROOM_BYTES, lengths[slot]);
        writeSlots[entry] = slot;
        writeDueNanos[entry] = atNanos;
    }

    private void flush() {
        int size = writeBatch.size();
        if (size == 0) {
            return;
        }
        int taken;
        try {
            taken = out.write(writeBatch, 0, size);
        } catch (IOException e) {
            taken = 0;
            if (!stopped) {
                failure = e;
                stopped = true;
            }
        }
        long nowNanos = System.nanoTime();
        long bytes = 0;
        for (int i = 0; i < size; i++) {
            bytes += writeBatch.length(i);
            lateness.record(nowNanos - writeDueNanos[i]);
            freeSlots[freeCount++] = writeSlots[i];
        }
        count(DELIVERED_PACKETS, size);
        count(DELIVERED_BYTES, bytes);
        count(REFUSED, size - taken);
        writeBatch.clear();
    }

    private boolean addChunk() {
        if (chunkCount == MAX_CHUNKS) {
            return false;
        }
        chunks[chunkCount] = new Slab(CHUNK_SLOTS * slotBytes);
        for (int i = CHUNK_SLOTS - 1; i >= 0; i--) {
            freeSlots[freeCount++] = chunkCount * CHUNK_SLOTS + i;
        }
        chunkCount++;
        return true;
    }

    private void count(int counter, long more) {
        counters.lazySet(counter, counters.get(counter) + more);
    }
}
