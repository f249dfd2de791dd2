package io.aggr.internal.reorder;

/**
 * Tells a stray number from a new numbering. A packet far from all others is not believed; when nothing but such packets, near to each other,
 * has come for as long as a packet may be held, they are the new numbering.
 */
final class Resync {

    private final long afterNanos;
    private boolean pending;
    private long sinceNanos;
    private long lastSequence;

    Resync(long afterNanos) {
        this.afterNanos = afterNanos;
    }

    /** A packet near the others has come. */
    void near() {
        pending = false;
    }

    /** A packet far from the others has come; whether to follow it. */
    boolean far(long sequence, long nowNanos) {
        if (!pending || Math.abs(sequence - lastSequence) > Sequences.WINDOW) {
            pending = true;
            sinceNanos = nowNanos;
        }
        lastSequence = sequence;
        return nowNanos - sinceNanos >= afterNanos;
    }
}
