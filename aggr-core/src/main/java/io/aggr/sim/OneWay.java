package io.aggr.sim;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** One {@link Line} in virtual time, carrying real bytes and the addresses of a datagram. */
final class OneWay {
    /** Takes what arrives. */
    interface Sink {
        /**
         * A packet has arrived.
         *
         * @param packet valid during the call, between position and limit
         * @param from sender given to {@link #send}
         * @param to receiver given to {@link #send}
         */
        void onArrival(ByteBuffer packet, long from, long to);
    }

    private static final int SLOT_BYTES = 2048;
    private static final int SLOTS_PER_SLAB = 32;

    private final VirtualTime time;
    private final Line line;
    private final VirtualTime.Timer timer;
    private final Line.Receiver arrivals = this::onOutcome;
    private Sink sink = (packet, from, to) -> {};

    // Slot i: buffers[i] holds a packet on its way, addresses beside it. free[0..freeCount) are the unused slots.
    private ByteBuffer[] buffers = new ByteBuffer[0];
    private long[] froms = new long[0];
    private long[] tos = new long[0];
    private int[] free = new int[0];
    private int freeCount;

    OneWay(VirtualTime time, LineSettings settings, long seed) {
        this.time = time;
        this.line = new Line(settings, seed);
        this.timer = time.timer(this::onTimer);
    }

    Line line() {
        return line;
    }

    void deliverTo(Sink newSink) {
        sink = newSink;
    }

    void change(LineSettings settings) {
        line.change(settings, time.nowNanos());
        timer.cancel();
        arm();
    }

    LineOutcome send(ByteBuffer packet, long from, long to, int overheadBytes) {
        int slot = takeSlot(packet.remaining());
        LineOutcome outcome = line.offer(time.nowNanos(), packet.remaining() + overheadBytes, slot);
        if (outcome != LineOutcome.CARRIED) {
            free[freeCount++] = slot;
            return outcome;
        }
        ByteBuffer copy = buffers[slot];
        copy.clear();
        copy.put(0, packet, packet.position(), packet.remaining());
        copy.limit(packet.remaining());
        froms[slot] = from;
        tos[slot] = to;
        arm();
        return outcome;
    }

    private void arm() {
        long nanos = line.nanosToDelivery(time.nowNanos());
        if (nanos != Long.MAX_VALUE) {
            long atNanos = time.nowNanos() + nanos;
            if (!timer.isSet() || atNanos - timer.atNanos() < 0) {
                timer.at(atNanos);
            }
        }
    }

    private void onTimer() {
        line.deliver(time.nowNanos(), arrivals);
        arm();
    }

    private void onOutcome(long token, int sizeBytes, long atNanos, LineOutcome outcome) {
        int slot = (int) token;
        if (outcome == LineOutcome.CARRIED) {
            sink.onArrival(buffers[slot], froms[slot], tos[slot]);
        }
        free[freeCount++] = slot;
    }

    private int takeSlot(int sizeBytes) {
        if (freeCount == 0) {
            addSlab();
        }
        int slot = free[--freeCount];
        if (buffers[slot].capacity() < sizeBytes) {
            buffers[slot] = ByteBuffer.allocateDirect(sizeBytes);
        }
        return slot;
    }

    private void addSlab() {
        int before = buffers.length;
        int after = before + SLOTS_PER_SLAB;
        buffers = Arrays.copyOf(buffers, after);
        froms = Arrays.copyOf(froms, after);
        tos = Arrays.copyOf(tos, after);
        free = Arrays.copyOf(free, after);
        ByteBuffer slab = ByteBuffer.allocateDirect(SLOTS_PER_SLAB * SLOT_BYTES);
        for (int slot = before; slot < after; slot++) {
            buffers[slot] = slab.slice((slot - before) * SLOT_BYTES, SLOT_BYTES);
            free[freeCount++] = slot;
        }
    }
}
