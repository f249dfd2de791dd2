package io.aggr.sim;

/**
 * Congestion control of a {@link TcpFlow}.
 *
 * @since 0.1
 */
public enum CongestionAlgorithm {
    /** CUBIC (RFC 9438) with HyStart as Linux has it, the default of most systems. */
    CUBIC,
    /** BBR version 1 (Cardwell and others, ACM Queue 14(5), 2016): model-based, paced, indifferent to loss. */
    BBR
}
