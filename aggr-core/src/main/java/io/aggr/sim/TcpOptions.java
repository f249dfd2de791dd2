package io.aggr.sim;

import static java.util.Objects.requireNonNull;

/**
 * What kind of TCP connection a {@link TcpFlow} is.
 *
 * @param congestion congestion control
 * @param ecn whether the connection uses explicit congestion notification (RFC 3168)
 * @param adaptsToReordering true for the loss detection of today's Linux, which learns how far packets overtake each other
 *     (RFC 8985) and takes back a reduction that proves needless; false for a fixed threshold of three packets and no undo, as
 *     in older stacks and simple QUIC ones
 * @param totalBytes how much to send, at least 1; {@link Long#MAX_VALUE} for a flow without end
 * @param maxWindowBytes largest receive window, 65 535 to 2<sup>30</sup>; the window grows up to it by itself
 * @since 0.1
 */
public record TcpOptions(
        CongestionAlgorithm congestion, boolean ecn, boolean adaptsToReordering, long totalBytes, int maxWindowBytes) {
    private static final TcpOptions DEFAULTS =
            new TcpOptions(CongestionAlgorithm.CUBIC, false, true, Long.MAX_VALUE, 6 << 20);

    /** Checks the parts. */
    public TcpOptions {
        requireNonNull(congestion, "tcp.congestion");
        if (totalBytes < 1) {
            throw new IllegalArgumentException("tcp.total-bytes must be at least 1, got " + totalBytes);
        }
        if (maxWindowBytes < 65_535 || maxWindowBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "tcp.max-window must be 65535 to " + (1 << 30) + " bytes, got " + maxWindowBytes);
        }
    }

    /**
     * A bulk download between two Linux hosts: CUBIC, no ECN, no end, a window of up to 6 MiB.
     *
     * @return the usual options
     */
    public static TcpOptions defaults() {
        return DEFAULTS;
    }

    /**
     * These options with another congestion control.
     *
     * @param algorithm new congestion control
     * @return new options
     */
    public TcpOptions withCongestion(CongestionAlgorithm algorithm) {
        return new TcpOptions(algorithm, ecn, adaptsToReordering, totalBytes, maxWindowBytes);
    }

    /**
     * These options with or without ECN.
     *
     * @param on whether to use it
     * @return new options
     */
    public TcpOptions withEcn(boolean on) {
        return new TcpOptions(congestion, on, adaptsToReordering, totalBytes, maxWindowBytes);
    }

    /**
     * These options with another loss detection.
     *
     * @param adapts as the record's part
     * @return new options
     */
    public TcpOptions withAdaptsToReordering(boolean adapts) {
        return new TcpOptions(congestion, ecn, adapts, totalBytes, maxWindowBytes);
    }

    /**
     * These options for a transfer of a given size.
     *
     * @param bytes size, at least 1
     * @return new options
     */
    public TcpOptions withTotalBytes(long bytes) {
        return new TcpOptions(congestion, ecn, adaptsToReordering, bytes, maxWindowBytes);
    }

    /**
     * These options with another largest window.
     *
     * @param bytes 65 535 to 2<sup>30</sup>
     * @return new options
     */
    public TcpOptions withMaxWindowBytes(int bytes) {
        return new TcpOptions(congestion, ecn, adaptsToReordering, totalBytes, bytes);
    }
}
