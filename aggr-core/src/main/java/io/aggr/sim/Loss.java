package io.aggr.sim;

/**
 * Which packets a line loses behind its queue, that is, after they have used its capacity.
 *
 * <p>The model is Gilbert-Elliott: a Markov chain with a good and a bad state steps once for each packet, and each state
 * has a loss probability of its own. Independent loss is the chain that never leaves its good state.
 *
 * @param good probability of loss in the good state, 0 to 1
 * @param bad probability of loss in the bad state, 0 to 1
 * @param enterBad probability per packet of the step from good to bad, 0 to 1
 * @param leaveBad probability per packet of the step from bad to good, above 0, at most 1
 * @since 0.1
 */
public record Loss(double good, double bad, double enterBad, double leaveBad) {
    private static final Loss NONE = new Loss(0, 0, 0, 1);

    /** Checks the parts. */
    public Loss {
        requireProbability("loss.good", good);
        requireProbability("loss.bad", bad);
        requireProbability("loss.enter-bad", enterBad);
        requireProbability("loss.leave-bad", leaveBad);
        if (leaveBad == 0) {
            throw new IllegalArgumentException("loss.leave-bad must be above 0, got 0.0");
        }
    }

    /**
     * No loss.
     *
     * @return loss of probability zero
     */
    public static Loss none() {
        return NONE;
    }

    /**
     * Each packet is lost with the same probability.
     *
     * @param probability 0 to 1
     * @return independent loss
     */
    public static Loss random(double probability) {
        return new Loss(probability, 0, 0, 1);
    }

    /**
     * Packets are lost in runs.
     *
     * @param probability share of all packets that is lost, at least 0 and below 1
     * @param meanPackets mean length of a run of lost packets, at least 1
     * @return loss in which everything is lost in the bad state and nothing in the good one
     */
    public static Loss bursts(double probability, double meanPackets) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("loss.probability of bursts must be 0 to below 1, got " + probability);
        }
        if (!(meanPackets >= 1 && meanPackets < 1e9)) {
            throw new IllegalArgumentException("loss.mean-packets must be 1 to 1e9, got " + meanPackets);
        }
        // The chain is in the bad state for enter / (enter + leave) of the packets, 1 / leave packets at a time.
        double leave = 1 / meanPackets;
        return new Loss(0, 1, Math.min(1, leave * probability / (1 - probability)), leave);
    }

    /**
     * Share of packets that is lost in the long run.
     *
     * @return 0 to 1
     */
    public double meanProbability() {
        double badShare = enterBad / (enterBad + leaveBad);
        return good * (1 - badShare) + bad * badShare;
    }

    private static void requireProbability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be 0 to 1, got " + value);
        }
    }
}
