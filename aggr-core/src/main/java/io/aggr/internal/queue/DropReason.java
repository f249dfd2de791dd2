package io.aggr.internal.queue;

/** Why a packet left a flow queue without being sent. */
public enum DropReason {
    /** CoDel: the flow's queue stood for too long, and the packet could not be marked instead. */
    CODEL,
    /** The queue had reached its limit in bytes, and this flow was the longest. */
    QUEUE_BYTES,
    /** The queue had reached its limit in packets, and this flow was the longest. */
    QUEUE_PACKETS,
    /** The pool of slots was used up, and the owner chose this queue and this flow to give way. */
    NO_SLOT,
    /** The queue was emptied, for instance because the peer was removed. */
    CLEARED
}
