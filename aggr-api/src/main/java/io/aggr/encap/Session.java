package io.aggr.encap;

/**
 * What a handshake has agreed on with one peer: keys, indices, whatever the encapsulator needs. It is immutable, made by the
 * {@link Handshake}, carried by the core to the two threads that seal and open, and installed there.
 *
 * @since 0.1
 */
public interface Session {

    /**
     * The peer that it belongs to.
     *
     * @return the number that {@link Handshake#addPeer} gave
     */
    int peer();

    /**
     * Names the numbering of sequences and counters. A session with another association than the one before begins new numbers at both ends; one
     * with the same association continues them (a change of keys).
     *
     * @return any value; equal at most by accident for two associations
     */
    long association();
}
