package io.aggr.internal.queue;

import io.aggr.packet.TrafficClass;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A queue whose packets have a number each, kept as their arena position. */
final class QueueHarness {
    final PacketSlots slots;
    final FlowQueues queues;
    final List<Long> dropped = new ArrayList<>();
    final Map<DropReason, Integer> reasons = new EnumMap<>(DropReason.class);
    long nowNanos;
    private long nextNumber;

    QueueHarness(FlowQueueSettings settings) {
        slots = new PacketSlots(100_000);
        queues = new FlowQueues(slots, settings, (slot, reason) -> {
            dropped.add(slots.position(slot));
            reasons.merge(reason, 1, Integer::sum);
        });
    }

    /** Queues a bulk packet; its number comes back. */
    long bulk(int flow, int bytes) {
        return enqueue(flow, bytes, TrafficClass.BULK, false);
    }

    long urgent(int flow, int bytes) {
        return enqueue(flow, bytes, TrafficClass.URGENT, false);
    }

    long enqueue(int flow, int bytes, TrafficClass trafficClass, boolean ecnCapable) {
        long number = nextNumber++;
        queues.enqueue(slots.allocate(number, bytes, flow, trafficClass, nowNanos, ecnCapable));
        return number;
    }

    /** Takes what is next and frees it; -1 if there is nothing. */
    long takeNumber() {
        int slot = queues.next(nowNanos);
        if (slot == PacketSlots.NONE) {
            return -1;
        }
        long number = slots.position(slot);
        slots.free(queues.take());
        return number;
    }

    /** The flow of what is next, taken and freed. */
    int takeFlow() {
        int slot = queues.next(nowNanos);
        int flow = slots.flowHash(slot);
        slots.free(queues.take());
        return flow;
    }
}
