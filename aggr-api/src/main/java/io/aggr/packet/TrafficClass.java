package io.aggr.packet;

/**
 * How soon a packet has to leave.
 *
 * @since 0.1
 */
public enum TrafficClass {
    /** Leaves before everything else: expedited or network-control marked packets, bare acknowledgements, echo and name look-ups. */
    URGENT,
    /** Everything else. */
    BULK
}
