package io.aggr.testkit;

import java.util.Locale;

/**
 * What {@link LinkConformance} looks at.
 *
 * @since 0.1
 */
public enum LinkRule implements Rule {
    /** See {@link io.aggr.link.Link#maxDatagramBytes} and {@link io.aggr.link.Link#overheadBytes}. */
    LIMITS("A link takes datagrams of 508 bytes or more, costs nothing below zero, and has a name."),
    /** See {@link io.aggr.link.Link#forbidsFragmentation}. */
    SAME_FRAGMENTATION("Whether fragmentation is forbidden never changes, whatever was sent or refused."),
    /** See {@link io.aggr.link.Link#watch}. */
    SAME_WATCH("The watch is always the same."),
    /** See {@link io.aggr.link.Watch}. */
    WAKES("Who watches the link learns that something has arrived."),
    /** See {@link io.aggr.link.Link#receive}. */
    NEVER_WAITS("Sending and receiving return at once."),
    /** See {@link io.aggr.link.Link#send}. */
    DELIVERS("Over a line without loss, datagrams arrive whole and in order."),
    /** See {@link io.aggr.link.Link#send}. */
    LEAVES_THE_BATCH("A batch is unchanged after it was sent."),
    /** See {@link io.aggr.link.Link#receive}. */
    STAYS_INSIDE("Nothing is written outside the open region of a batch."),
    /** See {@link io.aggr.link.Link#receive}. */
    LEAVES_THE_REST("What does not fit into a batch waits for the next."),
    /** See {@link io.aggr.link.Link#receive}. */
    WHOLE_OR_NOT("A datagram is never delivered in part."),
    /** See {@link io.aggr.link.LinkFault#TOO_LARGE}. */
    REFUSES_TOO_LARGE("A datagram longer than the link takes is refused as too large, and the next one is sent."),
    /** See {@link io.aggr.link.Link#keep}. */
    KEEPS("A far end that is kept has one id for good, and can be answered."),
    /** See {@link io.aggr.link.Link#close}. */
    CLOSES_TWICE("Closing again does nothing."),
    /** See {@link io.aggr.link.LinkFault#CLOSED}. */
    CLOSED("A closed link sends and receives nothing, and says that it is closed."),
    /** See {@link io.aggr.link.Link}. */
    THROWS_NOTHING("No exception leaves a link.");

    private final String promise;

    LinkRule(String promise) {
        this.promise = promise;
    }

    @Override
    public String id() {
        return "link/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String promise() {
        return promise;
    }
}
