package io.aggr.sim;

import java.nio.ByteBuffer;

/**
 * A place where a host puts IP packets in and gets IP packets out: the end of a bare line, or the tunnel device of a bond.
 *
 * <p><b>Threading.</b> The thread of the {@link VirtualTime} in which the port lives.
 *
 * @since 0.1
 */
public interface PacketPort {
    /**
     * Takes a packet. Whether it arrives is another matter.
     *
     * @param packet bytes between position and limit, big-endian; both unchanged on return. The port copies what it needs,
     *     the buffer stays the caller's
     */
    void send(ByteBuffer packet);

    /**
     * Says who takes the packets that come out of the port. Packets that come out before this call are dropped.
     *
     * @param receiver the only receiver from now on
     */
    void receiveWith(Receiver receiver);

    /**
     * Takes packets that come out of a port.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface Receiver {
        /**
         * A packet has come.
         *
         * @param packet bytes between position and limit, big-endian; the receiver may move both and write into the bytes,
         *     and must not keep the buffer
         */
        void onPacket(ByteBuffer packet);
    }
}
