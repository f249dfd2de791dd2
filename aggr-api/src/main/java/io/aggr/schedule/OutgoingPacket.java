package io.aggr.schedule;

import io.aggr.packet.PacketView;

/**
 * What a scheduler decides about: one packet, or a run of packets of one flow that travel together when the bond is busy.
 *
 * @since 0.1
 */
public interface OutgoingPacket extends PacketView {

    /** The link of a flow from whose other end nothing has come. */
    int UNKNOWN_LINK = -1;

    /**
     * How many packets the decision is for.
     *
     * @return 1 to 16; all equally long but the last, which may be shorter
     */
    int count();

    /**
     * Length of all packets together.
     *
     * @return bytes of inner packets; equal to {@link #lengthBytes} for a single packet
     */
    int totalBytes();

    /**
     * Whether the packet was sent before over a line that is believed to have lost it.
     *
     * @return true for a repair
     */
    boolean isRepair();

    /**
     * The link over which the last packet of the same flow came in from the peer, in the opposite direction. Who answers over it keeps both
     * directions of a connection on one line, as pf's {@code reply-to} does.
     *
     * @return index of the link, or {@link #UNKNOWN_LINK}; always that unless {@link Scheduler#followsAnswers}
     */
    default int answeredLink() {
        return UNKNOWN_LINK;
    }

    /**
     * How long the (first) packet has waited in this program.
     *
     * @return nanoseconds, 0 or more
     */
    long waitedNanos();
}
