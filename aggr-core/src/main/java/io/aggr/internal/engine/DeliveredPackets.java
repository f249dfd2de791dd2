package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;

/**
 * Counts what one peer's packets were like when they went to the TUN: how many, how long they were held, and which came behind a later one of their
 * flow.
 *
 * <p>Confined to the thread that receives. Allocates nothing.
 */
final class DeliveredPackets {

    private final Tally<Event> events;
    private final DeliveryOrder order = new DeliveryOrder();
    private long packets;
    private long bytes;
    private long heldNanos;

    DeliveredPackets(Tally<Event> events) {
        this.events = events;
    }

    /** A packet goes to the TUN. */
    void count(HoldRing holds, int id, long nowNanos) {
        packets++;
        bytes += holds.length(id);
        heldNanos += nowNanos - holds.arrivalNanos(id);
        boolean behind = !holds.isFree(id) && order.isBehind(holds.flow(id), holds.sequence(id));
        if (behind) {
            events.count(Event.DELIVERED_BEHIND);
        }
        if (holds.isRepair(id)) {
            events.count(behind ? Event.REPAIRED_LATE : Event.REPAIRED);
        }
    }

    /** Sequences begin again. */
    void reset() {
        order.reset();
    }

    /** Gives back what only traffic needs. */
    void rest() {
        order.rest();
    }

    long packets() {
        return packets;
    }

    long bytes() {
        return bytes;
    }

    /** How long all packets together were held. */
    long heldNanos() {
        return heldNanos;
    }
}
