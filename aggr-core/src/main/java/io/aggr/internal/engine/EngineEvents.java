package io.aggr.internal.engine;

import io.aggr.link.LinkState;

/** What the engine tells whoever runs it, besides packets. Called by the thread that sends, what concerns receiving by the other; must return at once. */
public interface EngineEvents {

    /** Nothing is done with events. */
    EngineEvents NONE = new EngineEvents() {};

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
     * A session with a peer begins anew.
     *
     * @param peer the peer's name
     */
    default void onSession(String peer) {}

    /**
     * Something an operator should know.
     *
     * @param message one sentence
     */
    default void onWarning(String message) {}

    /** Ingress has mail and should be woken. */
    default void wakeIngress() {}

    /** Egress has mail and should be woken. Called by the thread that receives. */
    default void wakeEgress() {}

    /**
     * A link has failed for good as far as the local system tells; it has to be opened again.
     *
     * @param localLink its number
     */
    default void onLinkFailed(int localLink) {}
}
