package io.aggr.sim.cases;

import static java.util.Objects.requireNonNull;

import io.aggr.sim.CongestionAlgorithm;

/**
 * What is sent through the bond in a case: bulk TCP, or datagrams at a constant rate.
 *
 * @param down whether it goes towards the owner of the lines
 * @param connections TCP connections, 1 to 64; 1 for datagrams
 * @param congestion their congestion control
 * @param ecn whether they use explicit congestion notification (RFC 3168)
 * @param adaptsToReordering whether they have the loss detection of Linux (RFC 8985), or else a fixed threshold of three packets; only the
 *     simulator knows the latter
 * @param datagramShare for datagrams their rate as a share of what the lines carry, above 0 to 2; 0 for TCP
 * @since 0.1
 */
public record CaseTraffic(
        boolean down,
        int connections,
        CongestionAlgorithm congestion,
        boolean ecn,
        boolean adaptsToReordering,
        double datagramShare) {
    /** IP bytes of each datagram of a case with datagrams. */
    public static final int DATAGRAM_BYTES = 1_228;

    /** Checks the parts. */
    public CaseTraffic {
        requireNonNull(congestion, "traffic.congestion");
        if (connections < 1 || connections > 64) {
            throw new IllegalArgumentException("traffic.connections must be 1 to 64, got " + connections);
        }
        if (!(datagramShare >= 0 && datagramShare <= 2)) {
            throw new IllegalArgumentException("traffic.datagram-share must be 0 to 2, got " + datagramShare);
        }
    }

    /**
     * One download, CUBIC without ECN.
     *
     * @return traffic to refine
     */
    public static CaseTraffic download() {
        return new CaseTraffic(true, 1, CongestionAlgorithm.CUBIC, false, true, 0);
    }

    /**
     * One upload, CUBIC without ECN.
     *
     * @return traffic to refine
     */
    public static CaseTraffic upload() {
        return new CaseTraffic(false, 1, CongestionAlgorithm.CUBIC, false, true, 0);
    }

    /**
     * Datagrams towards the owner.
     *
     * @param share of what the lines carry, above 0 to 2
     * @return traffic without a congestion control
     */
    public static CaseTraffic datagrams(double share) {
        return new CaseTraffic(true, 1, CongestionAlgorithm.CUBIC, false, true, share);
    }

    /**
     * The same over several connections.
     *
     * @param count 1 to 64
     * @return a changed copy
     */
    public CaseTraffic withConnections(int count) {
        return new CaseTraffic(down, count, congestion, ecn, adaptsToReordering, datagramShare);
    }

    /**
     * The same with another congestion control.
     *
     * @param algorithm of all connections
     * @return a changed copy
     */
    public CaseTraffic withCongestion(CongestionAlgorithm algorithm) {
        return new CaseTraffic(down, connections, algorithm, ecn, adaptsToReordering, datagramShare);
    }

    /**
     * The same with explicit congestion notification.
     *
     * @return a changed copy
     */
    public CaseTraffic withEcn() {
        return new CaseTraffic(down, connections, congestion, true, adaptsToReordering, datagramShare);
    }

    /**
     * The same with a loss detection that does not learn how far packets overtake each other.
     *
     * @return a changed copy
     */
    public CaseTraffic withFixedThreshold() {
        return new CaseTraffic(down, connections, congestion, ecn, false, datagramShare);
    }

    /**
     * Whether datagrams are sent, not TCP.
     *
     * @return false for TCP
     */
    public boolean isDatagrams() {
        return datagramShare > 0;
    }

    /**
     * In a few words, such as {@code 1 x CUBIC down}.
     *
     * @return for reports
     */
    public String text() {
        String way = down ? " down" : " up";
        if (isDatagrams()) {
            return "UDP at " + Math.round(datagramShare * 100) + " %" + way;
        }
        return connections + " x " + congestion + (ecn ? " with ECN" : "")
                + (adaptsToReordering ? "" : " with a fixed threshold") + way;
    }
}
