package io.aggr.internal.path;

/**
 * Finds out how long the packets of one line may be, by padded probes that the far end answers: datagram path MTU discovery (RFC 8899), without
 * believing any ICMP message. A size is used once a packet of that size has got through, and not before.
 *
 * <p><b>When a probe has failed.</b> Not when a timer says so, but when something small that was sent after it has arrived and the answer still
 * has not come: the line lives, and what was long is lost ({@link SentMtuProbes}). So a dead line teaches nothing about its MTU, and a search takes a
 * few round trips instead of the seconds of RFC 8899 section 5.1.1.
 *
 * <p><b>The search.</b> First down through the sizes that lines have, one try each, until one gets through; then up again until one does not: the
 * <em>quick</em> part. While it lasts, packets of up to {@link #safeBytes} are taken, and longer ones may wait ({@link #hopedBytes}). Afterwards,
 * in the background, what failed gets three tries in all, and the rest is found by bisection ({@link MtuBounds}). Ten minutes later it is looked
 * whether the line takes more by now.
 *
 * <p><b>Black holes.</b> If the long packets of a line are lost while short ones arrive ({@link BlackHoleWatch}), it falls back to the safe size at
 * once and searches again, first of all for the size that it had (RFC 8899 section 4.3).
 *
 * <p>Pure logic, confined to the thread that sends. Sizes are bytes of the outer IP packet.
 */
public final class MtuSearch {

    /** What a line takes where nobody has said and nobody can find out. */
    public static final int DEFAULT_BYTES = 1500;

    private static final int TRIES = 3;
    private static final int VERIFICATIONS = 2;

    private static final long MILLI = 1_000_000;
    private static final long BACKGROUND_NANOS = 200 * MILLI;
    private static final long LONGEST_QUICK_NANOS = 2_000 * MILLI;
    private static final long RAISE_NANOS = 600_000 * MILLI;

    /** On a metered line three probes each twelve hours: at most 9 kB a day. */
    private static final long METERED_RAISE_NANOS = 12 * 3_600_000 * MILLI;

    private static final long DOUBT_NANOS = 1_000 * MILLI;
    private static final long NEVER = Long.MAX_VALUE;

    private enum Phase {
        /** The size was told or cannot be found out. */
        FIXED,
        /** Nothing has arrived over the line yet. */
        WAITING,
        /** Quick part: down until something gets through. */
        DOWN,
        /** Quick part: up until something does not. */
        UP,
        /** Background: the rest. */
        REFINING,
        /** Is what worked still working? */
        VERIFYING,
        /** Nothing to do for a long while. */
        RESTING
    }

    private final MtuBounds bounds = new MtuBounds(DEFAULT_BYTES);
    private final SentMtuProbes probes = new SentMtuProbes();
    private final BlackHoleWatch blackHole = new BlackHoleWatch();
    private Phase phase = Phase.FIXED;
    private boolean metered;
    private int hopedBytes = DEFAULT_BYTES;

    private int triedBytes;
    private int tries;
    private long dueNanos;
    private long quickSinceNanos;

    /** What failed when the search was last over; the first that is tried when it begins again. */
    private int boundaryBytes;

    private long raiseNanos;

    private int fellFromBytes;

    /** It fell since the line was silent, which may have had other reasons. */
    private boolean fellInSilence;

    private boolean fallen;
    private boolean doubted;
    private long lastDoubtNanos;

    /**
     * Fixes the size, for a line whose MTU is in the configuration or whose link cannot forbid fragmentation.
     *
     * @param mtuBytes longest packet of the line
     */
    public void fix(int mtuBytes) {
        phase = Phase.FIXED;
        bounds.fix(mtuBytes);
        hopedBytes = mtuBytes;
        probes.stopAwaiting();
    }

    /**
     * Searches, from the beginning, as soon as something has arrived over the line.
     *
     * @param newCeilingBytes longest packet worth trying, {@value MtuBounds#FLOOR_BYTES} or more
     * @param isMetered whether each byte costs: then the search is coarser and rarer
     */
    public void search(int newCeilingBytes, boolean isMetered) {
        phase = Phase.WAITING;
        metered = isMetered;
        bounds.open(newCeilingBytes);
        hopedBytes = bounds.ceilingBytes();
        boundaryBytes = 0;
        fellFromBytes = 0;
        fellInSilence = false;
        fallen = false;
        probes.forget();
        blackHole.forget();
    }

    /**
     * Longest packet that the line takes, as far as is known for sure.
     *
     * @return bytes
     */
    public int usableBytes() {
        return bounds.confirmedBytes();
    }

    /**
     * Longest packet that the line may turn out to take within the next round trips. Longer ones need not wait.
     *
     * @return {@link #usableBytes} or more
     */
    public int hopedBytes() {
        return hopedBytes;
    }

    /**
     * Longest packet that is worth trying.
     *
     * @return bytes
     */
    public int ceilingBytes() {
        return bounds.ceilingBytes();
    }

    /**
     * What is taken while nothing longer is confirmed.
     *
     * @return bytes
     */
    public int safeBytes() {
        return bounds.safeBytes();
    }

    /**
     * Whether the MTU is being searched for, as opposed to being told.
     *
     * @return false after {@link #fix}
     */
    public boolean isSearching() {
        return phase != Phase.FIXED;
    }

    /**
     * Bytes of all probes so far.
     *
     * @return bytes of outer packets
     */
    public long probeBytes() {
        return probes.sentBytes();
    }

    /**
     * The size of the probe that has to leave now.
     *
     * @param nowNanos monotonic time
     * @return bytes of the outer packet, 0 if none is due
     */
    public int dueBytes(long nowNanos) {
        return isProbing() && !probes.isAwaited() && nowNanos - dueNanos >= 0 ? triedBytes : 0;
    }

    private boolean isProbing() {
        return phase != Phase.FIXED && phase != Phase.WAITING;
    }

    /**
     * How long until {@link #poll} may decide something or a probe is due.
     *
     * @param nowNanos monotonic time
     * @param patienceNanos as for {@link #poll}
     * @return nanoseconds, 0 or less if it is time, {@link Long#MAX_VALUE} if only events matter
     */
    public long nanosToDeadline(long nowNanos, long patienceNanos) {
        if (!isProbing()) {
            return NEVER;
        }
        return probes.isAwaited() ? probes.nanosToVerdict(nowNanos, patienceNanos) : dueNanos - nowNanos;
    }

    /**
     * A probe has left, or the system has refused it.
     *
     * @param token what the answer will repeat
     * @param bytes its size
     * @param counter its number on the line
     * @param nowNanos monotonic time
     */
    public void onSent(long token, int bytes, long counter, long nowNanos) {
        probes.onSent(token, bytes, counter, nowNanos);
    }

    /**
     * Something that was sent over the line has arrived. What was sent before the probe says nothing about it.
     *
     * @param whenSentNanos when it was sent
     * @param nowNanos monotonic time
     */
    public void onProof(long whenSentNanos, long nowNanos) {
        if (phase == Phase.WAITING) {
            begin(Phase.DOWN, bounds.ceilingBytes(), nowNanos);
            quickSinceNanos = nowNanos;
        } else {
            probes.onProof(whenSentNanos, nowNanos);
        }
    }

    /**
     * Time has passed: an unanswered probe may have failed.
     *
     * @param nowNanos monotonic time
     * @param patienceNanos how long an answer may take: the smoothed round-trip time and four times its variation
     */
    public void poll(long nowNanos, long patienceNanos) {
        switch (probes.judge(nowNanos, patienceNanos)) {
            case FAILED -> onFailure(nowNanos);
            case VOID -> dueNanos = nowNanos;
            case OPEN -> {}
        }
        if (isQuick() && nowNanos - quickSinceNanos > LONGEST_QUICK_NANOS) {
            // The line does not even answer small probes; nobody waits for it any longer.
            hopedBytes = bounds.confirmedBytes();
        }
        if (phase == Phase.RESTING && nowNanos - dueNanos >= 0) {
            int ceilingBytes = bounds.ceilingBytes();
            bounds.forgetFailure();
            begin(Phase.REFINING, boundaryBytes > 0 ? Math.min(boundaryBytes, ceilingBytes) : ceilingBytes, nowNanos);
        }
    }

    private boolean isQuick() {
        return phase == Phase.DOWN || phase == Phase.UP;
    }

    /**
     * An answer has come.
     *
     * @param token what it repeats
     * @param nowNanos monotonic time
     */
    public void onAnswer(long token, long nowNanos) {
        int bytes = probes.takeAnswered(token);
        if (bytes > 0) {
            onArrived(bytes, nowNanos);
        }
    }

    private void onArrived(int bytes, long nowNanos) {
        if (!isProbing()) {
            return;
        }
        blackHole.clear();
        bounds.confirm(bytes);
        if (bytes < triedBytes && (probes.isAwaited() || phase == Phase.VERIFYING)) {
            // A late answer to a smaller one; the one that is tried now decides.
            return;
        }
        probes.stopAwaiting();
        if (phase == Phase.VERIFYING || bytes == fellFromBytes) {
            // It was a false alarm; what was known before stands.
            continueUp(Phase.REFINING, nowNanos);
        } else if (phase != Phase.RESTING) {
            continueUp(phase == Phase.DOWN ? Phase.UP : phase, nowNanos);
        }
    }

    private void continueUp(Phase next, long nowNanos) {
        int above = bounds.nextAbove(next == Phase.REFINING && !metered);
        if (above > 0) {
            begin(next, above, nowNanos);
        } else {
            refine(metered ? 0 : bounds.nextAbove(true), 0, nowNanos);
        }
        hopedBytes = isQuick() ? hopedBytes : bounds.confirmedBytes();
    }

    private void begin(Phase next, int bytes, long nowNanos) {
        phase = next;
        triedBytes = bytes;
        tries = 0;
        probes.stopAwaiting();
        dueNanos = next == Phase.REFINING ? nowNanos + BACKGROUND_NANOS : nowNanos;
    }

    private void rest(long nowNanos) {
        int boundary = bounds.failedBytes();
        if (boundary != boundaryBytes || raiseNanos - nowNanos <= 0) {
            raiseNanos = nowNanos + (metered ? METERED_RAISE_NANOS : RAISE_NANOS);
        }
        phase = Phase.RESTING;
        boundaryBytes = boundary;
        probes.stopAwaiting();
        triedBytes = 0;
        fellFromBytes = 0;
        hopedBytes = bounds.confirmedBytes();
        dueNanos = bounds.confirmedBytes() >= bounds.ceilingBytes() ? nowNanos + NEVER / 4 : raiseNanos;
    }

    private void onFailure(long nowNanos) {
        tries++;
        switch (phase) {
            case DOWN -> {
                int lower = bounds.nextBelow(triedBytes);
                if (triedBytes <= bounds.confirmedBytes()) {
                    bounds.lower(lower);
                }
                continueDown(triedBytes, lower, nowNanos);
            }
            // Its first two tries were those on the way down and up.
            case UP -> {
                if (metered) {
                    bounds.fail(triedBytes);
                }
                refine(triedBytes, TRIES - 1, nowNanos);
            }
            case VERIFYING -> {
                if (tries >= VERIFICATIONS) {
                    fallBack(nowNanos);
                } else {
                    dueNanos = nowNanos;
                }
            }
            case REFINING -> {
                if (tries < TRIES) {
                    dueNanos = nowNanos + BACKGROUND_NANOS;
                } else {
                    onFailedForGood(nowNanos);
                }
            }
            case FIXED, WAITING, RESTING -> {}
        }
    }

    /** Tries a lower size than one that has failed, or closes in on it if there is none. */
    private void continueDown(int failedBytes, int lowerBytes, long nowNanos) {
        if (lowerBytes == 0) {
            bounds.fail(failedBytes);
            refine(bounds.nextAbove(true), 0, nowNanos);
        } else {
            begin(Phase.DOWN, lowerBytes, nowNanos);
        }
    }

    private void onFailedForGood(long nowNanos) {
        boolean asBefore = triedBytes == boundaryBytes;
        bounds.fail(triedBytes);
        if (asBefore) {
            rest(nowNanos);
        } else {
            continueUp(Phase.REFINING, nowNanos);
        }
    }

    private void refine(int bytes, int triesSoFar, long nowNanos) {
        if (metered || bytes == 0) {
            rest(nowNanos);
            return;
        }
        begin(Phase.REFINING, bytes, nowNanos);
        tries = triesSoFar;
        fellFromBytes = 0;
        hopedBytes = bounds.confirmedBytes();
    }

    /**
     * The local system has refused a datagram as too long, which is its word on its own interface. An MTU that was told is too long then, too: it is lower
     * until it is told again.
     *
     * @param bytes its size
     * @param nowNanos monotonic time
     */
    public void onRefused(int bytes, long nowNanos) {
        if (bytes <= MtuBounds.FLOOR_BYTES) {
            return;
        }
        if (phase == Phase.FIXED && bytes <= bounds.confirmedBytes()) {
            fix(Math.max(MtuBounds.FLOOR_BYTES, bounds.nextBelow(bytes)));
        }
        if (!isProbing()) {
            return;
        }
        if (bytes <= bounds.confirmedBytes()) {
            int lower = bounds.nextBelow(bytes);
            fallBack(nowNanos);
            bounds.lower(lower);
            hopedBytes = Math.max(bounds.confirmedBytes(), lower);
            fellFromBytes = 0;
            continueDown(bytes, lower, nowNanos);
        } else if (bytes == triedBytes && probes.isAwaited()) {
            probes.stopAwaiting();
            tries = TRIES;
            if (phase == Phase.UP) {
                bounds.fail(bytes);
                continueUp(Phase.UP, nowNanos);
            } else {
                onFailure(nowNanos);
            }
        }
    }

    /**
     * The peer has reported on the datagrams up to a counter. A probe that has arrived has proved its size, whether or not its answer comes
     * back: only this direction of the line matters.
     *
     * @param before the highest counter of the report before
     * @param highest the highest counter of this one
     * @param missing bit b: counter {@code highest - 1 - b} has not arrived
     * @param nowNanos monotonic time
     */
    public void onReport(long before, long highest, long missing, long nowNanos) {
        int bytes = probes.takeReported(before, highest, missing);
        while (bytes > 0) {
            onArrived(bytes, nowNanos);
            bytes = probes.takeReported(before, highest, missing);
        }
    }

    /**
     * The peer has reported what became of a datagram.
     *
     * @param bytes its size, roughly
     * @param arrived whether it has arrived
     * @param whenSentNanos when it was sent
     * @param nowNanos monotonic time
     */
    public void onReported(int bytes, boolean arrived, long whenSentNanos, long nowNanos) {
        if (blackHole.onReported(bytes, bytes > bounds.safeBytes(), arrived, whenSentNanos)) {
            fallBack(nowNanos);
        }
    }

    /**
     * The line has fallen silent while long packets were on their way. Perhaps it is just they that are lost: if it comes back, that is looked at
     * first.
     *
     * @param longPackets how many, longer than {@link #safeBytes}
     * @param nowNanos monotonic time
     */
    public void onSilence(int longPackets, long nowNanos) {
        if (blackHole.isPossible(longPackets)) {
            int before = bounds.confirmedBytes();
            fallBack(nowNanos);
            fellInSilence = bounds.confirmedBytes() < before;
        }
    }

    /**
     * The line leads to another address of the same peer. That was why it was silent, and what it took before it takes still, as a rule. Where that is in
     * doubt, a probe finds out at once.
     *
     * @param elsewhere whether more than the port has changed
     * @param nowNanos monotonic time
     */
    public void onMoved(boolean elsewhere, long nowNanos) {
        blackHole.clear();
        if (probes.isAwaited()) {
            probes.stopAwaiting();
            dueNanos = nowNanos;
        }
        if (fellInSilence && phase == Phase.DOWN) {
            bounds.confirm(fellFromBytes);
            hopedBytes = bounds.confirmedBytes();
            fellFromBytes = 0;
            fallen = false;
            begin(Phase.VERIFYING, bounds.confirmedBytes(), nowNanos);
        } else if (elsewhere && (phase == Phase.RESTING || phase == Phase.REFINING)) {
            begin(Phase.VERIFYING, bounds.confirmedBytes(), nowNanos);
        }
        fellInSilence = false;
    }

    /**
     * A probe of the line that travelled with a packet has not been answered. Perhaps because of the packet, unless a long one is known to have
     * arrived since.
     *
     * @param sinceNanos when the probe was sent
     * @param nowNanos monotonic time
     */
    public void onDoubt(long sinceNanos, long nowNanos) {
        boolean possible = (phase == Phase.RESTING || phase == Phase.REFINING)
                && bounds.confirmedBytes() > MtuBounds.FLOOR_BYTES
                && !blackHole.hasLongArrivedSince(sinceNanos);
        if (possible && (!doubted || nowNanos - lastDoubtNanos > DOUBT_NANOS)) {
            doubted = true;
            lastDoubtNanos = nowNanos;
            begin(Phase.VERIFYING, bounds.confirmedBytes(), nowNanos);
        }
    }

    /**
     * The line carries traffic again. If a search is under way, packets may wait for its result.
     *
     * @param nowNanos monotonic time
     */
    public void onUp(long nowNanos) {
        if (isQuick()) {
            quickSinceNanos = nowNanos;
            hopedBytes = Math.max(bounds.confirmedBytes(), fellFromBytes > 0 ? fellFromBytes : triedBytes);
        }
    }

    private void fallBack(long nowNanos) {
        blackHole.clear();
        if (!isProbing() || phase == Phase.DOWN || bounds.confirmedBytes() <= MtuBounds.FLOOR_BYTES) {
            return;
        }
        fellFromBytes = bounds.confirmedBytes();
        fellInSilence = false;
        hopedBytes = fellFromBytes;
        bounds.lower(bounds.safeBytes());
        fallen = true;
        quickSinceNanos = nowNanos;
        begin(Phase.DOWN, fellFromBytes, nowNanos);
    }

    /**
     * Whether the line has fallen back since this was last asked: what is too long now has to go over others.
     *
     * @return true once per fall
     */
    public boolean takeFall() {
        boolean result = fallen;
        fallen = false;
        return result;
    }

    /**
     * How many probes are among the datagrams that a report calls missing. That they are lost says nothing about the line's loss.
     *
     * @param before the highest counter of the report before
     * @param highest the highest counter of this one
     * @param missing bit b: counter {@code highest - 1 - b} has not arrived
     * @return probes
     */
    public int missingProbes(long before, long highest, long missing) {
        return probes.countMissing(before, highest, missing);
    }

    /** A new association begins: counters start again, answers to old probes will not come. What is known of the line stays. */
    public void resetNumbers() {
        probes.resetNumbers();
        blackHole.clear();
    }
}
