package io.aggr.internal.reorder;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/**
 * Gives packets that prefer an even delay the same age, whichever line they came over. It stands behind another buffer, takes what that lets go
 * in its order, and keeps each packet until its age has come; packets of one flow never overtake each other in here, and nothing goes early but
 * when memory is short.
 *
 * <p>A wheel of half-millisecond slots. Constant time per packet but for the slots that the time passes over. Memory is taken as packets come, up to a
 * bound, and given back when there are none.
 */
public final class EqualisingReorderBuffer implements ReorderBuffer {

    private static final int NONE = -1;
    private static final long SLOT_NANOS = 500_000;
    private static final int SLOTS = 1_024;
    private static final int WORDS = SLOTS / Long.SIZE;
    private static final int FLOWS = 1_024;
    private static final int LEAST = 1_024;

    /** The longest time for which a packet is kept, whatever its stamp says. */
    private static final long LONGEST_NANOS = 300_000_000;

    private final ReorderBuffer inner;
    private final LongUnaryOperator target;
    private final int capacity;
    private final Release fromInner = this::onReleased;

    // What is known of each packet that is held here or by the inner buffer: an entry, found by the packet's id.
    private int[] ids = {};
    private int[] flows = {};
    private long[] ages = {};
    private long[] arrivals = {};
    private boolean[] even = {};
    private int[] nextOfId = {};
    private int[] nextInSlot = {};
    private int[] earlier = {};
    private int[] later = {};
    private boolean[] here = {};
    private int[] firstOfId = {NONE};
    private int idMask;
    private int free;
    private int oldest;
    private int newest;

    private int[] firstInSlot = {};
    private int[] lastInSlot = {};
    private final long[] occupied = new long[WORDS];
    private long[] lastSlotOfFlow = {};
    private boolean started;
    private long passed;
    private int waiting;
    private long nowNanos;
    private Release out = id -> {};

    /**
     * Puts an equaliser behind a buffer.
     *
     * @param inner puts packets in order; owned by this from now on
     * @param maxPackets most packets that both together may hold
     * @param target gives the age at which packets may go, on the scale of {@link ArrivedPacket#ageNanos}, for a time; {@link Long#MIN_VALUE} for
     *     at once
     */
    public EqualisingReorderBuffer(ReorderBuffer inner, int maxPackets, LongUnaryOperator target) {
        this.inner = inner;
        this.target = target;
        capacity = Math.max(1, maxPackets);
        clear();
    }

    /** Forgets everything and gives the memory back. */
    private void clear() {
        resize(0);
        idMask = 0;
        firstOfId = new int[] {NONE};
        firstInSlot = new int[0];
        lastInSlot = new int[0];
        Arrays.fill(occupied, 0);
        lastSlotOfFlow = new long[0];
        free = NONE;
        oldest = NONE;
        newest = NONE;
        waiting = 0;
    }

    private void resize(int entries) {
        ids = Arrays.copyOf(ids, entries);
        flows = Arrays.copyOf(flows, entries);
        ages = Arrays.copyOf(ages, entries);
        arrivals = Arrays.copyOf(arrivals, entries);
        even = Arrays.copyOf(even, entries);
        nextOfId = Arrays.copyOf(nextOfId, entries);
        nextInSlot = Arrays.copyOf(nextInSlot, entries);
        earlier = Arrays.copyOf(earlier, entries);
        later = Arrays.copyOf(later, entries);
        here = Arrays.copyOf(here, entries);
    }

    /** All entries are in use: makes twice as many, up to the capacity. */
    private void grow() {
        int old = ids.length;
        int entries = Math.min(capacity, Math.max(LEAST, 2 * old));
        resize(entries);
        if (old == 0) {
            firstInSlot = new int[SLOTS];
            lastInSlot = new int[SLOTS];
            lastSlotOfFlow = new long[FLOWS];
            Arrays.fill(firstInSlot, NONE);
            Arrays.fill(lastInSlot, NONE);
            Arrays.fill(lastSlotOfFlow, Long.MIN_VALUE);
        }
        int buckets = Integer.highestOneBit(Math.max(16, entries) * 2 - 1);
        idMask = buckets - 1;
        firstOfId = new int[buckets];
        Arrays.fill(firstOfId, NONE);
        // Ids are unique among what is held, so the order within a list means nothing.
        for (int entry = oldest; entry != NONE; entry = later[entry]) {
            nextOfId[entry] = firstOfId[ids[entry] & idMask];
            firstOfId[ids[entry] & idMask] = entry;
        }
        for (int entry = old; entry < entries; entry++) {
            nextOfId[entry] = entry + 1 < entries ? entry + 1 : NONE;
        }
        free = old;
    }

    @Override
    public void offer(ArrivedPacket packet, long now, Release release) {
        begin(now, release);
        if (!packet.isFree()) {
            if (free == NONE && ids.length < capacity) {
                grow();
            }
            while (free == NONE) {
                letOldestGo();
            }
            remember(packet);
        }
        inner.offer(packet, now, fromInner);
    }

    private void remember(ArrivedPacket packet) {
        int entry = free;
        free = nextOfId[entry];
        int id = packet.id();
        ids[entry] = id;
        flows[entry] = packet.flowHash() & FLOWS - 1;
        ages[entry] = packet.ageNanos();
        arrivals[entry] = nowNanos;
        even[entry] = packet.isBulk();
        here[entry] = false;
        nextOfId[entry] = firstOfId[id & idMask];
        firstOfId[id & idMask] = entry;
        earlier[entry] = newest;
        later[entry] = NONE;
        if (newest == NONE) {
            oldest = entry;
        } else {
            later[newest] = entry;
        }
        newest = entry;
    }

    /** The inner buffer lets a packet go. */
    private void onReleased(int id) {
        int entry = firstOfId[id & idMask];
        while (entry != NONE && ids[entry] != id) {
            entry = nextOfId[entry];
        }
        if (entry == NONE) {
            out.deliver(id);
            return;
        }
        long slot = Math.max(even[entry] ? dueSlot(entry) : Long.MIN_VALUE, lastSlotOfFlow[flows[entry]]);
        if (slot <= passed) {
            forget(entry);
            out.deliver(id);
            return;
        }
        lastSlotOfFlow[flows[entry]] = slot;
        int at = (int) slot & SLOTS - 1;
        nextInSlot[entry] = NONE;
        if (firstInSlot[at] == NONE) {
            firstInSlot[at] = entry;
            occupied[at >> 6] |= 1L << at;
        } else {
            nextInSlot[lastInSlot[at]] = entry;
        }
        lastInSlot[at] = entry;
        here[entry] = true;
        waiting++;
    }

    /** The slot after whose end a packet has its age. */
    private long dueSlot(int entry) {
        long wanted = target.applyAsLong(nowNanos);
        if (wanted == Long.MIN_VALUE) {
            return wanted;
        }
        long age = ages[entry] + (nowNanos - arrivals[entry]);
        long hold = Math.max(0, Math.min(LONGEST_NANOS, wanted - age));
        return hold == 0 ? Long.MIN_VALUE : Math.floorDiv(nowNanos + hold + SLOT_NANOS - 1, SLOT_NANOS);
    }

    private void forget(int entry) {
        int bucket = ids[entry] & idMask;
        if (firstOfId[bucket] == entry) {
            firstOfId[bucket] = nextOfId[entry];
        } else {
            int before = firstOfId[bucket];
            while (nextOfId[before] != entry) {
                before = nextOfId[before];
            }
            nextOfId[before] = nextOfId[entry];
        }
        nextOfId[entry] = free;
        free = entry;
        if (earlier[entry] == NONE) {
            oldest = later[entry];
        } else {
            later[earlier[entry]] = later[entry];
        }
        if (later[entry] == NONE) {
            newest = earlier[entry];
        } else {
            earlier[later[entry]] = earlier[entry];
        }
    }

    /** Lets everything go whose time has come. */
    private void begin(long now, Release release) {
        nowNanos = now;
        out = release;
        long slot = Math.floorDiv(now, SLOT_NANOS);
        if (!started) {
            started = true;
            passed = slot;
        }
        while (waiting > 0 && passed < slot) {
            long next = passed + distanceToOccupied();
            if (next > slot) {
                break;
            }
            passed = next;
            empty((int) next & SLOTS - 1);
        }
        passed = Math.max(passed, slot);
    }

    private void empty(int at) {
        int entry = firstInSlot[at];
        firstInSlot[at] = NONE;
        lastInSlot[at] = NONE;
        occupied[at >> 6] &= ~(1L << at);
        while (entry != NONE) {
            int next = nextInSlot[entry];
            int id = ids[entry];
            waiting--;
            forget(entry);
            out.deliver(id);
            entry = next;
        }
    }

    /** How many slots lie between the last that was passed and the next that is not empty; there is one. */
    private int distanceToOccupied() {
        int from = (int) (passed + 1) & SLOTS - 1;
        int word = from >> 6;
        long bits = occupied[word] & -1L << from;
        for (int i = 0; bits == 0 && i < WORDS; i++) {
            word = word + 1 & WORDS - 1;
            bits = occupied[word];
        }
        int at = (word << 6) + Long.numberOfTrailingZeros(bits);
        return (at - from & SLOTS - 1) + 1;
    }

    /** Delivers the packet that was held longest, here or by the inner buffer, and what has to go before it. */
    private void letOldestGo() {
        int entry = oldest;
        int id = entry == NONE ? NONE : ids[entry];
        if (entry == NONE || !here[entry]) {
            int before = inner.heldPackets();
            inner.releaseOldest(nowNanos, fromInner);
            if (inner.heldPackets() >= before) {
                throw new IllegalStateException("the reorder buffer lets nothing go");
            }
        }
        while (waiting > 0 && entry != NONE && here[entry] && ids[entry] == id && entry == oldest) {
            empty((int) (passed + distanceToOccupied()) & SLOTS - 1);
        }
    }

    @Override
    public void onLost(long sequence, long now, Release release) {
        begin(now, release);
        inner.onLost(sequence, now, fromInner);
    }

    @Override
    public void onPassed(long sequence, long now, Release release) {
        begin(now, release);
        inner.onPassed(sequence, now, fromInner);
    }

    @Override
    public void poll(long now, Release release) {
        begin(now, release);
        if (inner.nanosToDeadline(now) <= 0) {
            inner.poll(now, fromInner);
        }
    }

    @Override
    public long nanosToDeadline(long now) {
        long least = inner.nanosToDeadline(now);
        return waiting == 0 ? least : Math.min(least, (passed + distanceToOccupied()) * SLOT_NANOS - now);
    }

    @Override
    public void releaseOldest(long now, Release release) {
        begin(now, release);
        if (heldPackets() > 0) {
            letOldestGo();
        }
    }

    @Override
    public void reset(long now, Release release) {
        begin(now, release);
        while (waiting > 0) {
            empty((int) (passed + distanceToOccupied()) & SLOTS - 1);
        }
        // What the inner buffer gives now is the end of its numbering: it goes at once.
        inner.reset(now, release);
        clear();
    }

    @Override
    public void onIdle(long now) {
        if (oldest == NONE) {
            clear();
        }
        inner.onIdle(now);
    }

    @Override
    public int heldPackets() {
        return inner.heldPackets() + waiting;
    }

    /**
     * Packets that wait for one that belongs in front of them, and not only for their age.
     *
     * @return those of the inner buffer
     */
    public int waitingForOrder() {
        return inner.heldPackets();
    }

    @Override
    public void close() {
        inner.close();
    }
}
