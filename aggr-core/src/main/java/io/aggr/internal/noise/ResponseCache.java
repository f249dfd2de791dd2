package io.aggr.internal.noise;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last answers to INITs: an initiator sends the same INIT over several lines and more than once, and gets the same answer each time for one
 * computation.
 */
final class ResponseCache {

    private static final int ENTRIES = 64;
    private static final long LIFE_NANOS = 5_000_000_000L;

    private final byte[][] inits = new byte[ENTRIES][];
    private final byte[][] answers = new byte[ENTRIES][];
    private final long[] storedNanos = new long[ENTRIES];
    private int next;

    /** The answer to an INIT, or null. mac2, which differs from line to line, is not compared. */
    byte @Nullable [] find(byte[] init, long nowNanos) {
        for (int i = 0; i < ENTRIES; i++) {
            if (inits[i] != null
                    && nowNanos - storedNanos[i] < LIFE_NANOS
                    && Arrays.equals(inits[i], 0, HandshakeWire.INIT_MAC2, init, 0, HandshakeWire.INIT_MAC2)) {
                return answers[i];
            }
        }
        return null;
    }

    /** Remembers an answer, in place of the oldest. */
    void store(byte[] init, byte[] answer, long nowNanos) {
        inits[next] = init;
        answers[next] = answer;
        storedNanos[next] = nowNanos;
        next = (next + 1) % ENTRIES;
    }
}
