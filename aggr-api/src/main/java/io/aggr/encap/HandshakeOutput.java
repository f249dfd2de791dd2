package io.aggr.encap;

import java.nio.ByteBuffer;

/**
 * What a {@link Handshake} does to the world. Valid during the call that it was handed to.
 *
 * @since 0.1
 */
public interface HandshakeOutput {

    /**
     * How many lines lead to a peer whose far end is known.
     *
     * @param peer the peer's number
     * @return lines, 0 if the peer has to come to us
     */
    int lines(int peer);

    /**
     * Number of a line, as datagrams name it.
     *
     * @param peer the peer's number
     * @param index 0 to {@link #lines} exclusive
     * @return 0 to 255
     */
    int line(int peer, int index);

    /**
     * Which local link a line uses, to tell whether what came over a link answers what went over a line.
     *
     * @param peer the peer's number
     * @param line number of the line
     * @return as {@link HandshakeSource#localLink} says it
     */
    default int localLink(int peer, int line) {
        return line;
    }

    /**
     * Sends a datagram to a peer over one of its lines.
     *
     * @param peer the peer's number
     * @param line number of the line
     * @param datagram the bytes between position and limit; copied
     */
    void send(int peer, int line, ByteBuffer datagram);

    /**
     * Sends a datagram back to where one came from. Never longer than what it answers, towards an address that has proved nothing.
     *
     * @param source as handed to {@link Handshake#receive}
     * @param datagram the bytes between position and limit; copied
     */
    void reply(HandshakeSource source, ByteBuffer datagram);

    /**
     * A session is ready. The core installs it with the {@link Opener} and then with the {@link Sealer}, in the order in which sessions are
     * handed over. There may be several of one association: after a change of keys, when another line has become part of it, or as a repetition.
     *
     * @param session the session
     */
    void established(Session session);

    /**
     * Something that an operator should know, such as a peer with the wrong key. The core logs it at a bounded rate.
     *
     * @param peer the peer's number
     * @param message one sentence without secrets
     */
    void warn(int peer, String message);

    /**
     * Datagrams of the handshake were dropped without an answer, or answered with no more than a request for a proof of address. The core
     * counts.
     *
     * @param reason one of a few constant names in lower-case letters and hyphens
     * @param count how many, usually 1
     */
    default void dropped(String reason, long count) {}
}
