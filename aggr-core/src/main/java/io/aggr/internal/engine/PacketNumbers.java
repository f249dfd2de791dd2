package io.aggr.internal.engine;

import io.aggr.internal.frame.Serial;
import java.util.Arrays;

/**
 * The numbers of the packets to one peer: each gets the next sequence, and the distance to the packet before it in its flow group. Before they are
 * used up a new association has to begin.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class PacketNumbers {

    private static final int GROUPS = 256;
    private static final long RETIRE_AGAIN_NANOS = 60_000_000_000L;

    /** Beyond this nothing is sent: a receiver could not tell what comes behind it from what came long ago. */
    private static final long LAST_SEQUENCE = Serial.MAX_SEQUENCE - (1L << 24);

    private final long[] lastInGroup = new long[GROUPS];
    private long next = 1;
    private boolean retiring;
    private long retiredNanos;

    /** A new association begins. */
    void reset() {
        next = 1;
        retiring = false;
        Arrays.fill(lastInGroup, 0);
    }

    /** The next packet's number; they must not be {@linkplain #areUsedUp used up}. */
    long take() {
        return next++;
    }

    boolean areUsedUp() {
        return next > LAST_SEQUENCE;
    }

    /** The number that was taken last, 0 if none was. */
    long last() {
        return next - 1;
    }

    /** How far the packet before it in its flow group is behind a packet that has taken its number; 0 if there is none. */
    int distanceInGroup(int flowHash, long sequence) {
        int group = flowHash >>> 24;
        long before = lastInGroup[group];
        lastInGroup[group] = sequence;
        return before == 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, sequence - before);
    }

    /** Whether it is time to ask for a new association because sequences are nearly used up: once a minute until there is one. */
    boolean takeRetirement(long nowNanos) {
        if (next < Serial.RETIRE_SEQUENCE || (retiring && nowNanos - retiredNanos < RETIRE_AGAIN_NANOS)) {
            return false;
        }
        retiring = true;
        retiredNanos = nowNanos;
        return true;
    }

    /** For tests: the sequence of the next packet. */
    void next(long sequence) {
        next = sequence;
    }
}
