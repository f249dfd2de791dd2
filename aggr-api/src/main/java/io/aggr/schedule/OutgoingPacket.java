package io.aggr.schedule;

import io.aggr.packet.PacketView;

/**
 * What a scheduler decides about: one packet, or a run of packets of one flow that travel together when the bond is busy.
 *
 * @since 0.1
 */
public interface OutgoingPacket extends PacketView {

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
     * How long the (first) packet has waited in this program.
     *
     * @return nanoseconds, 0 or more
     */
    long waitedNanos();
}
