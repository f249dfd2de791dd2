package io.aggr.examples.lab;

/** Sizes of what the hosts send. */
final class Traffic {

    /** A TCP header with the time stamps of RFC 7323, as every kernel sends it. */
    private static final int TCP_WITH_TIMESTAMPS_BYTES = 32;

    private static final double FULL_PACKET_BYTES = 1500;

    private Traffic() {}

    /** Headers of a full segment. */
    static int tcpHeaderBytes(IpFamily family) {
        return family.headerBytes() + TCP_WITH_TIMESTAMPS_BYTES;
    }

    /** Payload of a full segment on a bare line, as a share of the packet. */
    static double nativePayloadShare(IpFamily family) {
        return (FULL_PACKET_BYTES - tcpHeaderBytes(family)) / FULL_PACKET_BYTES;
    }
}
