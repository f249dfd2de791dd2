package io.aggr.sim;

import io.aggr.encap.Encapsulator;

/** How long the packets of a {@link Simulation} are: outside on the lines, inside the tunnel, and what of them is left for the application. */
final class SimSizes {
    static final int IPV6_OVER_IPV4_BYTES = 20;
    private static final int FRAME_HEADER_BYTES = 9;

    private final int outerBytes;
    private final int tunMtuBytes;
    private final int lineMtuBytes;
    private final int tcpHeaderBytes;

    SimSizes(Simulation simulation) {
        boolean bare = simulation.plugins().isBare();
        outerBytes = bare
                ? BareWire.HEADER_BYTES
                : simulation.isIpv6Outside() ? Internet.IPV6_UDP_BYTES : Internet.IPV4_UDP_BYTES;
        lineMtuBytes = simulation.lines().lines().get(0).down().mtuBytes();
        tunMtuBytes = simulation.tunMtuBytes() > 0
                ? simulation.tunMtuBytes()
                : leastMtuBytes(simulation.lines()) - outerBytes - encapsulationBytes(simulation.plugins());
        tcpHeaderBytes = TcpSegment.DATA_HEADER_BYTES + (simulation.isIpv6Inside() ? IPV6_OVER_IPV4_BYTES : 0);
    }

    private static int leastMtuBytes(LineSet lines) {
        int least = Integer.MAX_VALUE;
        for (LineSpec line : lines.lines()) {
            least = Math.min(least, Math.min(line.down().mtuBytes(), line.up().mtuBytes()));
        }
        return least;
    }

    private static int encapsulationBytes(SimPlugins plugins) {
        Encapsulator sample = plugins.encapsulator(SimPlace.SITE, () -> 1, () -> 1);
        try {
            return sample.traits().overheadBytes() + (plugins.isBare() ? 0 : FRAME_HEADER_BYTES);
        } finally {
            sample.close();
        }
    }

    /** Headers outside of what the encapsulation makes. */
    int outerBytes() {
        return outerBytes;
    }

    /** The largest inner packet that fits the lines as they are at the start, unless the simulation says something else. */
    int tunMtuBytes() {
        return tunMtuBytes;
    }

    /** What a full packet on a line carries for the application, as a share of its bytes. */
    double payloadShare() {
        return (double) (tunMtuBytes - tcpHeaderBytes) / lineMtuBytes;
    }

    /** The rate of inner packets of a size that fills lines of a rate. */
    double innerBitsPerSecond(double lineBitsPerSecond, int packetBytes) {
        return lineBitsPerSecond * packetBytes / (packetBytes + lineMtuBytes - tunMtuBytes);
    }
}
