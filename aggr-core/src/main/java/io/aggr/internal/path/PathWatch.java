package io.aggr.internal.path;

import io.aggr.link.LinkState;

/**
 * Decides the state of one line from evidence: reports of the peer in which packets are overdue while nothing at all arrives, silence while
 * something should come, and proofs of receipt.
 *
 * <p>A line that was suspect for less than a second is used again with the first proof. After that it has to go on answering first, and longer
 * each time that it fails again soon: hold-down 0, 1, 2, 4 … 30 seconds, forgotten after a minute without failure. Where no other line carries
 * traffic, a doubtful one is better than none, and the first proof is enough.
 *
 * <p>If what was sent just before the suspicion arrives, nothing was lost: the suspicion was wrong and is not held against the line. But the
 * next one needs twice the evidence.
 *
 * <p>A line that loses more than a fifth is suspect as well, and stays so, however much it answers, until it loses less than a tenth. What
 * measures that meanwhile are copies.
 *
 * <p>Confined to the thread that sends.
 */
public final class PathWatch {

    private static final long MILLI = 1_000_000;
    private static final long OVERDUE_MARGIN_NANOS = 15 * MILLI;
    private static final long LONG_OVERDUE_NANOS = 60 * MILLI;
    private static final int MANY_OVERDUE = 4;
    private static final long MIN_SILENCE_NANOS = 30 * MILLI;
    private static final long SHORT_SUSPICION_NANOS = 1_000 * MILLI;
    private static final long SUSPECT_LIMIT_NANOS = 3_000 * MILLI;
    private static final int PROOFS_NEEDED = 3;
    private static final long PROOFS_SPAN_NANOS = 300 * MILLI;
    private static final long STABLE_NANOS = 60_000 * MILLI;
    private static final long MAX_HOLD_DOWN_NANOS = 30_000 * MILLI;
    private static final long PROBE_AGAIN_NANOS = 250 * MILLI;
    private static final long FEEDBACK_NANOS = 50 * MILLI;
    private static final long JUST_BEFORE_NANOS = 30 * MILLI;
    private static final long MOST_OVERTAKEN = 64;
    private static final int MAX_FALSE_ALARMS = 2;

    private final SendPath path;
    private final Listener listener;
    private boolean everUp;
    private long suspectSinceNanos;
    private int failures;
    private long lastFailureNanos;
    private int proofs;
    private long firstProofNanos;
    private long usableFromNanos;
    private boolean proved;
    private long provedNanos;
    private long proofAtNanos;
    private final LossWindow losses = new LossWindow();
    private boolean lossy;
    private int failuresBefore;
    private long lastFailureBeforeNanos;
    private long reportNanos = 2 * FEEDBACK_NANOS;
    private int falseAlarms;
    private long lastFalseAlarmNanos;

    /** Hears of changes. */
    @FunctionalInterface
    public interface Listener {
        /**
         * The state has changed. What was on a line that stops carrying traffic has to be sent over others.
         *
         * @param path the line, in its new state
         * @param previous the state before
         * @param nowNanos monotonic time
         */
        void onState(SendPath path, LinkState previous, long nowNanos);
    }

    /**
     * Watches a line.
     *
     * @param path the line, down
     * @param listener hears of changes
     */
    public PathWatch(SendPath path, Listener listener) {
        this.path = path;
        this.listener = listener;
    }

    /** No reports come for this line: what is answered at all is answered at once. */
    public void withoutReports() {
        reportNanos = 0;
    }

    /**
     * The line has somewhere to send to, and probes are about to go.
     *
     * @param nowNanos monotonic time
     */
    public void onProbing(long nowNanos) {
        if (path.state() == LinkState.DOWN) {
            proofs = 0;
            become(LinkState.PROBING, nowNanos);
        }
    }

    /**
     * Something that was sent over the line has arrived, for sure: an answered probe, or a report that names a packet sent after the suspicion.
     *
     * @param sentNanos when it was sent
     * @param nowNanos monotonic time
     */
    public void onProof(long sentNanos, long nowNanos) {
        path.sizes().mtu().onProof(sentNanos, nowNanos);
        if (!proved || sentNanos - provedNanos > 0) {
            proved = true;
            provedNanos = sentNanos;
        }
        proofAtNanos = nowNanos;
        switch (path.state()) {
            case PROBING -> {
                if (countProof(nowNanos) || !everUp || path.isOnlyHope()) {
                    everUp = true;
                    become(LinkState.UP, nowNanos);
                }
            }
            case SUSPECT -> onProofWhileSuspect(sentNanos, nowNanos);
            case COOLING -> {
                if (countProof(nowNanos) || path.isOnlyHope()) {
                    become(LinkState.UP, nowNanos);
                }
            }
            case DOWN -> onProbing(nowNanos);
            case UP -> {}
        }
    }

    private void onProofWhileSuspect(long sentNanos, long nowNanos) {
        long lasted = nowNanos - suspectSinceNanos;
        if (lossy) {
            if (path.isOnlyHope()) {
                become(LinkState.UP, nowNanos);
            }
        } else if (sentNanos - suspectSinceNanos > 0) {
            proofs = 0;
            if (lasted < SHORT_SUSPICION_NANOS && !isHeldDown(nowNanos)) {
                become(LinkState.UP, nowNanos);
            } else {
                become(LinkState.COOLING, nowNanos);
                if (countProof(nowNanos) || path.isOnlyHope()) {
                    become(LinkState.UP, nowNanos);
                }
            }
        } else if (suspectSinceNanos - sentNanos < JUST_BEFORE_NANOS && lasted < SHORT_SUSPICION_NANOS) {
            failures = failuresBefore;
            lastFailureNanos = lastFailureBeforeNanos;
            falseAlarms = Math.min(MAX_FALSE_ALARMS, falseAlarms + 1);
            lastFalseAlarmNanos = nowNanos;
            become(LinkState.UP, nowNanos);
        }
    }

    /** Counts proofs in a row; true when there are enough, spread over enough time, and the hold-down is over. */
    private boolean countProof(long nowNanos) {
        if (proofs++ == 0) {
            firstProofNanos = nowNanos;
        }
        return proofs >= PROOFS_NEEDED && nowNanos - firstProofNanos >= PROOFS_SPAN_NANOS && !isHeldDown(nowNanos);
    }

    private boolean isHeldDown(long nowNanos) {
        return failures > 0 && nowNanos - usableFromNanos < 0;
    }

    /**
     * A report of the peer speaks of the line.
     *
     * @param reportStamp the peer's time of the report, stamp units modulo 2^16
     * @param silenceNanos how long before the report nothing had arrived
     * @param highest highest counter that had arrived
     * @param usableOthers how many other lines carry traffic
     * @param nowNanos monotonic time
     */
    public void onReport(int reportStamp, long silenceNanos, long highest, int usableOthers, long nowNanos) {
        if (path.state() != LinkState.UP || usableOthers == 0 || !path.delay().isMeasured()) {
            return;
        }
        long deviation = path.delay().deviationNanos();
        long silenceNeeded = Math.max(
                        MIN_SILENCE_NANOS,
                        4 * deviation + 4 * path.rate().pacer().serializationNanos(1_500))
                << caution(nowNanos);
        if (silenceNanos >= silenceNeeded && isOverdue(reportStamp, highest, 4 * deviation, nowNanos)) {
            suspect(nowNanos);
        }
    }

    /** How often the evidence has to be doubled, after false alarms of late. */
    private int caution(long nowNanos) {
        if (falseAlarms > 0 && nowNanos - lastFalseAlarmNanos > STABLE_NANOS) {
            falseAlarms = 0;
        }
        return falseAlarms;
    }

    private boolean isOverdue(int reportStamp, long highest, long deviationNanos, long nowNanos) {
        InFlight inFlight = path.inFlight();
        int overdue = 0;
        for (long counter = highest + 1; counter < inFlight.nextCounter(); counter++) {
            if (!inFlight.isUnacknowledged(counter)) {
                continue;
            }
            long sent = inFlight.sentNanos(counter);
            // Beyond this age the 16-bit stamps would wrap; so old a packet is overdue anyway.
            long lateNanos = nowNanos - sent > 1_500 * MILLI
                    ? Long.MAX_VALUE
                    : Stamps.difference(
                                    reportStamp,
                                    Stamps.stamp(sent) + path.delay().smoothedStamp())
                            * Stamps.UNIT_NANOS;
            if (lateNanos < deviationNanos + OVERDUE_MARGIN_NANOS) {
                break;
            }
            overdue++;
            if (overdue >= MANY_OVERDUE || lateNanos >= LONG_OVERDUE_NANOS + deviationNanos) {
                return true;
            }
        }
        return false;
    }

    /**
     * A report says what has become of datagrams that left since the line came up, or since it became suspect for its losses.
     *
     * @param sent datagrams that the report speaks of
     * @param lost how many of them are missing; less than 0 if more has arrived, since what had been overtaken is there now
     * @param usableOthers how many other lines carry traffic
     * @param nowNanos monotonic time
     */
    public void onLosses(long sent, long lost, int usableOthers, long nowNanos) {
        losses.add(sent, lost, nowNanos);
        if (path.state() == LinkState.UP && usableOthers > 0 && losses.isTooLossy(overtaken())) {
            lossy = true;
            suspectSinceNanos = nowNanos;
            proofs = 0;
            become(LinkState.SUSPECT, nowNanos);
        } else if (path.state() == LinkState.SUSPECT && lossy && losses.isSound()) {
            become(LinkState.UP, nowNanos);
        }
    }

    /** How many packets follow each other in the time by which one may be late, and so may overtake it. */
    private long overtaken() {
        long apart = path.rate().pacer().serializationNanos(1_500);
        return apart <= 0 ? 0 : Math.min(MOST_OVERTAKEN, 2 * path.delay().deviationNanos() / apart);
    }

    /**
     * Whether the line is suspect because it loses too much, though it is alive.
     *
     * @return true while copies shall measure it
     */
    public boolean isLossy() {
        return lossy;
    }

    /**
     * Time has passed: silence where something should have come.
     *
     * @param usableOthers how many other lines carry traffic
     * @param unansweredNanos when the oldest probe was sent that nothing has answered, or {@link Long#MAX_VALUE}
     * @param unreportedNanos when the oldest packet was sent that should have been reported by now, or {@link Long#MAX_VALUE}
     * @param signNanos when the peer last showed over any line that it hears us: silence is judged as of then
     * @param nowNanos monotonic time
     */
    public void poll(int usableOthers, long unansweredNanos, long unreportedNanos, long signNanos, long nowNanos) {
        switch (path.state()) {
            case UP -> {
                if (usableOthers > 0 && isSwallowing(unansweredNanos, unreportedNanos, signNanos)) {
                    suspect(nowNanos);
                }
            }
            case SUSPECT -> {
                if (nowNanos - (lossy ? proofAtNanos : suspectSinceNanos) > SUSPECT_LIMIT_NANOS) {
                    become(LinkState.DOWN, nowNanos);
                }
            }
            case COOLING -> {
                if (nowNanos - proofAtNanos > SUSPECT_LIMIT_NANOS) {
                    become(LinkState.DOWN, nowNanos);
                }
            }
            case DOWN, PROBING -> {}
        }
    }

    /**
     * Whether what was sent for long enough has come to nothing. That something comes in over the line proves nothing of the way out; it only
     * makes a single lost probe the likelier reason.
     */
    private boolean isSwallowing(long unansweredNanos, long unreportedNanos, long nowNanos) {
        long timeout = timeoutNanos();
        boolean unreported = isOlder(unreportedNanos, timeout, nowNanos);
        boolean silent = path.heard().silenceNanos(nowNanos) > timeout;
        long patience = silent || unreported ? timeout : timeout + PROBE_AGAIN_NANOS;
        return (unreported || isOlder(unansweredNanos, patience, nowNanos))
                && (!proved || nowNanos - provedNanos > patience);
    }

    private static boolean isOlder(long sinceNanos, long ageNanos, long nowNanos) {
        return sinceNanos != Long.MAX_VALUE && nowNanos - sinceNanos > ageNanos;
    }

    /**
     * All lines have been silent for so long that the peer itself must be gone.
     *
     * @param nowNanos monotonic time
     */
    public void onPeerSilent(long nowNanos) {
        if (path.state() == LinkState.UP) {
            become(LinkState.DOWN, nowNanos);
        }
    }

    /**
     * The line leads to another address of the peer, which has just answered over it. If it became suspect a moment ago that was since the address before is
     * not the peer's any more: nothing is held against the line, and it need not answer again.
     *
     * @param nowNanos monotonic time
     */
    public void onMoved(long nowNanos) {
        losses.reset();
        if (path.state() == LinkState.SUSPECT && !lossy && nowNanos - suspectSinceNanos < SHORT_SUSPICION_NANOS) {
            failures = failuresBefore;
            lastFailureNanos = lastFailureBeforeNanos;
            become(LinkState.UP, nowNanos);
        }
    }

    /**
     * The system says that the line cannot be used: interface gone, no route.
     *
     * @param nowNanos monotonic time
     */
    public void onLocalFault(long nowNanos) {
        if (path.state().carriesTraffic()) {
            noteFailure(nowNanos);
        }
        if (path.state() != LinkState.DOWN) {
            become(LinkState.DOWN, nowNanos);
        }
    }

    /**
     * A new association begins: the line is down, and what was held against it is forgotten.
     *
     * @param nowNanos monotonic time
     */
    public void onNewAssociation(long nowNanos) {
        if (path.state() != LinkState.DOWN) {
            become(LinkState.DOWN, nowNanos);
        }
        proofs = 0;
        failures = 0;
        everUp = false;
        proved = false;
        falseAlarms = 0;
    }

    private void suspect(long nowNanos) {
        suspectSinceNanos = nowNanos;
        proofs = 0;
        noteFailure(nowNanos);
        become(LinkState.SUSPECT, nowNanos);
    }

    private void noteFailure(long nowNanos) {
        failuresBefore = failures;
        lastFailureBeforeNanos = lastFailureNanos;
        failures = failures > 0 && nowNanos - lastFailureNanos > STABLE_NANOS ? 1 : failures + 1;
        lastFailureNanos = nowNanos;
        long backOffNanos = 1_000 * MILLI;
        long holdDown = failures < 2 ? 0 : Math.min(MAX_HOLD_DOWN_NANOS, backOffNanos << Math.min(10, failures - 2));
        usableFromNanos = nowNanos + holdDown;
    }

    /**
     * How long an answer may take: RFC 6298's bound, two reports, and a margin for busy hosts.
     *
     * @return nanoseconds, 200 ms or more, or 150 ms where there are no reports
     */
    public long timeoutNanos() {
        long rtt = path.rtt().isMeasured()
                ? path.rtt().smoothedNanos() + 4 * path.rtt().variationNanos()
                : SHORT_SUSPICION_NANOS;
        return Math.max(150 * MILLI + reportNanos / 2, rtt + reportNanos + 80 * MILLI);
    }

    /**
     * How long until {@link #poll} may decide something.
     *
     * @return nanoseconds, {@link Long#MAX_VALUE} if only events matter
     */
    public long pollIntervalNanos() {
        return switch (path.state()) {
            case UP -> 50 * MILLI;
            case SUSPECT, COOLING -> 100 * MILLI;
            case DOWN, PROBING -> Long.MAX_VALUE;
        };
    }

    private void become(LinkState next, long nowNanos) {
        LinkState previous = path.state();
        if (lossy && next != LinkState.SUSPECT) {
            lossy = false;
        }
        if (!next.carriesTraffic() && !lossy) {
            losses.reset();
        }
        path.become(next, nowNanos);
        listener.onState(path, previous, nowNanos);
    }
}
