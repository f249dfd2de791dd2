package io.aggr.encap;

/**
 * How inner packets travel in datagrams, for all peers that share a socket. It has three parts, each owned by a thread of its own: the
 * {@link Sealer} of the thread that sends, the {@link Opener} of the thread that receives, and the {@link Handshake}. They share nothing but
 * what is immutable: {@link Session}s, which the core carries from the handshake to the other two, and the numbers of the configured peers.
 *
 * @since 0.1
 */
public interface Encapsulator extends AutoCloseable {

    /**
     * What it carries and costs.
     *
     * @return constant
     */
    EncapsulationTraits traits();

    /**
     * The outgoing half.
     *
     * @return always the same
     */
    Sealer sealer();

    /**
     * The incoming half.
     *
     * @return always the same
     */
    Opener opener();

    /**
     * The control side.
     *
     * @return always the same
     */
    Handshake handshake();

    /** Wipes all keys. Called once, when none of the three parts is used any more. */
    @Override
    void close();
}
