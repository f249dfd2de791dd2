package io.aggr.testkit;

import io.aggr.packet.TrafficClass;
import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A reorder buffer at work: calls it as the core does and keeps account of every packet. */
final class ReorderTrial {

    private static final long NOT_HELD = -1;

    private final ReorderBuffer buffer;
    private final int maxPackets;
    private final Guard[] guards = {new Guard(), new Guard()};
    private int turn;
    private long nowNanos;
    private final long originNanos;

    // An id is free again only long after its packet has gone, so that a second delivery is noticed.
    private final long[] sequenceOf;
    private final long[] offeredAt;
    private final boolean[] held;
    private int nextId;
    private int heldCount;
    private final Deque<Integer> byAge = new ArrayDeque<>();
    private long passed = -1;

    private long[] delivered = new long[1024];
    private int deliveredCount;

    ReorderTrial(ReorderBuffer buffer, int maxPackets, long originNanos) {
        this.buffer = buffer;
        this.maxPackets = maxPackets;
        this.originNanos = originNanos;
        nowNanos = originNanos;
        int ids = 4 * Math.max(maxPackets, 256);
        sequenceOf = new long[ids];
        offeredAt = new long[ids];
        held = new boolean[ids];
        Arrays.fill(offeredAt, NOT_HELD);
    }

    int deliveredCount() {
        return deliveredCount;
    }

    long deliveredSequence(int index) {
        return delivered[index];
    }

    int heldPackets() {
        return heldCount;
    }

    void offer(ScriptedPacket packet) {
        // The core's own bound.
        while (heldCount >= maxPackets) {
            releaseOldest();
        }
        do {
            nextId = (nextId + 1) % held.length;
        } while (held[nextId]);
        int id = nextId;
        packet.setId(id);
        held[id] = true;
        heldCount++;
        sequenceOf[id] = packet.sequence();
        offeredAt[id] = nowNanos - originNanos;
        byAge.add(id);
        call(packet, (guard, release) -> buffer.offer(guard, nowNanos, release));
    }

    void lost(long sequence) {
        if (sequence >= 0) {
            call(null, (guard, release) -> buffer.onLost(sequence, nowNanos, release));
        }
    }

    void passed(long sequence) {
        if (sequence > passed) {
            passed = sequence;
            call(null, (guard, release) -> buffer.onPassed(sequence, nowNanos, release));
        }
    }

    void reset() {
        passed = -1;
        call(null, (guard, release) -> buffer.reset(nowNanos, release));
        if (heldCount > 0) {
            throw new BrokenRule(ReorderBufferRule.RESETS, heldCount + " packets were still held.");
        }
    }

    void releaseOldest() {
        int oldest = oldest();
        call(null, (guard, release) -> buffer.releaseOldest(nowNanos, release));
        if (oldest >= 0 && held[oldest]) {
            throw new BrokenRule(
                    ReorderBufferRule.MAKES_ROOM,
                    "packet " + sequenceOf[oldest] + " is still held, and so are " + heldCount + " in all.");
        }
    }

    /** Lets time pass and polls at each deadline on the way. */
    void pass(long nanos) {
        long end = nowNanos + nanos;
        while (true) {
            long left = end - nowNanos;
            long deadline = buffer.nanosToDeadline(nowNanos);
            if (deadline > left) {
                nowNanos = end;
                checkAge();
                return;
            }
            nowNanos += Math.max(0, deadline);
            call(null, (guard, release) -> buffer.poll(nowNanos, release));
            long next = buffer.nanosToDeadline(nowNanos);
            if (next <= 0) {
                throw new BrokenRule(ReorderBufferRule.KEEPS_DEADLINE, "it is due in " + next + " ns again.");
            }
        }
    }

    /** Nothing comes any more: everything held has to go by itself. */
    void settle() {
        long since = nowNanos;
        while (heldCount > 0) {
            long deadline = buffer.nanosToDeadline(nowNanos);
            pass(Math.max(1, deadline));
            if (nowNanos - since > ReorderBufferConformance.LONGEST_HOLD_NANOS) {
                checkAge();
            }
        }
    }

    void close() {
        reset();
        try {
            buffer.close();
        } catch (RuntimeException e) {
            throw new BrokenRule(ReorderBufferRule.THROWS_NOTHING, "close threw " + e + ".", e);
        }
    }

    private void checkAge() {
        int oldest = oldest();
        long age = oldest < 0 ? 0 : nowNanos - originNanos - offeredAt[oldest];
        if (age > ReorderBufferConformance.LONGEST_HOLD_NANOS) {
            throw new BrokenRule(
                    ReorderBufferRule.STARVES_NOTHING,
                    "packet " + sequenceOf[oldest] + " has been held for " + age / 1_000_000 + " ms.");
        }
    }

    private int oldest() {
        while (!byAge.isEmpty() && !held[byAge.getFirst()]) {
            byAge.removeFirst();
        }
        return byAge.isEmpty() ? -1 : byAge.getFirst();
    }

    private void call(@Nullable ScriptedPacket packet, Call call) {
        Guard guard = guards[turn];
        turn = 1 - turn;
        guard.open = true;
        guard.real = packet;
        Throwable thrown = null;
        try {
            call.run(guard, guard.release);
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            thrown = e;
        } finally {
            guard.open = false;
        }
        for (Guard each : guards) {
            if (each.touchedLate) {
                throw new BrokenRule(
                        ReorderBufferRule.KEEPS_NOTHING, "it used one that an earlier call had handed to it.", thrown);
            }
        }
        if (thrown instanceof BrokenRule broken) {
            throw broken;
        }
        if (thrown != null) {
            throw new BrokenRule(ReorderBufferRule.THROWS_NOTHING, "it threw " + thrown + ".", thrown);
        }
        if (buffer.heldPackets() != heldCount) {
            throw new BrokenRule(
                    ReorderBufferRule.COUNTS, "it says " + buffer.heldPackets() + " instead of " + heldCount + ".");
        }
        long deadline = buffer.nanosToDeadline(nowNanos);
        if ((heldCount == 0) != (deadline == Long.MAX_VALUE)) {
            throw new BrokenRule(
                    ReorderBufferRule.HAS_DEADLINE, heldCount + " packets are held and it says " + deadline + " ns.");
        }
    }

    private void deliver(int id) {
        if (id < 0 || id >= held.length || !held[id]) {
            throw new BrokenRule(ReorderBufferRule.DELIVERS_ONCE, "it delivered " + id + ", which it does not hold.");
        }
        held[id] = false;
        heldCount--;
        if (deliveredCount == delivered.length) {
            delivered = Arrays.copyOf(delivered, 2 * deliveredCount);
        }
        delivered[deliveredCount++] = sequenceOf[id];
    }

    private interface Call {
        void run(Guard guard, Release release);
    }

    /** Packet and release that are good for one call. Touched at any other time, they remember it and throw. */
    private final class Guard implements ArrivedPacket {
        private final Release release = id -> {
            touch();
            deliver(id);
        };
        private boolean open;
        private boolean touchedLate;
        private @Nullable ScriptedPacket real;

        private void touch() {
            if (!open) {
                touchedLate = true;
                throw new IllegalStateException("used after the call that handed it over");
            }
        }

        private ScriptedPacket packet() {
            touch();
            if (real == null) {
                touchedLate = true;
                throw new IllegalStateException("used in a call that handed no packet over");
            }
            return real;
        }

        @Override
        public int id() {
            return packet().id();
        }

        @Override
        public long sequence() {
            return packet().sequence();
        }

        @Override
        public long predecessorMin() {
            return packet().predecessorMin();
        }

        @Override
        public long predecessorMax() {
            return packet().predecessorMax();
        }

        @Override
        public boolean isFree() {
            return packet().isFree();
        }

        @Override
        public boolean isRepair() {
            return packet().isRepair();
        }

        @Override
        public boolean isBulk() {
            return packet().isBulk();
        }

        @Override
        public int link() {
            return packet().link();
        }

        @Override
        public long ageNanos() {
            return packet().ageNanos();
        }

        @Override
        public ByteBuffer buffer() {
            return packet().buffer();
        }

        @Override
        public int offset() {
            return packet().offset();
        }

        @Override
        public int lengthBytes() {
            return packet().lengthBytes();
        }

        @Override
        public int flowHash() {
            return packet().flowHash();
        }

        @Override
        public TrafficClass trafficClass() {
            return packet().trafficClass();
        }
    }
}
