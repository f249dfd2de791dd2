package io.aggr.internal.queue;

/** Hears of every packet that a flow queue drops, so that its owner can count it. */
@FunctionalInterface
public interface DropSink {
    /**
     * Called before the slot goes back to its pool. Must not call the queue or free the slot.
     *
     * @param slot still readable during the call
     */
    void dropped(int slot, DropReason reason);
}
