package io.aggr.internal.queue;

/**
 * How a {@link FlowQueues} is built.
 *
 * @param flows number of hashed bulk flows, a power of two, 16..65536; a quarter as many urgent ones come on top
 * @param maxBytes hard limit of all queues together in bytes, 3000 or more
 * @param maxPackets hard limit of all queues together in packets, 2 or more
 * @param ecnMarking whether CoDel marks ECN-capable packets instead of dropping them
 */
public record FlowQueueSettings(int flows, long maxBytes, int maxPackets, boolean ecnMarking) {
    /** Checks the ranges. */
    public FlowQueueSettings {
        if (flows < 16 || flows > 65_536 || Integer.bitCount(flows) != 1) {
            throw new IllegalArgumentException("queue flows must be a power of two, 16..65536, got " + flows);
        }
        if (maxBytes < 3_000) {
            throw new IllegalArgumentException("queue limit must be 3000 bytes or more, got " + maxBytes);
        }
        if (maxPackets < 2) {
            throw new IllegalArgumentException("queue limit must be 2 packets or more, got " + maxPackets);
        }
    }

    /** 1024 flows, 1 MB, 4096 packets, marking on. */
    public static FlowQueueSettings defaults() {
        return new FlowQueueSettings(1024, 1_000_000, 4096, true);
    }

    /** The same with another number of flows. */
    public FlowQueueSettings withFlows(int newFlows) {
        return new FlowQueueSettings(newFlows, maxBytes, maxPackets, ecnMarking);
    }

    /** The same with other limits. */
    public FlowQueueSettings withLimits(long newMaxBytes, int newMaxPackets) {
        return new FlowQueueSettings(flows, newMaxBytes, newMaxPackets, ecnMarking);
    }

    /** The same with marking on or off. */
    public FlowQueueSettings withEcnMarking(boolean newEcnMarking) {
        return new FlowQueueSettings(flows, maxBytes, maxPackets, newEcnMarking);
    }
}
