package io.aggr.internal.reorder;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.spi.ProviderConfig;
import java.time.Duration;

/**
 * Holds a packet only while something that belongs in front of it can still come: the predecessor in its own flow group. It goes as soon as that
 * one has gone, or is proved lost. A timer, {@code hold}, is the last resort; it belongs to the hole, runs from the first packet that had to
 * wait for it, and no later arrival prolongs it.
 *
 * <p>Where the sender names the predecessor exactly, nothing else is waited for. Where it names a range, what is missing in the range is
 * waited for. Where the predecessor is lost, what is held of the same flow goes first.
 *
 * <p>A packet that comes after its hole was given up is delivered at once: late is better than lost.
 */
public final class GapReorderBuffer implements BuiltIn {

    // Of each sequence in a window below the highest seen (`top`) it is known whether it has been delivered, is held,
    // or is settled (delivered,
    // lost or given up). Everything up to `floor` is settled unless it is held. A further bit says that somebody waits
    // for the sequence.
    //
    // A held packet waits for one sequence, its blocker: the highest that is missing in the range of its predecessor.
    // The highest, because
    // lines deliver in order: when it comes, the lower ones mostly have. If none is missing, and the predecessor has
    // not surely been
    // delivered, the blocker is the highest sequence of the same flow that is held: where the chain of predecessors is
    // broken by a loss, the
    // flow stays in order nevertheless. When the blocker is settled, the packet is looked at again. So each arrival
    // costs one look in the usual
    // case; a peer that makes up ranges to cause more is cut off at MAX_LOOKS per packet.
    //
    // Blockers are always lower than what waits for them, so no two packets can wait for each other.

    /** The widest range that the sender's scale yields in the window, 16 steps per doubling. A wider one is nonsense and is cut. */
    private static final int WIDEST_RANGE = Sequences.WINDOW / 16;

    private static final int MAX_LOOKS = 128;
    private static final int MAX_STEPS = 128;
    private static final Duration DEFAULT_HOLD = Duration.ofMillis(400);

    private final long holdNanos;
    private final Resync resync;
    private final HeldPackets packets;
    private int[] stack = {};
    private final SequenceBits delivered = new SequenceBits();
    private final SequenceBits settled = new SequenceBits();
    private final SequenceBits held = new SequenceBits();
    private final SequenceBits awaited = new SequenceBits();

    private boolean started;
    private long floor;
    private long top;
    private int firstReady = HeldPackets.NONE;
    private int lastReady = HeldPackets.NONE;

    GapReorderBuffer(long holdNanos, int maxPackets) {
        this.holdNanos = holdNanos;
        resync = new Resync(holdNanos);
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
        if (sequence <= floor || settled.get(sequence) || held.get(sequence)) {
            // Late, or its number is used twice.
            out.deliver(id);
            return;
        }
        long max = packet.predecessorMax();
        if (packet.isFree() || max < 0 || max >= sequence) {
            deliver(id, sequence, out);
            return;
        }
        long min = packet.predecessorMin();
        min = min < 0 || min > max ? max : Math.max(min, max - WIDEST_RANGE + 1);
        if (packets.isFull()) {
            force(packets.oldest(), out);
        }
        int flow = packet.flowHash();
        long blocker = blockerOf(flow, min, max);
        if (blocker == Sequences.NONE) {
            deliver(id, sequence, out);
            return;
        }
        int entry = packets.add(id, flow, sequence, min, max, nowNanos);
        if (stack.length < packets.places()) {
            stack = new int[packets.places()];
        }
        held.set(sequence);
        packets.await(entry, blocker);
        awaited.set(blocker);
        // Who waited for this one because it was missing in a range may belong to another flow.
        wake(sequence);
        releaseReady(out);
    }

    @Override
    public void onLost(long sequence, long nowNanos, Release out) {
        if (!Sequences.isValid(sequence) || (!started && sequence >= Sequences.WINDOW)) {
            return;
        }
        start(sequence);
        if (sequence <= floor || sequence - top > Sequences.WINDOW) {
            return;
        }
        if (sequence > top) {
            advance(sequence, out);
        }
        if (!settled.get(sequence) && !held.get(sequence)) {
            settled.set(sequence);
            wake(sequence);
            releaseReady(out);
        }
    }

    @Override
    public void onPassed(long sequence, long nowNanos, Release out) {
        if (!Sequences.isValid(sequence)) {
            return;
        }
        start(sequence);
        if (sequence > floor && sequence - top <= Sequences.WINDOW) {
            raiseFloor(sequence, out);
        }
    }

    @Override
    public void poll(long nowNanos, Release out) {
        for (int entry = packets.oldest();
                entry != HeldPackets.NONE && nowNanos - packets.arrivalNanos(entry) >= holdNanos;
                entry = packets.oldest()) {
            force(entry, out);
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
            force(packets.oldest(), out);
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
            forgetBits();
            packets.clear();
            stack = new int[0];
            // What was missing has long been given up: nobody waits for it any more.
            floor = Math.max(floor, top);
        }
    }

    @Override
    public int heldPackets() {
        return packets.size();
    }

    /** Makes room for a sequence; false if it is too far from all others to be believed. */
    private boolean isInWindow(long sequence, long nowNanos, Release out) {
        if (!started) {
            start(sequence);
        } else if (Math.abs(sequence - top) >= Sequences.WINDOW) {
            if (!resync.far(sequence, nowNanos)) {
                return false;
            }
            restart(out);
            start(sequence);
        } else if (sequence > top) {
            advance(sequence, out);
        }
        resync.near();
        return true;
    }

    /** An association begins at 0. Whoever joins later does not wait for what was before. */
    private void start(long sequence) {
        if (!started) {
            started = true;
            floor = sequence < Sequences.WINDOW ? -1 : sequence - 1;
            top = sequence;
        }
    }

    private void advance(long sequence, Release out) {
        if (sequence - Sequences.WINDOW > floor) {
            raiseFloor(sequence - Sequences.WINDOW, out);
        }
        moveTop(sequence);
    }

    /** Settles everything up to a sequence, which is above the floor. What is held there goes, as all its blockers are below it. */
    private void raiseFloor(long newFloor, Release out) {
        long from = Math.max(floor, top - Sequences.WINDOW) + 1;
        long to = Math.min(newFloor, top);
        floor = newFloor;
        for (long base = SequenceBits.wordStart(from); base <= to; base += Long.SIZE) {
            long missing = awaited.word(base) & ~held.word(base) & SequenceBits.maskOf(base, from, to);
            for (; missing != 0; missing &= missing - 1) {
                wake(base + Long.numberOfTrailingZeros(missing));
            }
        }
        releaseReady(out);
        if (newFloor > top) {
            moveTop(newFloor);
        }
    }

    private void moveTop(long newTop) {
        settled.clear(top + 1, newTop);
        delivered.clear(top + 1, newTop);
        top = newTop;
    }

    /** What a packet of a flow with its predecessor in a range has to wait for, or {@link Sequences#NONE}. */
    private long blockerOf(int flow, long min, long max) {
        long lowest = top - Sequences.WINDOW + 1;
        if (max < lowest) {
            return Sequences.NONE;
        }
        if (min == max && held.get(max)) {
            return max;
        }
        long from = Math.max(min, lowest);
        long missing = highestMissing(Math.max(from, floor + 1), max);
        if (missing != Sequences.NONE) {
            return missing;
        }
        return areDelivered(from, max) ? Sequences.NONE : packets.highestOfFlow(flow, lowest, max, MAX_STEPS);
    }

    private boolean areDelivered(long from, long to) {
        for (long base = SequenceBits.wordStart(from); base <= to; base += Long.SIZE) {
            if ((~delivered.word(base) & SequenceBits.maskOf(base, from, to)) != 0) {
                return false;
            }
        }
        return true;
    }

    private long highestMissing(long from, long to) {
        for (long base = SequenceBits.wordStart(to); base + Long.SIZE > from && to >= from; base -= Long.SIZE) {
            long missing = ~(settled.word(base) | held.word(base)) & SequenceBits.maskOf(base, from, to);
            if (missing != 0) {
                return base + Long.SIZE - 1 - Long.numberOfLeadingZeros(missing);
            }
        }
        return Sequences.NONE;
    }

    /** Delivers a packet that is not held, and what waited for it. */
    private void deliver(int id, long sequence, Release out) {
        settled.set(sequence);
        delivered.set(sequence);
        out.deliver(id);
        wake(sequence);
        releaseReady(out);
    }

    /** Marks everybody who waits for a sequence as ready to be looked at. */
    private void wake(long sequence) {
        if (!awaited.get(sequence)) {
            return;
        }
        awaited.clear(sequence);
        for (int entry = packets.takeWaiting(sequence);
                entry != HeldPackets.NONE;
                entry = packets.takeWaiting(sequence)) {
            packets.setNextReady(entry, HeldPackets.NONE);
            if (lastReady == HeldPackets.NONE) {
                firstReady = entry;
            } else {
                packets.setNextReady(lastReady, entry);
            }
            lastReady = entry;
        }
    }

    /** Looks at all who are ready: each goes, which may make others ready, or waits for something else. */
    private void releaseReady(Release out) {
        while (firstReady != HeldPackets.NONE) {
            int entry = firstReady;
            firstReady = packets.nextReady(entry);
            if (firstReady == HeldPackets.NONE) {
                lastReady = HeldPackets.NONE;
            }
            long blocker = packets.countLook(entry) > MAX_LOOKS
                    ? Sequences.NONE
                    : blockerOf(packets.flow(entry), packets.predecessorMin(entry), packets.predecessorMax(entry));
            if (blocker != Sequences.NONE) {
                packets.await(entry, blocker);
                awaited.set(blocker);
            } else {
                long sequence = packets.sequence(entry);
                int id = packets.id(entry);
                packets.remove(entry);
                held.clear(sequence);
                settled.set(sequence);
                delivered.set(sequence);
                out.deliver(id);
                wake(sequence);
            }
        }
    }

    /** Delivers a held packet, behind what belongs in front of it as far as that is here. Gives up the holes that it waits for. */
    private void force(int entry, Release out) {
        long sequence = packets.sequence(entry);
        int depth = 0;
        stack[depth++] = entry;
        while (held.get(sequence)) {
            int last = stack[depth - 1];
            long blocker = packets.blocker(last);
            int before = held.get(blocker) ? packets.find(blocker) : HeldPackets.NONE;
            if (before != HeldPackets.NONE) {
                stack[depth++] = before;
                continue;
            }
            giveUp(packets.predecessorMin(last), packets.predecessorMax(last), out);
            // What has gone is taken off the stack. Nothing is added meanwhile, so an entry that went is not in use
            // again.
            while (depth > 1 && !isHeld(stack[depth - 1])) {
                depth--;
            }
        }
    }

    private boolean isHeld(int entry) {
        return packets.find(packets.sequence(entry)) == entry;
    }

    /** Settles what is missing in a range. */
    private void giveUp(long min, long max, Release out) {
        long from = Math.max(min, Math.max(floor, top - Sequences.WINDOW) + 1);
        for (long base = SequenceBits.wordStart(from); base <= max; base += Long.SIZE) {
            long missing = ~(settled.word(base) | held.word(base)) & SequenceBits.maskOf(base, from, max);
            for (; missing != 0; missing &= missing - 1) {
                long sequence = base + Long.numberOfTrailingZeros(missing);
                settled.set(sequence);
                wake(sequence);
            }
        }
        releaseReady(out);
    }

    /** Delivers everything in the order of the sequences and forgets all numbers. */
    private void restart(Release out) {
        if (packets.size() > 0) {
            long from = Math.max(0, top - Sequences.WINDOW + 1);
            for (long base = SequenceBits.wordStart(from); base <= top; base += Long.SIZE) {
                long bits = held.word(base) & SequenceBits.maskOf(base, from, top);
                for (; bits != 0; bits &= bits - 1) {
                    out.deliver(packets.id(packets.find(base + Long.numberOfTrailingZeros(bits))));
                }
            }
            packets.clear();
        }
        forgetBits();
        started = false;
    }

    private void forgetBits() {
        settled.clear();
        delivered.clear();
        held.clear();
        awaited.clear();
    }

    /** Makes the buffer for {@code gap}. */
    public static final class Provider implements ReorderBufferProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "gap";
        }

        @Override
        public int priority() {
            return 10;
        }

        @Override
        public ReorderBuffer create(ProviderConfig config, int maxPackets) {
            return new GapReorderBuffer(config.duration("hold", DEFAULT_HOLD).toNanos(), maxPackets);
        }
    }
}
