package io.aggr;

import io.aggr.link.LinkState;

/**
 * Hears what happens to a bond.
 *
 * <p><b>Threading.</b> Called serially on a thread of its own, off the packet path. A slow listener loses the oldest events, which is counted;
 * it never slows a packet. A throw is logged.
 *
 * @since 0.1
 */
public interface BondListener {

    /**
     * A line changed its state.
     *
     * @param peer the peer's name
     * @param link the line's name
     * @param previous the state before
     * @param state the state now
     */
    default void onLinkState(String peer, String link, LinkState previous, LinkState state) {}

    /**
     * A session with a peer begins, or begins anew.
     *
     * @param peer the peer's name
     */
    default void onSession(String peer) {}

    /**
     * Something is wrong that an operator should know.
     *
     * @param message one sentence without secrets
     */
    default void onWarning(String message) {}

    /**
     * The bond has stopped by itself, because its TUN device has gone or a thread has failed. It still has to be closed.
     *
     * @param message one sentence without secrets
     */
    default void onFailure(String message) {}
}
