package io.aggr.schedule;

import io.aggr.link.LinkState;

/**
 * One line to one peer, as a scheduler sees it. Reading it costs a few nanoseconds and changes nothing.
 *
 * <p><b>Unknown values.</b> There is no magic number that happens to win a comparison: what has not been measured yet reads as a documented,
 * unattractive but usable value, and {@link #isMeasured} tells.
 *
 * <p><b>Threading.</b> Valid only inside a callback of the scheduler that it was handed to.
 *
 * @since 0.1
 */
public interface LinkView {

    /** The rate of a line that is not paced. */
    long UNLIMITED = Long.MAX_VALUE;

    /** The round-trip time that a line reads before it was measured: one second. */
    long ASSUMED_RTT_NANOS = 1_000_000_000L;

    /**
     * The line's place among the peer's lines; what {@link Picks#add} takes. Stays the same as long as the peer knows the line.
     *
     * @return 0 to {@link LinkSet#size} exclusive
     */
    int index();

    /**
     * The line's name.
     *
     * @return a short name
     */
    String name();

    /**
     * What the core thinks of the line.
     *
     * @return the state
     */
    LinkState state();

    /**
     * Whether delay and round-trip time have been measured.
     *
     * @return false while {@link #delayNanos} and {@link #rttNanos} are assumptions
     */
    boolean isMeasured();

    /**
     * The rate at which the core sends on this line, in bits of outer IP packets.
     *
     * @return bit/s above 0; {@link #UNLIMITED} where the line is not paced
     */
    long rateBitsPerSecond();

    /**
     * How much later than on the peer's fastest line a packet arrives that leaves now, in this direction. The modem's queue is included as far
     * as it is known.
     *
     * @return nanoseconds, 0 or more; before it is measured, that of the peer's slowest measured line
     */
    long delayNanos();

    /**
     * Smoothed round-trip time through the line.
     *
     * @return nanoseconds above 0; {@link #ASSUMED_RTT_NANOS} before it is measured
     */
    long rttNanos();

    /**
     * Share of datagrams that the line loses in this direction.
     *
     * @return 0.0 to 1.0; 0.0 before it is measured
     */
    double lossRatio();

    /**
     * What waits in front of the line inside this program.
     *
     * @return bytes as they will be on the line
     */
    int backlogBytes();

    /**
     * Which lines to use before others: a line with a higher tier costs more.
     *
     * @return 0 (use first) to 255
     */
    int costTier();

    /**
     * Whether this is a backup, or a line whose quota is used up, while some other line carries traffic: then it accepts nothing.
     *
     * @return true while it should be passed over; false where the set of links knows no backups
     */
    default boolean isStandingBy() {
        return false;
    }

    /**
     * Relative share for schedulers that divide by a fixed proportion.
     *
     * @return 1 or more; by default the line's rate in kbit/s, or 1 where it is not paced
     */
    int weight();

    /**
     * Longest inner packet that fits the line.
     *
     * @return bytes
     */
    int maxPacketBytes();

    /**
     * Whether the core would take these packets for this line now: the state carries traffic, the packet fits, and the line's backlog is below
     * its bound. Picking a line that does not accept is counted as a fault of the scheduler.
     *
     * @param packet what is to be sent
     * @return whether {@link Picks#add} would be honoured
     */
    boolean accepts(OutgoingPacket packet);

    /**
     * How long until a packet handed to this line now would begin to leave.
     *
     * @param nowNanos the time that the callback was given
     * @return nanoseconds, 0 or more: the wait for the pacer plus the backlog in front
     */
    long nanosUntilFree(long nowNanos);

    /**
     * How long the packets occupy the line, all headers included.
     *
     * @param packet what is to be sent
     * @return nanoseconds, 0 where the line is not paced
     */
    long serializationNanos(OutgoingPacket packet);

    /**
     * How long from now until the packets would have arrived if this line took them, on the scale of {@link #delayNanos}: comparable between
     * lines of one peer.
     *
     * @param packet what is to be sent
     * @param nowNanos the time that the callback was given
     * @return nanoseconds, 0 or more
     */
    default long nanosUntilArrival(OutgoingPacket packet, long nowNanos) {
        return nanosUntilFree(nowNanos) + serializationNanos(packet) + delayNanos();
    }
}
