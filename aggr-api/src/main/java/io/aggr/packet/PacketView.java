package io.aggr.packet;

import java.nio.ByteBuffer;

/**
 * One inner packet, or a run of inner packets of one flow, as a plugin sees it. The core moves the same view from packet to packet: it is
 * valid during the call that hands it over, and nothing of it may be kept.
 *
 * @since 0.1
 */
public interface PacketView {

    /**
     * The memory that the packet lies in. Read only, by absolute access; network byte order.
     *
     * @return the buffer; bytes outside the packet belong to others
     */
    ByteBuffer buffer();

    /**
     * First byte of the (first) packet.
     *
     * @return index in {@link #buffer}
     */
    int offset();

    /**
     * Length of the (first) packet.
     *
     * @return bytes, the inner IP header included
     */
    int lengthBytes();

    /**
     * Hash of the flow: addresses, protocol and ports; without ports for fragments and protocols that have none.
     *
     * @return all 32 bits are well mixed; keyed, so that it differs from run to run
     */
    int flowHash();

    /**
     * How soon the packet has to leave.
     *
     * @return the class
     */
    TrafficClass trafficClass();
}
