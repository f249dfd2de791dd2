package io.aggr.encap;

/**
 * What an {@link Opener} says of a datagram. All but the first two are drops, silent towards the network, and each is a counter of its own.
 *
 * @since 0.1
 */
public enum OpenOutcome {
    /** The plaintext lies in the slab, and {@link Opened} says where. */
    OPENED,
    /** The datagram belongs to the {@link Handshake}. */
    HANDSHAKE,
    /** Shorter than any datagram of this kind. */
    SHORT,
    /** Not a datagram of this encapsulation, or of another version of it. */
    UNKNOWN_TYPE,
    /** A reserved field is not zero, or a size is wrong. */
    MALFORMED,
    /** The receiver index, or the address, belongs to no peer. */
    UNKNOWN_PEER,
    /** The peer is known, but nothing has been agreed with it yet. */
    NO_SESSION,
    /** The key is older than it may get. */
    EXPIRED,
    /** The counter was seen before. */
    REPLAYED,
    /** The counter is too far behind to tell. */
    TOO_OLD,
    /** The proof that the peer sent it does not hold. */
    UNAUTHENTIC
}
