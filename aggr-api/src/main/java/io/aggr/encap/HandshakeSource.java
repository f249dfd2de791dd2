package io.aggr.encap;

/**
 * Where a datagram of a handshake came from.
 *
 * @param localLink number of the local link that received it
 * @param remote id of the far end on that link; valid for replies during the call that it was handed to
 * @since 0.1
 */
public record HandshakeSource(int localLink, int remote) {}
