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
    /** The reorder buffer threw something; it was replaced. */
    REORDER_REPLACED,
    /** Packets that were proved lost. */
    LOSS_PROVED,
    /** Packets that were on a line that failed and were sent over others. */
    REINJECTED,
    /** A new association began. */
    ASSOCIATION,
    /** A line's far end moved to another address. */
    LINE_MOVED,
    /** A packet was marked as having met congestion. */
    MARKED,
    /** A TCP segment size was lowered. */
    MSS_CLAMPED,
    /** A line took less than before and fell back to a smaller MTU. */
    MTU_FELL,
    /** The reorder buffer had to let packets go because memory was short. */
    HOLD_OVERFLOW,
    /** An ICMP message said that a packet was too large. */
    TOO_BIG_SENT,
    /** Packets that were sent over a second line to be sure, or to measure it. */
    SPARE_COPY
}
