package io.aggr.internal.engine;

/** Things that happen to a peer and are counted, but are not drops. */
enum Event {
    /** The scheduler threw something. */
    SCHEDULER_THREW,
    /** The scheduler picked a line that does not exist. */
    SCHEDULER_PICKED_OUT_OF_RANGE,
    /** The scheduler picked a line that does not accept the packet. */
    SCHEDULER_PICKED_UNUSABLE,
    /** The scheduler had picked nothing for long although a line stood idle; the built-in one took the packet. */
    SCHEDULER_STALLED,
    /** The scheduler failed so often that it is not asked any more. */
    SCHEDULER_DISABLED,
    /** The scheduler did not come back, or was at work nearly all the time; the built-in one has taken over. */
    SCHEDULER_HUNG,
    /** A plugin left the thread interrupted; the flag was cleared. */
    PLUGIN_INTERRUPTED,
    /** The reorder buffer failed in whatever way; it was replaced by a built-in one. */
    REORDER_REPLACED,
    /** The reorder buffer threw something, or kept packets that it had to let go. */
    REORDER_THREW,
    /** The reorder buffer did not come back, or was at work nearly all the time. */
    REORDER_HUNG,
    /** The reorder buffer kept a packet for longer than any may be kept. */
    REORDER_STARVED,
    /** The reorder buffer let packets go twice, or some that it had not been given; they went nowhere. */
    REORDER_RELEASED_UNKNOWN,
    /** Packets that were proved lost. */
    LOSS_PROVED,
    /** Packets that were delivered after a later one of their flow, urgent ones left out. */
    DELIVERED_BEHIND,
    /** Packets that were sent again and came in time for their place. */
    REPAIRED,
    /** Packets that were sent again and came when later ones of their flow had gone. */
    REPAIRED_LATE,
    /** Packets that were sent again although the first copy has arrived. */
    REPAIRED_NEEDLESSLY,
    /** Packets that the peer will not send again, as it says. */
    TOLD_GONE,
    /** Packets that the peer asked for and that were given to a line again. */
    REPAIR_GIVEN,
    /** Packets that the peer asked for in vain: too old, or overwritten. */
    REPAIR_TOO_LATE,
    /** Packets that the peer asked for in vain: it has asked for more than a share of the traffic. */
    REPAIR_BUDGET_EXHAUSTED,
    /** Datagrams that the peer asked for and that need no repair: they carried no packet, have arrived, or were repaired already. */
    REPAIR_NOT_NEEDED,
    /** Datagrams that the peer asked for and that were never sent, or so long ago that nobody knows. */
    REPAIR_UNKNOWN,
    /** Packets that were on a line that failed and were sent over others. */
    REINJECTED,
    /** Packets that CoDel had dropped just before a line failed and that were sent after all. */
    REPRIEVED,
    /** A new association began. */
    ASSOCIATION,
    /** Packets are sealed with other keys than before. */
    NEW_KEYS,
    /** A line's far end moved to another address. */
    LINE_MOVED,
    /** A packet was marked as having met congestion. */
    MARKED,
    /** A TCP segment size was lowered. */
    MSS_CLAMPED,
    /** A TCP connection that filled the queue was kept from having more under way while a line is gone. */
    WINDOW_FROZEN,
    /** Acknowledgements that were let grant less, so that a connection does not have more under way while a line is gone. */
    WINDOW_LOWERED,
    /** A line has carried what it may in this period; it is a backup until the next. */
    QUOTA_USED_UP,
    /** A line took less than before and fell back to a smaller MTU. */
    MTU_FELL,
    /** The reorder buffer had to let packets go because memory was short. */
    HOLD_OVERFLOW,
    /** An ICMP message said that a packet was too large. */
    TOO_BIG_SENT,
    /** Packets that were sent over a second line to be sure, or to measure it. */
    SPARE_COPY
}
