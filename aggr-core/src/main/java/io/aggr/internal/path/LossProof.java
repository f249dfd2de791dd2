package io.aggr.internal.path;

/**
 * Finds out which packets cannot come any more, from what the lines themselves say. Two proofs:
 *
 * <ul>
 *   <li>A packet names the one before it on its line. If that one has not arrived it is lost, since a line keeps order.
 *   <li>Every line has delivered something later (RFC 1990 section 4.1). Lines that carry nothing speak through probes; a line from which nothing
 *       is heard while others are has no say. After a pause each line is given time to be heard again.
 * </ul>
 *
 * <p>A line that is known to reorder gets the time by which it does so before a proof counts. Confined to the thread that receives; constant
 * memory.
 */
public final class LossProof {

    /** Takes what is proved. */
    public interface Sink {
        /**
         * One packet is lost.
         *
         * @param sequence its sequence
         */
        void onLost(long sequence);

        /**
         * Whatever has not arrived up to a sequence is lost.
         *
         * @param sequence the sequence
         */
        void onPassed(long sequence);
    }

    private static final int PENDING = 1_024;
    private static final long SILENT_NANOS = 600_000_000;

    // Made with the first packet that something is said of.
    private long[] pendingSequences = {};
    private long[] pendingDueNanos = {};
    private int pendingHead;
    private int pendingCount;
    private long passed;
    private long passing;
    private long passingDueNanos;
    private boolean passingPending;
    private boolean anyHeard;
    private long newestNanos;
    private long busySinceNanos;

    /** Nothing has come for a while: memory is given back. */
    public void rest() {
        if (pendingCount == 0) {
            pendingSequences = new long[0];
            pendingDueNanos = new long[0];
        }
    }

    /** A new association begins. */
    public void reset() {
        pendingCount = 0;
        passed = 0;
        passingPending = false;
        anyHeard = false;
    }

    /**
     * A member of a line's chain has arrived.
     *
     * @param path the line
     * @param sequence its sequence
     * @param distance distance to the member before, 0 if it is not told
     * @param arrived the sequences that have arrived
     * @param nowNanos monotonic time
     * @param sink takes what is proved at once
     */
    public void onChainMember(
            ReceivePath path, long sequence, int distance, DuplicateFilter arrived, long nowNanos, Sink sink) {
        path.pass(sequence);
        long named = sequence - distance;
        if (distance == 0 || named < 1 || arrived.contains(named)) {
            return;
        }
        long patience = path.reorderNanos(nowNanos);
        if (patience == 0) {
            sink.onLost(named);
        } else if (pendingCount < PENDING) {
            if (pendingSequences.length == 0) {
                pendingSequences = new long[PENDING];
                pendingDueNanos = new long[PENDING];
            }
            int slot = (pendingHead + pendingCount++) & PENDING - 1;
            pendingSequences[slot] = named;
            pendingDueNanos[slot] = nowNanos + patience;
        }
        // A full ring means hundreds of losses within milliseconds: the second proof or the reorder buffer's own limit
        // does the work then.
    }

    /**
     * Compares the lines. Called after a batch of arrivals.
     *
     * @param paths the peer's lines; entries may be null
     * @param arrived the sequences that have arrived
     * @param nowNanos monotonic time
     * @param sink takes what is proved
     */
    public void compare(ReceivePath[] paths, DuplicateFilter arrived, long nowNanos, Sink sink) {
        notePause(paths);
        boolean early = nowNanos - busySinceNanos <= SILENT_NANOS;
        long least = Long.MAX_VALUE;
        long patience = 0;
        for (ReceivePath path : paths) {
            if (path != null && (early || path.heardWithin(nowNanos, SILENT_NANOS))) {
                least = Math.min(least, path.passedSequence());
                patience = Math.max(patience, path.reorderNanos(nowNanos));
            }
        }
        if (least == Long.MAX_VALUE || least <= passed || passingPending) {
            return;
        }
        least = Math.min(least, arrived.highest());
        if (least <= passed) {
            return;
        }
        if (patience == 0) {
            passed = least;
            sink.onPassed(least);
        } else {
            passing = least;
            passingDueNanos = nowNanos + patience;
            passingPending = true;
        }
    }

    /** Notes when packets began to come again after a pause on all lines. */
    private void notePause(ReceivePath[] paths) {
        for (ReceivePath path : paths) {
            if (path != null && path.isHeard()) {
                long sinceNewest = path.heardAtNanos() - newestNanos;
                if (!anyHeard || sinceNewest > SILENT_NANOS) {
                    busySinceNanos = path.heardAtNanos();
                }
                if (!anyHeard || sinceNewest > 0) {
                    newestNanos = path.heardAtNanos();
                }
                anyHeard = true;
            }
        }
    }

    /**
     * Time has passed.
     *
     * @param arrived the sequences that have arrived
     * @param nowNanos monotonic time
     * @param sink takes what is proved by now
     */
    public void poll(DuplicateFilter arrived, long nowNanos, Sink sink) {
        while (pendingCount > 0 && nowNanos - pendingDueNanos[pendingHead] >= 0) {
            long sequence = pendingSequences[pendingHead];
            pendingHead = pendingHead + 1 & PENDING - 1;
            pendingCount--;
            if (!arrived.contains(sequence)) {
                sink.onLost(sequence);
            }
        }
        if (passingPending && nowNanos - passingDueNanos >= 0) {
            passingPending = false;
            passed = passing;
            sink.onPassed(passing);
        }
    }

    /**
     * When {@link #poll} has to be called next.
     *
     * @param nowNanos monotonic time
     * @return distance in nanoseconds, {@link Long#MAX_VALUE} if nothing is pending
     */
    public long nanosToDeadline(long nowNanos) {
        long distance = pendingCount > 0 ? pendingDueNanos[pendingHead] - nowNanos : Long.MAX_VALUE;
        return passingPending ? Math.min(distance, passingDueNanos - nowNanos) : distance;
    }
}
