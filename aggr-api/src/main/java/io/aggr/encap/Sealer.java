package io.aggr.encap;

import io.aggr.packet.PacketBatch;

/**
 * The outgoing half of an encapsulator.
 *
 * <p><b>Threading.</b> Owned by the thread that sends; never called by another. No locking is needed.
 *
 * <p><b>Packet path.</b> {@link #seal} allocates nothing but what a cipher of the JDK allocates, and throws nothing.
 *
 * @since 0.1
 */
public interface Sealer {

    /**
     * Takes a session into use for sending. It replaces an older one of the same peer.
     *
     * @param session made by this encapsulator's {@link Handshake}
     */
    void install(Session session);

    /**
     * Forgets a peer's sessions and wipes their keys.
     *
     * @param peer the peer's number
     */
    void remove(int peer);

    /**
     * Whether something can be sealed for a peer now.
     *
     * @param peer the peer's number
     * @return false before a session is installed and after its end
     */
    boolean isReady(int peer);

    /**
     * Makes datagrams and appends them to a batch. The counter of each is one more than that of the one before. A counter that was handed in
     * is used up, whatever becomes of the datagram.
     *
     * @param peer the peer's number
     * @param link number of the line, 0 to 255, the same at both ends
     * @param firstCounter counter of the first datagram on that line; the core never repeats one in an association
     * @param run what is to be sealed
     * @param out an open batch over a slab of the core's; entries are added
     * @return how many datagrams were added; fewer than asked for if the session has ended, if the line is not part of it (yet), or if the batch
     *     is full
     */
    int seal(int peer, int link, long firstCounter, Plaintext run, PacketBatch out);
}
