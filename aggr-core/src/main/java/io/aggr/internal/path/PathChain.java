package io.aggr.internal.path;

/**
 * The chain of what one line carries: each datagram that joins it names the one before, so that the end that receives knows what is lost
 * ({@link LossProof}). Sequences in a chain only rise.
 *
 * <p>Confined to the thread that sends.
 */
public final class PathChain {

    private static final int FARTHEST = 255;

    private long lastSequence;

    /** An empty chain. */
    PathChain() {}

    /** A new association begins. */
    void reset() {
        lastSequence = 0;
    }

    /**
     * Distance from the member before to this one, as it travels.
     *
     * @param sequence of the datagram that joins the chain now
     * @return 1 to 255, or 0 if there is none or it is too far
     */
    public int join(long sequence) {
        long distance = sequence - lastSequence;
        boolean told = lastSequence > 0 && distance >= 1 && distance <= FARTHEST;
        lastSequence = sequence;
        return told ? (int) distance : 0;
    }

    /**
     * Whether a sequence may join.
     *
     * @param sequence the sequence
     * @return whether it is above all before
     */
    public boolean admits(long sequence) {
        return sequence > lastSequence;
    }

    /**
     * Sequence of the last member.
     *
     * @return a sequence, 0 before the first
     */
    public long lastSequence() {
        return lastSequence;
    }
}
