package io.aggr.internal.queue;

import java.util.Arrays;

/** First-in-first-out queues of slots, one per flow number, with their sizes and the question which is longest. */
final class FlowFifos {
    private static final int NONE = PacketSlots.NONE;

    private final PacketSlots slots;
    private final long toleranceBytes;
    private int[] heads = {};
    private int[] tails = {};
    private int[] packets = {};
    private long[] bytes = {};
    private long totalBytes;
    private int totalPackets;
    private int busyFlows;

    private int longest = NONE;
    private long othersBytes;
    private long addedSinceScanBytes;

    /**
     * Without storage until {@link #allocate}.
     *
     * @param toleranceBytes by how much {@link #longest} may miss
     */
    FlowFifos(PacketSlots slots, long toleranceBytes) {
        this.slots = slots;
        this.toleranceBytes = toleranceBytes;
    }

    /** Makes storage, all queues empty. */
    void allocate(int flows) {
        heads = new int[flows];
        tails = new int[flows];
        packets = new int[flows];
        bytes = new long[flows];
        Arrays.fill(heads, NONE);
        Arrays.fill(tails, NONE);
        longest = NONE;
    }

    void append(int flow, int slot) {
        int lengthBytes = slots.lengthBytes(slot);
        slots.link(slot, NONE);
        if (packets[flow] == 0) {
            heads[flow] = slot;
            busyFlows++;
        } else {
            slots.link(tails[flow], slot);
        }
        tails[flow] = slot;
        packets[flow]++;
        bytes[flow] += lengthBytes;
        totalPackets++;
        totalBytes += lengthBytes;
        addedSinceScanBytes += lengthBytes;
    }

    /** Removes the first slot of a flow that is not empty. */
    int pop(int flow) {
        int slot = heads[flow];
        int lengthBytes = slots.lengthBytes(slot);
        heads[flow] = slots.next(slot);
        slots.link(slot, NONE);
        packets[flow]--;
        bytes[flow] -= lengthBytes;
        totalPackets--;
        totalBytes -= lengthBytes;
        if (packets[flow] == 0) {
            tails[flow] = NONE;
            busyFlows--;
        }
        return slot;
    }

    int head(int flow) {
        return heads[flow];
    }

    int tail(int flow) {
        return tails[flow];
    }

    boolean isEmpty(int flow) {
        return packets[flow] == 0;
    }

    long bytes(int flow) {
        return bytes[flow];
    }

    int flows() {
        return heads.length;
    }

    long totalBytes() {
        return totalBytes;
    }

    int totalPackets() {
        return totalPackets;
    }

    int busyFlows() {
        return busyFlows;
    }

    /**
     * The flow with the most bytes, or one that is at most the tolerance behind it. Not all flows may be empty.
     *
     * <p>A scan remembers how long the second longest was. While all that has been added since, had it gone to that one,
     * could not have carried it past the tolerance, the scan is not repeated; so a flood costs few scans.
     */
    int longest() {
        if (longest != NONE
                && packets[longest] > 0
                && bytes[longest] + toleranceBytes >= othersBytes + addedSinceScanBytes) {
            return longest;
        }
        long most = 0;
        long second = 0;
        for (int flow = 0; flow < bytes.length; flow++) {
            long flowBytes = bytes[flow];
            if (flowBytes > most) {
                second = most;
                most = flowBytes;
                longest = flow;
            } else if (flowBytes > second) {
                second = flowBytes;
            }
        }
        othersBytes = second;
        addedSinceScanBytes = 0;
        return longest;
    }
}
