package io.aggr.internal.queue;

import java.util.function.IntConsumer;

/**
 * The packets that wait to be sent to one peer: one first-in-first-out queue per flow, an urgent class before a bulk
 * class, inside each class deficit round robin with new flows first (RFC 8290), CoDel with ECN per flow (RFC 8289), and
 * hard limits that drop from the longest flow.
 *
 * <p>A dispatcher works in rounds and asks in two steps, because a scheduler may want a packet to wait:
 *
 * <pre>{@code
 * queues.beginRound();
 * for (int slot = queues.next(now); slot != PacketSlots.NONE; slot = queues.next(now)) {
 *     if (scheduler has a line for slot) {
 *         send(queues.take());
 *     } else {
 *         queues.park();          // this flow waits until the next round; the next flow is offered
 *     }
 * }
 * }</pre>
 *
 * <p>An offer holds until {@link #take}, {@link #takeRun}, {@link #park}, the next {@link #next}, or anything that may
 * drop ({@link #enqueue}, {@link #dropLongest}, {@link #clear}), which withdraws it.
 *
 * <p><b>Ownership.</b> A queued slot belongs to the queue; a taken one to the caller. A dropped one is shown to the sink
 * and freed. <b>Threading.</b> One thread. No method allocates but the first {@link #enqueue} ever and after {@link #rest}.
 */
public final class FlowQueues {
    // Flow numbers: bulk flows from 0, urgent flows behind them. A flow is in the "new" or "old" list of its class, or
    // in none when it has been found empty. Empty flows stay listed until a scan meets them: that is what keeps a
    // sparse flow from getting the head of the "new" list with every packet (RFC 8290 section 4.2).

    private static final int BULK_NEW = 0;
    private static final int BULK_OLD = 1;
    private static final int URGENT_NEW = 2;
    private static final int URGENT_OLD = 3;
    private static final int NONE = PacketSlots.NONE;
    private static final int DEFAULT_QUANTUM_BYTES = 1514;

    // Urgent packets are small. With the quantum of bulk flows a ping would wait for two dozen acknowledgements of a
    // download: 17 ms on a line of 1 Mbit/s.
    private static final int URGENT_QUANTUM_BYTES = 128;

    // While bulk packets wait, urgent ones may have 7 of 8 bytes; a burst may go before that counts. Honest urgent
    // traffic never gets there; what marks itself urgent without being so cannot silence the rest.
    private static final int URGENT_SHARE = 7;
    private static final long URGENT_BURST_BYTES = 64 * 1024;

    private static final long NEAR_BYTES = 128 * 1024;

    private final PacketSlots slots;
    private final DropSink sink;
    private final CoDel codel;
    private final FlowLists lists;
    private final int bulkFlows;
    private final int urgentFlows;
    private final FlowFifos fifos;
    private long[] deficits = {};
    private int[] parkedRounds = {};

    private long maxBytes;
    private int maxPackets;
    private int quantumBytes = DEFAULT_QUANTUM_BYTES;
    private long urgentDebtBytes;
    private int round = 1;
    private int offeredFlow = NONE;
    private int offeredSlot = NONE;
    private long offeredNanos;

    /**
     * Creates empty queues, CoDel off until {@link #enableCoDel}.
     *
     * @param slots the pool of all slots that come in; several queues may share one
     * @param sink hears of every drop
     */
    public FlowQueues(PacketSlots slots, FlowQueueSettings settings, DropSink sink) {
        this.slots = slots;
        this.sink = sink;
        bulkFlows = settings.flows();
        urgentFlows = Math.max(16, settings.flows() / 4);
        maxBytes = settings.maxBytes();
        maxPackets = settings.maxPackets();
        codel = new CoDel(slots, settings.ecnMarking());
        lists = new FlowLists(4);
        fifos = new FlowFifos(slots, 8 * DEFAULT_QUANTUM_BYTES);
    }

    private void allocate(int flows) {
        codel.allocate(flows);
        lists.allocate(flows);
        fifos.allocate(flows);
        deficits = new long[flows];
        parkedRounds = new int[flows];
    }

    /** Nothing has been sent for a while: gives the memory of the flows back, if nothing waits. The next packet takes it again. */
    public void rest() {
        if (queuedPackets() == 0 && deficits.length > 0) {
            offeredSlot = NONE;
            urgentDebtBytes = 0;
            allocate(0);
        }
    }

    /**
     * Sets when CoDel acts. For a tunnel: target = max(5 ms, 0.75 x its round-trip time), interval = max(150 ms, 3 x
     * target) and that round-trip time once more.
     *
     * @param targetNanos acceptable standing delay, above 0
     * @param intervalNanos how long the delay must stand, above 0
     */
    public void codel(long targetNanos, long intervalNanos) {
        if (targetNanos <= 0 || intervalNanos <= 0) {
            throw new IllegalArgumentException(
                    "CoDel target and interval must be above 0, got " + targetNanos + " and " + intervalNanos);
        }
        codel.parameters(targetNanos, intervalNanos);
    }

    /**
     * Tells what the lines carry together; a delay that grows since that has fallen is not taken for a sender in slow start.
     *
     * @param bitsPerSecond the sum of the rates
     * @param nowNanos monotonic time
     */
    public void departureRate(long bitsPerSecond, long nowNanos) {
        codel.rate(bitsPerSecond, nowNanos);
    }

    /** Switches CoDel on or off; it must be off while the rates of the lines are unknown. A change forgets its state. */
    public void enableCoDel(boolean on) {
        codel.enable(on);
    }

    /** Whether CoDel is on. */
    public boolean isCoDelEnabled() {
        return codel.isEnabled();
    }

    /** Forgets what CoDel knows of all flows; after an outage, whose delay no flow has caused. */
    public void resetCoDel() {
        codel.reset();
    }

    /** Switches between marking ECN-capable packets and dropping them like all others. */
    public void ecnMarking(boolean on) {
        codel.marking(on);
    }

    /** Sets the hard limits; what is above them is dropped with the next {@link #enqueue}. See the settings for ranges. */
    public void limits(long newMaxBytes, int newMaxPackets) {
        FlowQueueSettings checked = new FlowQueueSettings(bulkFlows, newMaxBytes, newMaxPackets, false);
        maxBytes = checked.maxBytes();
        maxPackets = checked.maxPackets();
    }

    /**
     * Sets how many bytes a flow may send before the next flow's turn, 1514 at first. A larger one makes longer runs at
     * high rates.
     *
     * @param newQuantumBytes 64 or more
     */
    public void quantumBytes(int newQuantumBytes) {
        if (newQuantumBytes < 64) {
            throw new IllegalArgumentException("quantum must be 64 bytes or more, got " + newQuantumBytes);
        }
        quantumBytes = newQuantumBytes;
    }

    /**
     * Appends a packet to its flow, then drops from the head of the longest flow while a limit is exceeded.
     *
     * @param slot owned by the caller until now
     * @return whether the packet is in the queue; false if it was itself what had to go, and the slot is freed
     */
    public boolean enqueue(int slot) {
        offeredSlot = NONE;
        if (deficits.length == 0) {
            allocate(bulkFlows + urgentFlows);
        }
        int flow = flowOf(slot);
        fifos.append(flow, slot);
        codel.sawPacket(slots.lengthBytes(slot));
        if (!lists.isListed(flow)) {
            deficits[flow] = quantumOf(flow);
            lists.addLast(flow < bulkFlows ? BULK_NEW : URGENT_NEW, flow);
        }
        boolean queued = true;
        while (queuedBytes() > maxBytes || queuedPackets() > maxPackets) {
            DropReason reason = queuedBytes() > maxBytes ? DropReason.QUEUE_BYTES : DropReason.QUEUE_PACKETS;
            queued &= dropHead(fifos.longest(), reason) != slot;
        }
        return queued;
    }

    private int quantumOf(int flow) {
        return flow < bulkFlows ? quantumBytes : URGENT_QUANTUM_BYTES;
    }

    private int flowOf(int slot) {
        int hash = slots.flowHash(slot);
        return slots.isUrgent(slot)
                ? bulkFlows + (int) (((hash & 0xFFFFFFFFL) * urgentFlows) >>> 32)
                : hash & (bulkFlows - 1);
    }

    /** Makes all parked flows available again. Call it when a scheduler that said "wait" may have changed its mind. */
    public void beginRound() {
        round++;
    }

    /**
     * Offers the packet whose turn it is among the flows that are not parked. Nothing is removed or dropped before it is
     * taken.
     *
     * @return its slot, which stays the queue's, or {@link PacketSlots#NONE} if all flows are empty or parked
     */
    public int next(long nowNanos) {
        offeredSlot = NONE;
        offeredNanos = nowNanos;
        if (urgentDebtBytes > URGENT_BURST_BYTES) {
            return offerBulk() || offerUrgent() ? offeredSlot : NONE;
        }
        return offerUrgent() || offerBulk() ? offeredSlot : NONE;
    }

    private boolean offerUrgent() {
        return offerFrom(URGENT_NEW) || offerFrom(URGENT_OLD);
    }

    private boolean offerBulk() {
        return offerFrom(BULK_NEW) || offerFrom(BULK_OLD);
    }

    /** Deficit round robin; ends because a flow that is passed over is parked, leaves the list, or gains a quantum. */
    private boolean offerFrom(int list) {
        int old = list | 1;
        int flow = lists.first(list);
        while (flow != NONE) {
            int following = lists.next(flow);
            if (fifos.isEmpty(flow)) {
                codel.foundEmpty(flow);
                lists.remove(flow);
                if (list != old) {
                    lists.addLast(old, flow);
                }
            } else if (parkedRounds[flow] != round) {
                if (deficits[flow] > 0) {
                    offeredFlow = flow;
                    offeredSlot = codel.evaluate(flow, fifos.head(flow), fifos.bytes(flow), offeredNanos);
                    return true;
                }
                deficits[flow] += quantumOf(flow);
                lists.remove(flow);
                lists.addLast(old, flow);
                if (list == old && following == NONE) {
                    following = flow;
                }
            }
            flow = following;
        }
        return false;
    }

    /**
     * Removes the offered packet and charges its flow. What CoDel drops before it goes to the sink now, and {@link
     * PacketSlots#isMarkWanted} says whether the packet has to be marked.
     *
     * @return the slot, now the caller's
     * @throws IllegalStateException if nothing is offered
     */
    public int take() {
        int slot = requireOffer();
        takeOffered();
        offeredSlot = NONE;
        return slot;
    }

    private int requireOffer() {
        if (offeredSlot == NONE) {
            throw new IllegalStateException("nothing is offered: next() comes first, and enqueue() withdraws an offer");
        }
        return offeredSlot;
    }

    private void takeOffered() {
        int flow = offeredFlow;
        codel.commit(flow);
        for (int i = codel.drops(); i > 0; i--) {
            dropHead(flow, DropReason.CODEL);
        }
        if (codel.mark()) {
            slots.wantMark(offeredSlot);
        }
        int lengthBytes = slots.lengthBytes(fifos.pop(flow));
        deficits[flow] -= lengthBytes;
        if (lists.isEmpty(BULK_NEW) && lists.isEmpty(BULK_OLD)) {
            urgentDebtBytes = 0;
        } else if (flow >= bulkFlows) {
            urgentDebtBytes = Math.min(2 * URGENT_BURST_BYTES, urgentDebtBytes + lengthBytes);
        } else {
            urgentDebtBytes = Math.max(0, urgentDebtBytes - (long) URGENT_SHARE * lengthBytes);
        }
    }

    /**
     * Leaves the offered packet where it is and passes over its flow until {@link #beginRound}. The flow keeps its
     * deficit and its place.
     *
     * @throws IllegalStateException if nothing is offered
     */
    public void park() {
        requireOffer();
        parkedRounds[offeredFlow] = round;
        offeredSlot = NONE;
    }

    /**
     * Counts the packets, from the offered one on, that could travel as one run: all of the same length but the last,
     * which may be shorter. A run ends where the flow's turn ends, unless no other flow has packets.
     *
     * @param maxCount 1 or more
     * @param maxRunBytes bound for the sum of their lengths; the first packet is counted even if it is longer
     * @return 1 up to {@code maxCount}
     * @throws IllegalStateException if nothing is offered
     */
    public int peekRun(int maxCount, int maxRunBytes) {
        int slot = requireOffer();
        int firstBytes = slots.lengthBytes(slot);
        long turnBytes = fifos.busyFlows() > 1 ? deficits[offeredFlow] : Long.MAX_VALUE;
        long runBytes = firstBytes;
        int count = 1;
        int lengthBytes = firstBytes;
        while (count < maxCount && lengthBytes == firstBytes && runBytes < turnBytes) {
            slot = slots.next(slot);
            if (slot == NONE) {
                break;
            }
            lengthBytes = slots.lengthBytes(slot);
            if (lengthBytes > firstBytes || runBytes + lengthBytes > maxRunBytes) {
                break;
            }
            runBytes += lengthBytes;
            count++;
        }
        return count;
    }

    /**
     * Removes a run that starts with the offered packet. CoDel looks at every packet; what it drops is missing from the
     * run.
     *
     * @param count at most what {@link #peekRun} counted
     * @param taken receives the slots in order, now the caller's; room for {@code count}
     * @return how many slots were taken, 1 or more
     * @throws IllegalStateException if nothing is offered
     */
    public int takeRun(int count, int[] taken) {
        requireOffer();
        int flow = offeredFlow;
        int number = 0;
        int left = count;
        while (true) {
            taken[number++] = offeredSlot;
            takeOffered();
            left--;
            if (left <= 0 || fifos.isEmpty(flow)) {
                break;
            }
            offeredSlot = codel.evaluate(flow, fifos.head(flow), fifos.bytes(flow), offeredNanos);
            left -= codel.drops();
            if (left <= 0) {
                // The packet to deliver lies behind the run. The evaluation is forgotten and made anew with its turn.
                break;
            }
        }
        offeredSlot = NONE;
        return number;
    }

    /**
     * Drops one packet from the head of the longest flow, for an owner whose pool of slots is used up.
     *
     * @return whether there was one
     */
    public boolean dropLongest(DropReason reason) {
        offeredSlot = NONE;
        if (queuedPackets() == 0) {
            return false;
        }
        dropHead(fifos.longest(), reason);
        return true;
    }

    /** Drops everything. */
    public void clear(DropReason reason) {
        offeredSlot = NONE;
        for (int flow = 0; flow < fifos.flows(); flow++) {
            while (!fifos.isEmpty(flow)) {
                dropHead(flow, reason);
            }
        }
    }

    private int dropHead(int flow, DropReason reason) {
        int slot = fifos.pop(flow);
        sink.dropped(slot, reason);
        slots.free(slot);
        return slot;
    }

    /**
     * Shows the last packet of each bulk flow whose first has waited for long.
     *
     * @param standingNanos how long, at least
     * @param action gets its slot, which stays the queue's; must not touch the queues
     */
    public void forEachStanding(long standingNanos, long nowNanos, IntConsumer action) {
        for (int list = BULK_NEW; list <= BULK_OLD; list++) {
            for (int flow = lists.first(list); flow != NONE; flow = lists.next(flow)) {
                if (!fifos.isEmpty(flow) && nowNanos - slots.arrivalNanos(fifos.head(flow)) >= standingNanos) {
                    action.accept(fifos.tail(flow));
                }
            }
        }
    }

    /** Bytes of all packets that wait. */
    public long queuedBytes() {
        return fifos.totalBytes();
    }

    /** Packets that wait. */
    public int queuedPackets() {
        return fifos.totalPackets();
    }

    /** Flows that have a packet waiting. */
    public int busyFlows() {
        return fifos.busyFlows();
    }

    /**
     * Whether the reader should pause. It leaves room for two super-packets of 64 KB where the limit is large enough, an
     * eighth of it where it is larger, and half of it where it is small.
     */
    public boolean isNearLimit() {
        long roomBytes = Math.min(maxBytes / 2, Math.max(maxBytes / 8, NEAR_BYTES));
        return queuedBytes() >= maxBytes - roomBytes || queuedPackets() >= maxPackets - maxPackets / 8;
    }
}
