package io.aggr.reorder;

import io.aggr.packet.PacketView;

/**
 * A packet that has come out of the tunnel and waits for its turn. The view is valid during the call that hands it over; what may be kept is
 * its {@link #id}.
 *
 * @since 0.1
 */
public interface ArrivedPacket extends PacketView {

    /** The sequence of a packet whose encapsulation carries none. */
    long NO_SEQUENCE = -1;

    /**
     * Names the packet towards {@link Release}.
     *
     * @return unique among the packets that are held
     */
    int id();

    /**
     * Place of the packet among all packets that the peer sent.
     *
     * @return 0 to 2^48 - 1, or {@link #NO_SEQUENCE}; the core has removed duplicates
     */
    long sequence();

    /**
     * Lowest sequence that the packet before this one in the same flow group may have. Packets that are {@link #isFree free} do not count: the
     * sender leaves them out, so that a packet behind one still waits for what came before it.
     *
     * @return a sequence below {@link #sequence}, or {@link #NO_SEQUENCE} if no predecessor can still be under way
     */
    long predecessorMin();

    /**
     * Highest sequence that the packet before this one in the same flow group may have. Equal to {@link #predecessorMin} when it is known
     * exactly.
     *
     * @return a sequence below {@link #sequence}, or {@link #NO_SEQUENCE}
     */
    long predecessorMax();

    /**
     * Whether the sender wants the packet delivered at once, in whatever order.
     *
     * @return true for urgent packets
     */
    boolean isFree();

    /**
     * Whether the packet was sent again after the first copy was believed lost.
     *
     * @return true for a repair
     */
    boolean isRepair();

    /**
     * Whether the packet belongs to a flow that is better served by an even delay than by an early one.
     *
     * @return true for bulk flows
     */
    boolean isBulk();

    /**
     * Number of the line that the packet came over, as the peer counts them.
     *
     * @return 0 to 255
     */
    int link();

    /**
     * How long ago the peer took the packet from its network, on the scale of relative delays: comparable between packets of one peer, not
     * with a clock.
     *
     * @return nanoseconds, may be negative
     */
    long ageNanos();
}
