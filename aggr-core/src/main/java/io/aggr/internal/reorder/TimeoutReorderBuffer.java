package io.aggr.internal.reorder;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.spi.ProviderConfig;
import java.time.Duration;

/**
 * Puts all packets of the peer into one order, and gives a missing one up when the first packet behind it has waited for {@code hold}. With
 * {@code adaptive} the wait follows how late packets really come, and {@code hold} is its bound.
 *
 * <p>This is what most bonding programs do. It is here for comparison: one loss stops every flow, and {@code gap} is better wherever the
 * encapsulation carries frames.
 */
final class TimeoutReorderBuffer implements BuiltIn {

    // All below `next` has been delivered or given up. A packet above is held; `gone` marks those that will not be
    // waited for when their turn
    // comes, because they were urgent and went at once, or are known to be lost.

    private static final Duration DEFAULT_HOLD = Duration.ofMillis(100);
    private static final long LEAST_HOLD_NANOS = 10_000_000;
    private static final long MARGIN_NANOS = 5_000_000;
    private static final long FORGET_NANOS = 10_000_000_000L;

    private final long maxHoldNanos;
    private final boolean adaptive;
    private final Resync resync;
    private final HeldPackets packets;
    private final SequenceBits held = new SequenceBits();
    private final SequenceBits gone = new SequenceBits();

    private boolean started;
    private long next;
    private long holdNanos;
    private long worstLateNanos;
    private long worstLateAtNanos;

    TimeoutReorderBuffer(long maxHoldNanos, boolean adaptive, int maxPackets) {
        this.maxHoldNanos = maxHoldNanos;
        this.adaptive = adaptive;
        holdNanos = maxHoldNanos;
        resync = new Resync(maxHoldNanos);
        packets = new HeldPackets(maxPackets);
    }

    @Override
    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
        int id = packet.id();
        long sequence = packet.sequence();
        if (!Sequences.isValid(sequence) || !isInWindow(sequence, nowNanos, out)) {
            out.deliver(id);
            return;
        }
        if (sequence < next) {
            learnTooLate(nowNanos);
            out.deliver(id);
            return;
        }
        if (held.get(sequence) || gone.get(sequence)) {
            out.deliver(id);
            return;
        }
        if (packet.isFree()) {
            out.deliver(id);
            gone.set(sequence);
            deliverInOrder(out);
            return;
        }
        if (sequence != next && packets.isFull()) {
            giveUpBefore(packets.oldest(), out);
        }
        if (sequence <= next) {
            learnLate(nowNanos);
            out.deliver(id);
            if (sequence == next) {
                gone.set(sequence);
                deliverInOrder(out);
            }
            return;
        }
        packets.add(id, packet.flowHash(), sequence, Sequences.NONE, Sequences.NONE, nowNanos);
        held.set(sequence);
    }

    @Override
    public void onLost(long sequence, long nowNanos, Release out) {
        if (started && sequence >= next && sequence - next < Sequences.WINDOW && !held.get(sequence)) {
            gone.set(sequence);
            deliverInOrder(out);
        }
    }

    @Override
    public void onPassed(long sequence, long nowNanos, Release out) {
        if (started && sequence >= next && sequence - next < Sequences.WINDOW) {
            deliverUpTo(sequence, out);
            deliverInOrder(out);
        }
    }

    @Override
    public void poll(long nowNanos, Release out) {
        for (int entry = packets.oldest();
                entry != HeldPackets.NONE && nowNanos - packets.arrivalNanos(entry) >= holdNanos;
                entry = packets.oldest()) {
            giveUpBefore(entry, out);
        }
    }

    @Override
    public long nanosToDeadline(long nowNanos) {
        int entry = packets.oldest();
        return entry == HeldPackets.NONE ? Long.MAX_VALUE : holdNanos - (nowNanos - packets.arrivalNanos(entry));
    }

    @Override
    public void releaseOldest(long nowNanos, Release out) {
        if (packets.oldest() != HeldPackets.NONE) {
            giveUpBefore(packets.oldest(), out);
        }
    }

    @Override
    public void reset(long nowNanos, Release out) {
        restart(out);
        resync.near();
    }

    @Override
    public void onIdle(long nowNanos) {
        if (packets.size() == 0) {
            packets.clear();
            held.clear();
        }
    }

    @Override
    public int heldPackets() {
        return packets.size();
    }

    private boolean isInWindow(long sequence, long nowNanos, Release out) {
        if (started && Math.abs(sequence - next) >= Sequences.WINDOW) {
            if (!resync.far(sequence, nowNanos)) {
                return false;
            }
            restart(out);
        }
        if (!started) {
            started = true;
            next = sequence < Sequences.WINDOW ? 0 : sequence;
        }
        resync.near();
        return true;
    }

    /** Gives up all that is missing before a held packet, and delivers up to it and what follows without a hole. */
    private void giveUpBefore(int entry, Release out) {
        deliverUpTo(packets.sequence(entry), out);
        deliverInOrder(out);
    }

    private void deliverUpTo(long sequence, Release out) {
        for (long base = SequenceBits.wordStart(next); base <= sequence; base += Long.SIZE) {
            long bits = held.word(base) & SequenceBits.maskOf(base, next, sequence);
            for (; bits != 0; bits &= bits - 1) {
                deliverHeld(base + Long.numberOfTrailingZeros(bits), out);
            }
        }
        gone.clear(next, sequence);
        next = sequence + 1;
    }

    private void deliverInOrder(Release out) {
        for (; ; next++) {
            if (held.get(next)) {
                deliverHeld(next, out);
            } else if (gone.get(next)) {
                gone.clear(next);
            } else {
                return;
            }
        }
    }

    private void deliverHeld(long sequence, Release out) {
        int entry = packets.find(sequence);
        int id = packets.id(entry);
        packets.remove(entry);
        held.clear(sequence);
        out.deliver(id);
    }

    /** A packet has come that others wait for. */
    private void learnLate(long nowNanos) {
        int oldest = packets.oldest();
        if (adaptive && oldest != HeldPackets.NONE) {
            learn(nowNanos - packets.arrivalNanos(oldest), nowNanos);
        }
    }

    /** A packet has come that was given up. How late it is cannot be told; later than the wait was long. */
    private void learnTooLate(long nowNanos) {
        if (adaptive) {
            learn(2 * holdNanos, nowNanos);
        }
    }

    private void learn(long lateNanos, long nowNanos) {
        long agedNanos = Math.min(FORGET_NANOS, nowNanos - worstLateAtNanos);
        long remembered = worstLateNanos - (long) ((double) worstLateNanos * agedNanos / FORGET_NANOS);
        worstLateNanos = Math.min(maxHoldNanos, Math.max(lateNanos, remembered));
        worstLateAtNanos = nowNanos;
        holdNanos =
                Math.min(maxHoldNanos, Math.max(LEAST_HOLD_NANOS, worstLateNanos + worstLateNanos / 4 + MARGIN_NANOS));
    }

    private void restart(Release out) {
        if (packets.size() > 0) {
            deliverUpTo(next + Sequences.WINDOW - 1, out);
        }
        packets.clear();
        held.clear();
        gone.clear();
        started = false;
        holdNanos = maxHoldNanos;
        worstLateNanos = 0;
    }

    /** Makes the buffer for {@code timeout}. */
    public static final class Provider implements ReorderBufferProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "timeout";
        }

        @Override
        public ReorderBuffer create(ProviderConfig config, int maxPackets) {
            return new TimeoutReorderBuffer(
                    config.duration("hold", DEFAULT_HOLD).toNanos(), config.flag("adaptive", false), maxPackets);
        }
    }
}
