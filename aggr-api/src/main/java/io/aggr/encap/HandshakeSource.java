package io.aggr.encap;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a datagram of a handshake came from.
 *
 * @param localLink number of the local link that received it
 * @param remote id of the far end on that link; valid for replies during the call that it was handed to
 * @param address where the far end is, null if the link has no addresses in the sense of the JDK. Nobody has proved it
 * @since 0.1
 */
public record HandshakeSource(
        int localLink, int remote, @Nullable SocketAddress address) {

    /**
     * A source without an address.
     *
     * @param localLink number of the local link that received it
     * @param remote id of the far end on that link
     */
    public HandshakeSource(int localLink, int remote) {
        this(localLink, remote, null);
    }
}
