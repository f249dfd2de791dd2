package io.aggr.internal.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which datagrams of a handshake are looked at when more come than an honest world sends. Anybody can send these, under any address, and each costs
 * far more than to drop it. So many a second are let through as they come. Beyond that it is those whose sender has knocked before, some
 * moments ago: an honest one sends again what has got no answer, a flood from ever new forged addresses does not. Who forges the same address twice
 * gets no further than to the second bound.
 *
 * <p>Senders are remembered in two Bloom filters (B. H. Bloom, Space/time trade-offs in hash coding with allowable errors, 1970) that take turns:
 * 1 MiB, made when they are first needed.
 *
 * <p>Confined to the thread that receives.
 */
final class HandshakeGate {

    private static final long SECOND = 1_000_000_000L;

    /** Let through as they come: so many handshakes are answered a second at most. */
    private static final int FREE_PER_SECOND = 200;

    /** Let through besides if the sender has knocked before. */
    private static final int KNOWN_PER_SECOND = 1_000;

    private static final int BURST = 64;

    /** An initiator sends the same again after 1 s and after 2.5 s. */
    private static final long TURN_NANOS = 3 * SECOND;

    /** With a flood of 50 000 a second, one stranger in some thousand is taken for somebody who has knocked before. */
    private static final int LOG_BITS = 22;

    private static final int HASHES = 4;
    private static final int WORDS = 1 << (LOG_BITS - 6);

    private final Bucket free;
    private final Bucket known;
    private long @Nullable [] present;
    private long @Nullable [] before;
    private long turnedNanos;

    /** So many a second, a few at once. */
    private static final class Bucket {
        private final long intervalNanos;
        private final long depthNanos;
        private long paidUntilNanos;
        private boolean used;

        Bucket(int perSecond, int burst) {
            intervalNanos = SECOND / perSecond;
            depthNanos = (burst - 1) * intervalNanos;
        }

        boolean take(long nowNanos) {
            if (!used || paidUntilNanos - nowNanos < 0) {
                used = true;
                paidUntilNanos = nowNanos;
            }
            if (paidUntilNanos - nowNanos > depthNanos) {
                return false;
            }
            paidUntilNanos += intervalNanos;
            return true;
        }
    }

    /**
     * A gate that has let nobody through yet.
     *
     * @param peers how many there are: after a restart of this end, all of them may come at once
     */
    HandshakeGate(int peers) {
        free = new Bucket(FREE_PER_SECOND + peers, BURST + peers);
        known = new Bucket(KNOWN_PER_SECOND + peers, BURST + peers);
    }

    /** Whether there is room for a datagram without a look at its sender; if not, {@link #admits} decides. */
    boolean isFree(long nowNanos) {
        return free.take(nowNanos);
    }

    /**
     * Whether a sender that there was no free room for is let through all the same.
     *
     * @param sender hash of its address
     * @param nowNanos monotonic time
     * @return whether it has knocked before, and not too many like it
     */
    boolean admits(int sender, long nowNanos) {
        if (present == null || before == null) {
            present = new long[WORDS];
            before = new long[WORDS];
            turnedNanos = nowNanos;
        } else if (nowNanos - turnedNanos >= TURN_NANOS) {
            long[] oldest = before;
            before = present;
            present = oldest;
            Arrays.fill(oldest, 0);
            if (nowNanos - turnedNanos >= 2 * TURN_NANOS) {
                Arrays.fill(before, 0);
            }
            turnedNanos = nowNanos;
        }
        boolean isKnown = has(present, sender) || has(before, sender);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(sender, i);
            present[bit >> 6] |= 1L << bit;
        }
        return isKnown && known.take(nowNanos);
    }

    private static boolean has(long[] bits, int sender) {
        boolean all = true;
        for (int i = 0; i < HASHES && all; i++) {
            int bit = bit(sender, i);
            all = (bits[bit >> 6] & (1L << bit)) != 0;
        }
        return all;
    }

    /** Finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
    private static int bit(int sender, int hash) {
        long z = (sender * 4L + hash) * 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return (int) (z >>> (64 - LOG_BITS));
    }
}
