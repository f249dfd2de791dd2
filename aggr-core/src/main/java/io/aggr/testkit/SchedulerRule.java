package io.aggr.testkit;

import java.util.Locale;

/**
 * What {@link SchedulerConformance} looks at.
 *
 * @since 0.1
 */
public enum SchedulerRule implements Rule {
    /** See {@link io.aggr.spi.Provider#name}. */
    NAMED("The provider's name is lower-case letters, digits and hyphens."),
    /** See {@link io.aggr.schedule.SchedulerProvider#create}. */
    NEW_INSTANCE("Each call of create gives a new scheduler."),
    /** See {@link io.aggr.schedule.Scheduler}. */
    THROWS_NOTHING("A scheduler throws nothing, whatever the lines look like."),
    /** See {@link io.aggr.schedule.Picks#add}. */
    PICKS_IN_RANGE("A pick is the index of a line."),
    /** See {@link io.aggr.schedule.LinkView#accepts}. */
    PICKS_ACCEPTING("Only lines that accept the packet are picked."),
    /** See {@link io.aggr.schedule.Picks#add}. */
    PICKS_ONCE("No line is picked twice for one packet."),
    /** See {@link io.aggr.schedule.Picks}. */
    ONE_ANSWER("A packet is sent, dropped, or waits; not two of them."),
    /** See {@link io.aggr.schedule.Picks#waitAtMost}. */
    WAITS_FORWARD("A wait is longer than nothing."),
    /** See {@link io.aggr.schedule.Picks}. */
    WAITS_END("While a line accepts it, a packet does not wait for ever."),
    /** See {@link io.aggr.schedule.Picks#drop}. */
    SENDS("Packets are sent, not dropped, while the lines are idle."),
    /** See {@link io.aggr.schedule.Scheduler#select}. */
    KEEPS_NOTHING("Packet, lines and picks are valid during the call only."),
    /** See {@link io.aggr.packet.PacketView#buffer}. */
    LEAVES_PACKETS_ALONE("A packet is read, not written, and by absolute access."),
    /** See {@link io.aggr.schedule.Scheduler}. */
    ALLOCATES_NOTHING("A decision allocates nothing."),
    /** See {@link io.aggr.schedule.Scheduler}. */
    LOOKS_ONCE("A decision asks each line a bounded number of questions."),
    /** See {@link io.aggr.schedule.Scheduler}. */
    PROMPT("A decision never blocks.");

    private final String promise;

    SchedulerRule(String promise) {
        this.promise = promise;
    }

    @Override
    public String id() {
        return "scheduler/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String promise() {
        return promise;
    }
}
