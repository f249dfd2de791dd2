package io.aggr.internal.path;

import java.util.Arrays;

/**
 * Finds out how long the packets of one line may be, by padded probes that the far end answers: datagram path MTU discovery (RFC 8899), without
 * believing any ICMP message. A size is used once a packet of that size has got through, and not before.
 *
 * <p><b>When a probe has failed.</b> Not when a timer says so, but when something small that was sent after it has arrived and the answer still
 * has not come: the line lives, and what was long is lost. So a dead line teaches nothing about its MTU, and a search takes a few round trips
 * instead of the seconds of RFC 8899 section 5.1.1.
 *
 * <p><b>The search.</b> First down through the sizes that lines have, one try each, until one gets through; then up again until one does not: the
 * <em>quick</em> part. While it lasts, packets of up to {@link #safeBytes} are taken, and longer ones may wait ({@link #hopedBytes}). Afterwards,
 * in the background, what failed gets three tries in all, and the rest is found by bisection. Ten minutes later it is looked whether the line
 * takes more by now.
 *
 * <p><b>Black holes.</b> If the long packets of a line are lost while short ones arrive, it falls back to the safe size at once and searches
 * again, first of all for the size that it had (RFC 8899 section 4.3).
 *
 * <p>Pure logic, confined to the thread that sends. Sizes are bytes of the outer IP packet.
 */
public final class MtuSearch {

    /** What a line takes where nobody has said and nobody can find out. */
    public static final int DEFAULT_BYTES = 1500;

    /** Ethernet, PPPoE, and tunnels in tunnels; the last two are the bases: what IPv6 demands, and what RFC 8899 section 5.1.2 recommends. */
    private static final int[] SIZES = {1500, 1492, 1480, 1472, 1452, 1420, 1400, 1280, 1200};

    private static final int BASE_BYTES = 1280;
    private static final int LOWER_BASE_BYTES = 1200;

    /** What every host takes (RFC 791); below it there is no line worth the name. */
    private static final int FLOOR_BYTES = 576;

    private static final int TRIES = 3;
    private static final int VERIFICATIONS = 2;
    private static final int RESOLUTION_BYTES = 4;
    private static final int REMEMBERED = 4;

    private static final long MILLI = 1_000_000;
    private static final long MARGIN_NANOS = 10 * MILLI;
    private static final long BACKGROUND_NANOS = 200 * MILLI;
    private static final long AGAIN_NANOS = 1_000 * MILLI;
    private static final long LONGEST_QUICK_NANOS = 2_000 * MILLI;
    private static final long RAISE_NANOS = 600_000 * MILLI;

    /** On a metered line three probes each twelve hours: at most 9 kB a day. */
    private static final long METERED_RAISE_NANOS = 12 * 3_600_000 * MILLI;

    private static final int HOLE_LOSSES = 3;
    private static final long HOLE_SPAN_NANOS = 50 * MILLI;
    private static final long DOUBT_NANOS = 1_000 * MILLI;

    /** Times on the wire are cut to microseconds. */
    private static final long CLOCK_NANOS = 2_000;

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

    private Phase phase = Phase.FIXED;
    private int ceilingBytes = DEFAULT_BYTES;
    private boolean metered;
    private int confirmedBytes = DEFAULT_BYTES;

    /** Smallest size that has failed for good; above the ceiling if none has. */
    private int failedBytes = Integer.MAX_VALUE;

    /** What failed when the search was last over; the first that is tried when it begins again. */
    private int boundaryBytes;

    private int hopedBytes = DEFAULT_BYTES;
    private int fellFromBytes;

    /** It fell since the line was silent, which may have had other reasons. */
    private boolean fellInSilence;

    private long raiseNanos;
    private long lastDoubtNanos;
    private boolean doubted;
    private long quickSinceNanos;
    private int triedBytes;
    private int tries;
    private long dueNanos;

    private boolean outstanding;
    private long sentNanos;
    private boolean proved;
    private long provedAtNanos;
    private final long[] tokens = new long[REMEMBERED];
    private final int[] sizes = new int[REMEMBERED];
    private final long[] counters = new long[REMEMBERED];
    private int sentProbes;

    private int lost;
    private int leastLostBytes;
    private boolean longSeen;
    private long lastLongNanos;
    private int shortArrivals;
    private long firstLostNanos;
    private long lastLostNanos;
    private boolean fallen;
    private long probeBytes;

    /**
     * Fixes the size, for a line whose MTU is in the configuration or whose link cannot forbid fragmentation.
     *
     * @param mtuBytes longest packet of the line
     */
    public void fix(int mtuBytes) {
        phase = Phase.FIXED;
        ceilingBytes = mtuBytes;
        confirmedBytes = mtuBytes;
        hopedBytes = mtuBytes;
        outstanding = false;
    }

    /**
     * Searches, from the beginning, as soon as something has arrived over the line.
     *
     * @param newCeilingBytes longest packet worth trying, {@value #FLOOR_BYTES} or more
     * @param isMetered whether each byte costs: then the search is coarser and rarer
     */
    public void search(int newCeilingBytes, boolean isMetered) {
        phase = Phase.WAITING;
        ceilingBytes = Math.max(FLOOR_BYTES, newCeilingBytes);
        metered = isMetered;
        confirmedBytes = Math.min(BASE_BYTES, ceilingBytes);
        failedBytes = Integer.MAX_VALUE;
        boundaryBytes = 0;
        hopedBytes = ceilingBytes;
        fellFromBytes = 0;
        fellInSilence = false;
        outstanding = false;
        sentProbes = 0;
        lost = 0;
        shortArrivals = 0;
        fallen = false;
        longSeen = false;
    }

    /**
     * Longest packet that the line takes, as far as is known for sure.
     *
     * @return bytes
     */
    public int usableBytes() {
        return confirmedBytes;
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
        return ceilingBytes;
    }

    /**
     * What is taken while nothing longer is confirmed.
     *
     * @return bytes
     */
    public int safeBytes() {
        return confirmedBytes > BASE_BYTES
                ? BASE_BYTES
                : confirmedBytes > LOWER_BASE_BYTES ? LOWER_BASE_BYTES : FLOOR_BYTES;
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
        return probeBytes;
    }

    /**
     * The size of the probe that has to leave now.
     *
     * @param nowNanos monotonic time
     * @return bytes of the outer packet, 0 if none is due
     */
    public int dueBytes(long nowNanos) {
        return isProbing() && !outstanding && nowNanos - dueNanos >= 0 ? triedBytes : 0;
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
        return outstanding ? verdictNanos(patienceNanos) - nowNanos : dueNanos - nowNanos;
    }

    /** When an unanswered probe is judged: as failed if something sent after it has arrived, otherwise as void. */
    private long verdictNanos(long patienceNanos) {
        long voidNanos = sentNanos + AGAIN_NANOS + patienceNanos;
        if (!proved) {
            return voidNanos;
        }
        long earliest = sentNanos + patienceNanos;
        long afterProof = provedAtNanos + MARGIN_NANOS;
        return earliest - afterProof > 0 ? earliest : afterProof;
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
        int slot = sentProbes++ % REMEMBERED;
        tokens[slot] = token;
        sizes[slot] = bytes;
        counters[slot] = counter;
        outstanding = true;
        proved = false;
        sentNanos = nowNanos;
        probeBytes += bytes;
    }

    /**
     * Something that was sent over the line has arrived. What was sent before the probe says nothing about it.
     *
     * @param whenSentNanos when it was sent
     * @param nowNanos monotonic time
     */
    public void onProof(long whenSentNanos, long nowNanos) {
        if (phase == Phase.WAITING) {
            begin(Phase.DOWN, nextBelow(Integer.MAX_VALUE), nowNanos);
            quickSinceNanos = nowNanos;
        } else if (outstanding && !proved && whenSentNanos - sentNanos >= -CLOCK_NANOS) {
            proved = true;
            provedAtNanos = nowNanos;
        }
    }

    /**
     * Time has passed: an unanswered probe may have failed.
     *
     * @param nowNanos monotonic time
     * @param patienceNanos how long an answer may take: the smoothed round-trip time and four times its variation
     */
    public void poll(long nowNanos, long patienceNanos) {
        if (outstanding && nowNanos - verdictNanos(patienceNanos) >= 0) {
            outstanding = false;
            if (proved) {
                onFailure(nowNanos);
            } else {
                dueNanos = nowNanos;
            }
        }
        if (isQuick() && nowNanos - quickSinceNanos > LONGEST_QUICK_NANOS) {
            // The line does not even answer small probes; nobody waits for it any longer.
            hopedBytes = confirmedBytes;
        }
        if (phase == Phase.RESTING && nowNanos - dueNanos >= 0) {
            failedBytes = Integer.MAX_VALUE;
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
        for (int i = 0; i < Math.min(REMEMBERED, sentProbes); i++) {
            if (tokens[i] == token && sizes[i] > 0) {
                int bytes = sizes[i];
                sizes[i] = 0;
                onArrived(bytes, nowNanos);
                return;
            }
        }
    }

    private void onArrived(int bytes, long nowNanos) {
        if (!isProbing()) {
            return;
        }
        lost = 0;
        shortArrivals = 0;
        confirmedBytes = Math.max(confirmedBytes, bytes);
        if (bytes >= failedBytes) {
            failedBytes = Integer.MAX_VALUE;
        }
        if (bytes < triedBytes && (outstanding || phase == Phase.VERIFYING)) {
            // A late answer to a smaller one; the one that is tried now decides.
            return;
        }
        outstanding = false;
        if (phase == Phase.VERIFYING || bytes == fellFromBytes) {
            // It was a false alarm; what was known before stands.
            continueUp(Phase.REFINING, nowNanos);
        } else if (phase != Phase.RESTING) {
            continueUp(phase == Phase.DOWN ? Phase.UP : phase, nowNanos);
        }
    }

    private void continueUp(Phase next, long nowNanos) {
        int above = nextAbove(next == Phase.REFINING && !metered);
        if (above > 0) {
            begin(next, above, nowNanos);
        } else {
            refine(metered ? 0 : nextAbove(true), 0, nowNanos);
        }
        hopedBytes = isQuick() ? hopedBytes : confirmedBytes;
    }

    private void begin(Phase next, int bytes, long nowNanos) {
        phase = next;
        triedBytes = bytes;
        tries = 0;
        outstanding = false;
        dueNanos = next == Phase.REFINING ? nowNanos + BACKGROUND_NANOS : nowNanos;
    }

    private void rest(long nowNanos) {
        int boundary = failedBytes == Integer.MAX_VALUE ? 0 : failedBytes;
        if (boundary != boundaryBytes || raiseNanos - nowNanos <= 0) {
            raiseNanos = nowNanos + (metered ? METERED_RAISE_NANOS : RAISE_NANOS);
        }
        phase = Phase.RESTING;
        boundaryBytes = boundary;
        outstanding = false;
        triedBytes = 0;
        fellFromBytes = 0;
        hopedBytes = confirmedBytes;
        dueNanos = confirmedBytes >= ceilingBytes ? nowNanos + NEVER / 4 : raiseNanos;
    }

    private void onFailure(long nowNanos) {
        tries++;
        switch (phase) {
            case DOWN -> {
                int lower = nextBelow(triedBytes);
                if (triedBytes <= confirmedBytes) {
                    confirmedBytes = lower == 0 ? Math.min(FLOOR_BYTES, ceilingBytes) : lower;
                }
                if (lower == 0) {
                    failedBytes = triedBytes;
                    refine(nextAbove(true), 0, nowNanos);
                } else {
                    begin(Phase.DOWN, lower, nowNanos);
                }
            }
            // Its first two tries were those on the way down and up.
            case UP -> {
                failedBytes = metered ? Math.min(failedBytes, triedBytes) : failedBytes;
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

    private void onFailedForGood(long nowNanos) {
        boolean asBefore = triedBytes == boundaryBytes;
        failedBytes = Math.min(failedBytes, triedBytes);
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
        hopedBytes = confirmedBytes;
    }

    /** The next size that lines have below another one; the ceiling counts. 0 if there is none. */
    private int nextBelow(int bytes) {
        if (bytes > ceilingBytes) {
            return ceilingBytes;
        }
        for (int size : SIZES) {
            if (size < bytes) {
                return size;
            }
        }
        return 0;
    }

    /** The next size above the confirmed one that has not failed for good, 0 if there is none. */
    private int nextAbove(boolean bisecting) {
        int next = ceilingBytes > confirmedBytes && ceilingBytes < failedBytes ? ceilingBytes : 0;
        for (int size : SIZES) {
            if (size > confirmedBytes && size < failedBytes && size < ceilingBytes) {
                next = size;
            }
        }
        if (next == 0 && bisecting && failedBytes <= ceilingBytes && failedBytes - confirmedBytes > RESOLUTION_BYTES) {
            next = (confirmedBytes + failedBytes) >>> 1;
        }
        return next;
    }

    /**
     * The local system has refused a datagram as too long, which is its word on its own interface.
     *
     * @param bytes its size
     * @param nowNanos monotonic time
     */
    public void onRefused(int bytes, long nowNanos) {
        if (!isProbing() || bytes <= FLOOR_BYTES) {
            return;
        }
        if (bytes <= confirmedBytes) {
            int lower = nextBelow(bytes);
            fallBack(nowNanos);
            confirmedBytes = Math.min(confirmedBytes, lower == 0 ? FLOOR_BYTES : lower);
            hopedBytes = Math.max(confirmedBytes, lower);
            fellFromBytes = 0;
            if (lower == 0) {
                failedBytes = bytes;
                refine(nextAbove(true), 0, nowNanos);
            } else {
                begin(Phase.DOWN, lower, nowNanos);
            }
        } else if (bytes == triedBytes && outstanding) {
            outstanding = false;
            tries = TRIES;
            if (phase == Phase.UP) {
                failedBytes = Math.min(failedBytes, bytes);
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
        for (int i = 0; i < Math.min(REMEMBERED, sentProbes); i++) {
            long distance = highest - 1 - counters[i];
            boolean arrived =
                    distance == -1 || (distance >= 0 && distance < Long.SIZE && (missing & 1L << distance) == 0);
            if (sizes[i] > 0 && counters[i] > before && arrived) {
                int bytes = sizes[i];
                sizes[i] = 0;
                onArrived(bytes, nowNanos);
            }
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
        if (arrived) {
            if (bytes > safeBytes()) {
                lastLongNanos = whenSentNanos;
                longSeen = true;
            }
            if (lost > 0 && bytes >= leastLostBytes) {
                lost = 0;
                shortArrivals = 0;
            } else if (lost > 0) {
                shortArrivals++;
            }
        } else if (bytes > safeBytes()) {
            firstLostNanos = lost == 0 ? whenSentNanos : firstLostNanos;
            leastLostBytes = lost == 0 ? bytes : Math.min(leastLostBytes, bytes);
            lastLostNanos = whenSentNanos;
            lost++;
        }
        // A burst of losses takes short ones along, or is over soon.
        if (shortArrivals > 0 && lost >= HOLE_LOSSES && lastLostNanos - firstLostNanos >= HOLE_SPAN_NANOS) {
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
        if (lost + longPackets >= HOLE_LOSSES) {
            int before = confirmedBytes;
            fallBack(nowNanos);
            fellInSilence = confirmedBytes < before;
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
        lost = 0;
        shortArrivals = 0;
        if (outstanding) {
            outstanding = false;
            dueNanos = nowNanos;
        }
        if (fellInSilence && phase == Phase.DOWN) {
            confirmedBytes = fellFromBytes;
            hopedBytes = confirmedBytes;
            fellFromBytes = 0;
            fallen = false;
            begin(Phase.VERIFYING, confirmedBytes, nowNanos);
        } else if (elsewhere && (phase == Phase.RESTING || phase == Phase.REFINING)) {
            begin(Phase.VERIFYING, confirmedBytes, nowNanos);
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
                && confirmedBytes > FLOOR_BYTES
                && (!longSeen || lastLongNanos - sinceNanos < 0);
        if (possible && (!doubted || nowNanos - lastDoubtNanos > DOUBT_NANOS)) {
            doubted = true;
            lastDoubtNanos = nowNanos;
            begin(Phase.VERIFYING, confirmedBytes, nowNanos);
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
            hopedBytes = Math.max(confirmedBytes, fellFromBytes > 0 ? fellFromBytes : triedBytes);
        }
    }

    private void fallBack(long nowNanos) {
        lost = 0;
        shortArrivals = 0;
        if (!isProbing() || phase == Phase.DOWN || confirmedBytes <= FLOOR_BYTES) {
            return;
        }
        fellFromBytes = confirmedBytes;
        fellInSilence = false;
        hopedBytes = confirmedBytes;
        confirmedBytes = safeBytes();
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
        int result = 0;
        for (int i = 0; i < Math.min(REMEMBERED, sentProbes); i++) {
            long distance = highest - 1 - counters[i];
            if (counters[i] > before && distance >= 0 && distance < Long.SIZE && (missing & 1L << distance) != 0) {
                result++;
            }
        }
        return result;
    }

    /** A new association begins: counters start again, answers to old probes will not come. What is known of the line stays. */
    public void resetNumbers() {
        Arrays.fill(counters, -1);
        outstanding = false;
        lost = 0;
        shortArrivals = 0;
    }
}
