package io.aggr.sim;

/**
 * Congestion control of a {@link TcpFlow}.
 *
 * @since 0.1
 */
public enum CongestionAlgorithm {
    /** CUBIC (RFC 9438) with HyStart as Linux has it, the default of most systems. */
    CUBIC,
    /**
     * CUBIC as RFC 9438 has it by itself: slow start ends at the first loss or mark. So it is where HyStart is off or sees nothing, as a Linux sender
     * does in some runs when acknowledgements come in batches.
     */
    CUBIC_WITHOUT_HYSTART,
    /** BBR version 1 (Cardwell and others, ACM Queue 14(5), 2016): model-based, paced, indifferent to loss. */
    BBR
}
