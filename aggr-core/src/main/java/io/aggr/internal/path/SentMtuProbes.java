package io.aggr.internal.path;

import java.util.Arrays;

/**
 * The probes of one line that were sent last: which of them have arrived, and when the one that is waited for is judged.
 *
 * <p>A probe has failed not when a timer says so, but when something small that was sent after it has arrived and the answer still has not come. If
 * nothing has arrived either, it says nothing: the line may be dead.
 *
 * <p>Confined to the thread that sends.
 */
final class SentMtuProbes {

    /** What has become of the probe that is waited for. */
    enum Verdict {
        /** None is waited for, or its answer may still come. */
        OPEN,
        /** It is lost though the line lives. */
        FAILED,
        /** It is lost, and so is everything else. */
        VOID
    }

    private static final int REMEMBERED = 4;

    private static final long MILLI = 1_000_000;
    private static final long MARGIN_NANOS = 10 * MILLI;
    private static final long AGAIN_NANOS = 1_000 * MILLI;

    /** Times on the wire are cut to microseconds. */
    private static final long CLOCK_NANOS = 2_000;

    private final long[] tokens = new long[REMEMBERED];

    /** 0 for one that has arrived. */
    private final int[] sizes = new int[REMEMBERED];

    private final long[] counters = new long[REMEMBERED];
    private int sent;
    private long sentBytes;

    private boolean awaited;
    private long sentNanos;
    private boolean proved;
    private long provedAtNanos;

    /** A probe has left and is waited for, and no other one any more. */
    void onSent(long token, int bytes, long counter, long nowNanos) {
        int slot = sent++ % REMEMBERED;
        tokens[slot] = token;
        sizes[slot] = bytes;
        counters[slot] = counter;
        sentBytes += bytes;
        awaited = true;
        proved = false;
        sentNanos = nowNanos;
    }

    /** Something that was sent at an instant has arrived: the line lives. What was sent before the probe says nothing about it. */
    void onProof(long whenSentNanos, long nowNanos) {
        if (awaited && !proved && whenSentNanos - sentNanos >= -CLOCK_NANOS) {
            proved = true;
            provedAtNanos = nowNanos;
        }
    }

    /** Whether the last probe is waited for. */
    boolean isAwaited() {
        return awaited;
    }

    /** The last probe is not waited for any more. Should it arrive, that counts. */
    void stopAwaiting() {
        awaited = false;
    }

    /**
     * Judges the probe that is waited for; once that is done it is not waited for any more.
     *
     * @param nowNanos monotonic time
     * @param patienceNanos how long an answer may take
     */
    Verdict judge(long nowNanos, long patienceNanos) {
        if (!awaited || nanosToVerdict(nowNanos, patienceNanos) > 0) {
            return Verdict.OPEN;
        }
        awaited = false;
        return proved ? Verdict.FAILED : Verdict.VOID;
    }

    /** How long until {@link #judge} may decide something about the probe that is waited for. */
    long nanosToVerdict(long nowNanos, long patienceNanos) {
        long voidNanos = sentNanos + AGAIN_NANOS + patienceNanos;
        if (!proved) {
            return voidNanos - nowNanos;
        }
        long earliest = sentNanos + patienceNanos;
        long afterProof = provedAtNanos + MARGIN_NANOS;
        return (earliest - afterProof > 0 ? earliest : afterProof) - nowNanos;
    }

    /**
     * Takes the probe that an answer speaks of.
     *
     * @return its size, 0 if there is none
     */
    int takeAnswered(long token) {
        for (int i = 0; i < remembered(); i++) {
            if (tokens[i] == token && sizes[i] > 0) {
                return take(i);
            }
        }
        return 0;
    }

    /**
     * Takes a probe that has arrived, by a report of the peer.
     *
     * @param before the highest counter of the report before
     * @param highest the highest counter of this one
     * @param missing bit b: counter {@code highest - 1 - b} has not arrived
     * @return its size, 0 if there is none, or no other one
     */
    int takeReported(long before, long highest, long missing) {
        for (int i = 0; i < remembered(); i++) {
            long distance = highest - 1 - counters[i];
            boolean arrived =
                    distance == -1 || (distance >= 0 && distance < Long.SIZE && (missing & 1L << distance) == 0);
            if (sizes[i] > 0 && counters[i] > before && arrived) {
                return take(i);
            }
        }
        return 0;
    }

    private int take(int slot) {
        int bytes = sizes[slot];
        sizes[slot] = 0;
        return bytes;
    }

    /** How many probes are among the datagrams that a report calls missing; parameters as for {@link #takeReported}. */
    int countMissing(long before, long highest, long missing) {
        int result = 0;
        for (int i = 0; i < remembered(); i++) {
            long distance = highest - 1 - counters[i];
            if (counters[i] > before && distance >= 0 && distance < Long.SIZE && (missing & 1L << distance) != 0) {
                result++;
            }
        }
        return result;
    }

    private int remembered() {
        return Math.min(REMEMBERED, sent);
    }

    /** Bytes of all probes so far. */
    long sentBytes() {
        return sentBytes;
    }

    /** Answers to earlier probes count no more. */
    void forget() {
        sent = 0;
        awaited = false;
    }

    /** The line's counters start again: reports do not speak of earlier probes any more. */
    void resetNumbers() {
        Arrays.fill(counters, -1);
        awaited = false;
    }
}
