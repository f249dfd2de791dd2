package io.aggr;

/**
 * What became of what a line could have carried: the answer to "why am I below the sum of my lines?". Every byte that a line could have carried
 * since its peer is known is counted under exactly one of these names, in the direction away from this end. A download is thus explained by the
 * end that sends it.
 *
 * @since 0.1
 */
public enum CapacityUse {
    /** Carried inner packets, their headers included. The line was what limited the transfer. */
    PACKETS(true),

    /** Carried packets that had been lost before, or second copies. */
    REPAIRS(true),

    /** Carried reports, probes and other frames of aggr's own, without a packet. */
    CONTROL(true),

    /** Unused because no packet waited: the application, or the TCP of its host, did not offer more. */
    NOTHING_TO_SEND(false),

    /** Unused because no packet waited shortly after this end's queue had dropped or marked one: a sender was slowing down. */
    QUEUE_DROP(false),

    /** Unused because no packet waited while the peer was holding packets back for one that was lost and sent again. */
    REORDER_WAIT(false),

    /** Unused although a packet waited: the scheduler preferred to wait for another line, or the packet was too long for this one. */
    SCHEDULER(false),

    /** Unused because the line costs more than those that sufficed. */
    STANDBY(false),

    /** Unused because this end let the line rest: to drain a queue in a modem, or because the system was short of buffers. */
    HELD_BACK(false),

    /** Unused although a packet was ready for the line: the sending thread came too late, for lack of processor time. */
    LATE(false),

    /** Unused because the line is suspected to be dead, or has to prove that it is alive again. */
    SUSPECT(false),

    /** Unused because the line is down. Counted with the last rate that was known. */
    DOWN(false);

    private final boolean used;

    CapacityUse(boolean used) {
        this.used = used;
    }

    /**
     * Whether the line carried something.
     *
     * @return false for the names of reasons why it did not
     */
    public boolean isUsed() {
        return used;
    }
}
