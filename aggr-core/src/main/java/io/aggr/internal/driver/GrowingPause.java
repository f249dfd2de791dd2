package io.aggr.internal.driver;

/** A pause before something is tried again, twice as long each time. Confined to one thread. */
final class GrowingPause {

    private final long firstNanos;
    private final long lastNanos;
    private long nextNanos;
    private boolean pausing;
    private long endNanos;

    /**
     * No pause yet.
     *
     * @param firstNanos length of the first one
     * @param lastNanos none is longer
     */
    GrowingPause(long firstNanos, long lastNanos) {
        this.firstNanos = firstNanos;
        this.lastNanos = lastNanos;
        nextNanos = firstNanos;
    }

    /** It has been tried: a pause begins, and the next one will be longer. */
    void begin(long nowNanos) {
        begin(nextNanos, nowNanos);
        nextNanos = Math.min(lastNanos, 2 * nextNanos);
    }

    /** A pause of the first length begins; the next one is as long as it would have been. */
    void beginFirst(long nowNanos) {
        begin(firstNanos, nowNanos);
    }

    private void begin(long lengthNanos, long nowNanos) {
        pausing = true;
        endNanos = nowNanos + lengthNanos;
    }

    /** Whether it may be tried. */
    boolean isOver(long nowNanos) {
        return !pausing || nowNanos - endNanos >= 0;
    }

    /** The pause ends now; the next one is as long as it would have been. */
    void end() {
        pausing = false;
    }

    /** All is well: the pause ends, and the next one will be the first again. */
    void reset() {
        pausing = false;
        nextNanos = firstNanos;
    }
}
