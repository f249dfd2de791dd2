package io.aggr.sim;

import java.nio.ByteBuffer;

/**
 * A socket for datagrams in the simulation. Made by {@link Internet}.
 *
 * <p><b>Threading.</b> The thread of the {@link VirtualTime} in which it lives.
 *
 * @since 0.1
 */
public interface DatagramPort {
    /**
     * Address of the socket as its owner knows it, before any translation.
     *
     * @return see {@link Endpoint}
     */
    long localAddress();

    /**
     * Sends a datagram. Whether it arrives is another matter.
     *
     * @param datagram payload between position and limit, both unchanged on return; copied, the buffer stays the caller's
     * @param remote receiver, see {@link Endpoint}
     * @return what the first line on the way did: {@code CARRIED}, {@code QUEUE_FULL} or {@code TOO_LARGE}
     */
    LineOutcome send(ByteBuffer datagram, long remote);

    /**
     * Says who takes the datagrams that come in. Datagrams that come in before this call are dropped.
     *
     * @param receiver the only receiver from now on
     */
    void receiveWith(Receiver receiver);

    /**
     * Takes datagrams that come in.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface Receiver {
        /**
         * A datagram has come.
         *
         * @param datagram payload between position and limit; the receiver may move both and write into the bytes, and must not
         *     keep the buffer
         * @param remote sender as seen from here, see {@link Endpoint}
         */
        void onDatagram(ByteBuffer datagram, long remote);
    }
}
