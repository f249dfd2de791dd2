package io.aggr.internal.engine;

import java.util.Arrays;

/**
 * Tells whether a packet is delivered after a later one of its flow. Remembers the newest packet of about a thousand flows; what is forgotten is
 * not counted. Confined to the thread that receives.
 */
final class DeliveryOrder {

    private static final int FLOWS = 1_024;

    // Made with the first packet.
    private int[] flows = {};
    private long[] newest = {};

    /** Nothing has come for a while: memory is given back. */
    void rest() {
        flows = new int[0];
        newest = new long[0];
    }

    /** Sequences begin again. */
    void reset() {
        Arrays.fill(newest, 0);
    }

    /** A packet with a sequence, or a negative number if it has none, goes. */
    boolean isBehind(int flow, long sequence) {
        if (flows.length == 0) {
            flows = new int[FLOWS];
            newest = new long[FLOWS];
        }
        int at = flow & FLOWS - 1;
        if (flows[at] == flow && sequence < newest[at]) {
            return sequence >= 0;
        }
        flows[at] = flow;
        newest[at] = sequence;
        return false;
    }
}
