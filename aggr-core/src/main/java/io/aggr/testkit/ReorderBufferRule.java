package io.aggr.testkit;

import java.util.Locale;

/**
 * What {@link ReorderBufferConformance} looks at.
 *
 * @since 0.1
 */
public enum ReorderBufferRule implements Rule {
    /** See {@link io.aggr.spi.Provider#name}. */
    NAMED("The provider's name is lower-case letters, digits and hyphens."),
    /** See {@link io.aggr.reorder.ReorderBufferProvider#create}. */
    NEW_INSTANCE("Each call of create gives a new buffer."),
    /** See {@link io.aggr.reorder.ReorderBuffer}. */
    THROWS_NOTHING("A buffer throws nothing, whatever numbers come."),
    /** See {@link io.aggr.reorder.ReorderBuffer}. */
    COMES_BACK("Each call comes back at once."),
    /** See {@link io.aggr.reorder.ReorderBuffer}. */
    DELIVERS_ONCE("Each packet is delivered once, and nothing else is."),
    /** See {@link io.aggr.reorder.ReorderBuffer#heldPackets}. */
    COUNTS("The number of held packets is that of packets offered and not delivered."),
    /** See {@link io.aggr.reorder.ReorderBuffer#nanosToDeadline}. */
    HAS_DEADLINE("While packets are held there is a deadline, and none otherwise."),
    /** See {@link io.aggr.reorder.ReorderBuffer#poll}. */
    KEEPS_DEADLINE("A poll at the deadline moves the deadline into the future."),
    /** See {@link io.aggr.reorder.ReorderBuffer}. */
    STARVES_NOTHING("No packet is held longer than the limit, also while others keep coming."),
    /** See {@link io.aggr.reorder.ReorderBuffer#releaseOldest}. */
    MAKES_ROOM("Releasing the oldest delivers the packet that was held longest."),
    /** See {@link io.aggr.reorder.ReorderBuffer#reset}. */
    RESETS("After a reset nothing is held."),
    /** See {@link io.aggr.reorder.ReorderBuffer#offer}. */
    KEEPS_NOTHING("Packet and release are valid during the call only."),
    /** See {@link io.aggr.reorder.ReorderBuffer}. */
    ALLOCATES_NOTHING("A packet allocates nothing."),
    /** What {@link ReorderBufferConformance#checkOrder} adds. */
    ORDERS("The packets of a flow are delivered in order when none is lost and all come in time.");

    private final String promise;

    ReorderBufferRule(String promise) {
        this.promise = promise;
    }

    @Override
    public String id() {
        return "reorder/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String promise() {
        return promise;
    }
}
