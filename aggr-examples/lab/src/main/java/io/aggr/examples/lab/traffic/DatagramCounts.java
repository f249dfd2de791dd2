package io.aggr.examples.lab.traffic;

/**
 * What became of datagrams, without those of the begin that do not count.
 *
 * @param sent sent
 * @param received of them received
 * @param overtaken of those received after one that was sent later
 * @param duplicates received more than once
 */
public record DatagramCounts(long sent, long received, long overtaken, long duplicates) {

    /** No datagrams. */
    public static final DatagramCounts NONE = new DatagramCounts(0, 0, 0, 0);

    /**
     * Lost ones as a share of those sent.
     *
     * @return 0 to 1
     */
    public double lostShare() {
        return sent == 0 ? 0 : (sent - received) / (double) sent;
    }

    /**
     * Overtaken ones as a share of those sent.
     *
     * @return 0 to 1
     */
    public double overtakenShare() {
        return sent == 0 ? 0 : overtaken / (double) sent;
    }
}
