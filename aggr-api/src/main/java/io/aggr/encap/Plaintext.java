package io.aggr.encap;

import java.nio.ByteBuffer;

/**
 * A run of plaintexts that the core wants sealed. Each may be gathered from several pieces; the encapsulator has them copied to where it needs
 * them, which is the only copy on the way out.
 *
 * @since 0.1
 */
public interface Plaintext {

    /**
     * How many datagrams are to be made.
     *
     * @return 1 to 16
     */
    int count();

    /**
     * Length of one plaintext.
     *
     * @param index 0 to {@link #count} exclusive
     * @return bytes
     */
    int lengthBytes(int index);

    /**
     * Copies one plaintext.
     *
     * @param index 0 to {@link #count} exclusive
     * @param target where to; written by absolute access, position and limit may change
     * @param offset first byte in the target
     */
    void copyTo(int index, ByteBuffer target, int offset);

    /**
     * Copies one plaintext into an array.
     *
     * @param index 0 to {@link #count} exclusive
     * @param target where to
     * @param offset first byte in the target
     */
    void copyTo(int index, byte[] target, int offset);
}
