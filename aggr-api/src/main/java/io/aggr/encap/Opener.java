package io.aggr.encap;

import io.aggr.packet.PacketBatch;

/**
 * The incoming half of an encapsulator.
 *
 * <p><b>Threading.</b> Owned by the thread that receives; never called by another. No locking is needed.
 *
 * <p><b>Packet path.</b> {@link #open} allocates nothing but what a cipher of the JDK allocates, and throws nothing, whatever the bytes are.
 *
 * @since 0.1
 */
public interface Opener {

    /**
     * Takes a session into use for receiving, beside older ones of the same peer for as long as the encapsulation thinks right.
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
     * Opens one datagram. The plaintext may be written over the datagram or into its head-room and tail-room, nowhere else in the slab; nothing
     * is written unless it is accepted.
     *
     * @param batch holds the datagram
     * @param index its entry; {@link PacketBatch#remote} says where it came from
     * @param localLink number of the local link that received it
     * @param nowNanos monotonic time in nanoseconds
     * @param result filled in if the answer is {@link OpenOutcome#OPENED}; else unspecified
     * @return what it is
     */
    OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result);
}
