package io.aggr.sim;

/** No packet may vanish without a count: what went in came out, waits, or was counted as dropped. */
final class Conservation {
    private Conservation() {}

    /**
     * Checks everything that can be checked at any moment.
     *
     * @throws IllegalStateException if something is not accounted for; the message says what
     */
    static void check(SimulatedBond bond) {
        require(bond.siteHost().corruptPackets(), 0, "damaged packets at the site's host");
        require(bond.hubHost().corruptPackets(), 0, "damaged packets at the hub's host");
        for (SimLine line : bond.simLines()) {
            require(line.downStats().accountedPackets(), line.downStats().offeredPackets(), line.name() + " down");
            require(line.upStats().accountedPackets(), line.upStats().offeredPackets(), line.name() + " up");
        }
    }

    private static void require(long actual, long expected, String what) {
        if (actual != expected) {
            throw new IllegalStateException(
                    "packets are not accounted for: " + what + ": " + actual + ", expected " + expected);
        }
    }
}
