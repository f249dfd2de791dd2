package io.aggr.link;

/**
 * What the local system said when a link could not send or receive. Each is counted under its name.
 *
 * @since 0.1
 */
public enum LinkFault {
    /** Nothing went wrong. */
    NONE,
    /** The socket's buffer is full; try again shortly. */
    WOULD_BLOCK,
    /** The system is short of buffers or memory; try again shortly. */
    NO_BUFFERS,
    /** The datagram is larger than the line takes. */
    TOO_LARGE,
    /** No route to the far end, or its network is unreachable; the line is down until that changes. */
    UNREACHABLE,
    /** The interface or the local address is gone; the link has to be opened again. */
    DEVICE_GONE,
    /** Somebody says that nobody listens at the far end. A hint only: anyone can say so. */
    REFUSED,
    /** The system does not allow it; a firewall rule for instance. */
    DENIED,
    /** The link has been closed. */
    CLOSED,
    /** Anything else. */
    OTHER;

    /**
     * Whether the line is down as far as the local system can tell.
     *
     * @return true for {@link #UNREACHABLE}, {@link #DEVICE_GONE} and {@link #CLOSED}
     */
    public boolean meansDown() {
        return this == UNREACHABLE || this == DEVICE_GONE || this == CLOSED;
    }

    /**
     * Whether the same datagram may succeed when tried again shortly.
     *
     * @return true for {@link #WOULD_BLOCK} and {@link #NO_BUFFERS}
     */
    public boolean isTransient() {
        return this == WOULD_BLOCK || this == NO_BUFFERS;
    }
}
