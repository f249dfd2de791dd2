package io.aggr.encap;

import org.jspecify.annotations.Nullable;

/**
 * Where an {@link Opener} puts what it learnt about a datagram. One instance is used again and again.
 *
 * @since 0.1
 */
public final class Opened {

    private int peer;
    private int link;
    private long counter;
    private int offset;
    private int lengthBytes;
    private @Nullable Session confirmed;

    /** Makes an empty result. */
    public Opened() {}

    /**
     * Sets all parts, and that no session was confirmed.
     *
     * @param newPeer number of the peer that sent it
     * @param newLink number of the line, 0 to 255
     * @param newCounter the whole counter of the datagram on that line; 0 or more, or -1 if the encapsulation has none
     * @param newOffset first byte of the plaintext in the batch's slab
     * @param newLengthBytes length of the plaintext
     */
    public void set(int newPeer, int newLink, long newCounter, int newOffset, int newLengthBytes) {
        peer = newPeer;
        link = newLink;
        counter = newCounter;
        offset = newOffset;
        lengthBytes = newLengthBytes;
        confirmed = null;
    }

    /**
     * Adds that this datagram, the first one of a session that the peer had asked for, has proved that the peer has it too.
     *
     * @param session the session, in use for receiving from now on
     */
    public void confirm(Session session) {
        confirmed = session;
    }

    /**
     * A session that was only offered so far, and that this datagram is the first to come with. It is the present one of the peer from this
     * datagram on, so the core installs it before it looks at what the datagram says.
     *
     * @return null in nearly all datagrams
     */
    public @Nullable Session confirmed() {
        return confirmed;
    }

    /**
     * The peer that sent the datagram.
     *
     * @return its number
     */
    public int peer() {
        return peer;
    }

    /**
     * The line that it came over.
     *
     * @return the line's number at both ends, 0 to 255
     */
    public int link() {
        return link;
    }

    /**
     * Its counter on that line.
     *
     * @return all 64 bits, rebuilt; -1 if the encapsulation has none
     */
    public long counter() {
        return counter;
    }

    /**
     * Where the plaintext begins.
     *
     * @return offset in the batch's slab
     */
    public int offset() {
        return offset;
    }

    /**
     * Length of the plaintext.
     *
     * @return bytes
     */
    public int lengthBytes() {
        return lengthBytes;
    }
}
