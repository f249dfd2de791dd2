package io.aggr.internal.queue;

/**
 * The CoDel control law (RFC 8289 section 5) for many queues. {@link #evaluate} says what a dequeue at this moment would
 * do, and changes nothing; {@link #commit} makes it so. A scheduler that looks at a packet and lets it wait thus costs no
 * packet and no state, and the law sees exactly the dequeues that happen.
 *
 * <p>It differs from the law in one thing: a delay that reaches the target in a surge does not have to stand for an interval. A window that doubles in each
 * round trip would meanwhile grow to many times what the lines hold, and what overflows is lost by the hundred (docs/adr/0008).
 */
final class CoDel {
    private static final int DROPPING = 1;
    private static final int ABOVE = 2;
    // A queue that starts dropping again within so many intervals goes on about where it was (RFC 8289 section 5.5).
    private static final int RECENT_INTERVALS = 16;

    private final PacketSlots slots;
    private final SurgeDetector surges = new SurgeDetector();
    private byte[] states = {};
    private int[] counts = {};
    private int[] lastCounts = {};
    private long[] dropNextNanos = {};
    private long[] firstAboveNanos = {};

    private boolean enabled;
    private boolean marking;
    private long targetNanos = 5_000_000;
    private long intervalNanos = 100_000_000;
    private int maxPacketBytes = 1514;

    // The outcome of the last evaluation.
    private boolean dropping;
    private boolean above;
    private int count;
    private int lastCount;
    private long dropNext;
    private long firstAbove;
    private int drops;
    private boolean mark;

    /** Without storage until {@link #allocate}. */
    CoDel(PacketSlots slots, boolean marking) {
        this.slots = slots;
        this.marking = marking;
    }

    /** Makes storage, nothing known of any queue. */
    void allocate(int queues) {
        states = new byte[queues];
        counts = new int[queues];
        lastCounts = new int[queues];
        dropNextNanos = new long[queues];
        firstAboveNanos = new long[queues];
        surges.allocate(queues);
    }

    void parameters(long newTargetNanos, long newIntervalNanos) {
        targetNanos = newTargetNanos;
        intervalNanos = newIntervalNanos;
    }

    /** Tells what the lines carry. */
    void rate(long bitsPerSecond, long nowNanos) {
        surges.rate(bitsPerSecond, nowNanos);
    }

    void enable(boolean on) {
        if (enabled != on) {
            enabled = on;
            reset();
        }
    }

    void marking(boolean on) {
        marking = on;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** Forgets what it knows of every queue. */
    void reset() {
        for (int queue = 0; queue < states.length; queue++) {
            states[queue] = 0;
            counts[queue] = 0;
            lastCounts[queue] = 0;
            surges.forget(queue);
        }
    }

    /** One packet may always stand: a queue no longer than the longest packet seen is never too long. */
    void sawPacket(int lengthBytes) {
        maxPacketBytes = Math.max(maxPacketBytes, lengthBytes);
    }

    /** A dequeue found the queue empty. */
    void foundEmpty(int queue) {
        states[queue] = 0;
        surges.forget(queue);
    }

    /**
     * Finds the packet that a dequeue would deliver now. {@link #drops} packets stand before it and would be dropped.
     *
     * @param head first slot of the queue
     * @param queuedBytes bytes in the queue, the head included
     */
    int evaluate(int queue, int head, long queuedBytes, long nowNanos) {
        dropping = (states[queue] & DROPPING) != 0;
        above = (states[queue] & ABOVE) != 0;
        surges.begin(queue);
        count = counts[queue];
        lastCount = lastCounts[queue];
        dropNext = dropNextNanos[queue];
        firstAbove = firstAboveNanos[queue];
        drops = 0;
        mark = false;
        if (!enabled) {
            return head;
        }
        int slot = head;
        long behindBytes = queuedBytes - slots.lengthBytes(slot);
        boolean okToDrop = isOkToDrop(slot, behindBytes, nowNanos);
        if (dropping) {
            dropping = okToDrop;
            while (dropping && nowNanos - dropNext >= 0) {
                count++;
                if (marking && slots.isEcnCapable(slot)) {
                    mark = true;
                    dropNext = controlLaw(dropNext);
                    break;
                }
                drops++;
                slot = slots.next(slot);
                behindBytes -= slots.lengthBytes(slot);
                dropping = isOkToDrop(slot, behindBytes, nowNanos);
                if (dropping) {
                    dropNext = controlLaw(dropNext);
                }
            }
        } else if (okToDrop) {
            if (marking && slots.isEcnCapable(slot)) {
                mark = true;
            } else {
                drops = 1;
                slot = slots.next(slot);
                isOkToDrop(slot, behindBytes - slots.lengthBytes(slot), nowNanos);
            }
            dropping = true;
            int delta = count - lastCount;
            count = delta > 1 && nowNanos - dropNext < RECENT_INTERVALS * intervalNanos ? delta : 1;
            dropNext = controlLaw(nowNanos);
            lastCount = count;
        }
        return slot;
    }

    /** Whether the sojourn time has been above the target for an interval, or got there in a surge; never with at most one packet behind. */
    private boolean isOkToDrop(int slot, long behindBytes, long nowNanos) {
        long sojournNanos = nowNanos - slots.arrivalNanos(slot);
        if (sojournNanos < targetNanos / 2 || behindBytes <= maxPacketBytes) {
            surges.restart();
            above = false;
            return false;
        }
        boolean surge = surges.isSurge(sojournNanos, intervalNanos, nowNanos);
        if (sojournNanos < targetNanos) {
            above = false;
            return false;
        }
        if (!above) {
            above = true;
            firstAbove = surge && !wasTold(nowNanos) ? nowNanos : nowNanos + intervalNanos;
        }
        return nowNanos - firstAbove >= 0;
    }

    /** A flow that has lost something lately is not in slow start, or knows where that has to end. */
    private boolean wasTold(long nowNanos) {
        return count > 0 && nowNanos - dropNext < RECENT_INTERVALS * intervalNanos;
    }

    private long controlLaw(long fromNanos) {
        return fromNanos + (long) (intervalNanos / Math.sqrt(count));
    }

    /** Packets that the evaluated dequeue drops from the head. */
    int drops() {
        return drops;
    }

    /** Whether the evaluated dequeue marks the packet that it delivers. */
    boolean mark() {
        return mark;
    }

    /** Makes the last evaluation of the queue the state of the queue. */
    void commit(int queue) {
        states[queue] = (byte) ((dropping ? DROPPING : 0) | (above ? ABOVE : 0));
        counts[queue] = count;
        lastCounts[queue] = lastCount;
        dropNextNanos[queue] = dropNext;
        firstAboveNanos[queue] = firstAbove;
        surges.commit(queue);
    }
}
