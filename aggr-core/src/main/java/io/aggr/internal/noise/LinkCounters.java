package io.aggr.internal.noise;

/**
 * The highest authentic counter of each line of an association. Counters run on when keys change, replay windows do not, so the first packet under a
 * new key needs to know where the counter was.
 *
 * <p><b>Threading.</b> The thread that receives.
 */
final class LinkCounters {

    private final long association;
    private final long[] expected = new long[256];

    /**
     * Nothing has come yet.
     *
     * @param association names the numbering
     */
    LinkCounters(long association) {
        this.association = association;
    }

    /** Names the numbering. */
    long association() {
        return association;
    }

    /** The counter that comes next on a line if nothing is lost: 0 or more. */
    long expected(int link) {
        return expected[link];
    }

    /** A packet was authentic. */
    void advance(int link, long counter) {
        if (counter >= expected[link]) {
            expected[link] = counter == Long.MAX_VALUE ? counter : counter + 1;
        }
    }
}
