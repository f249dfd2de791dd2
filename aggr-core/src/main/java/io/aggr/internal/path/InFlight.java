package io.aggr.internal.path;

import java.lang.reflect.Array;

/**
 * What was sent over one line and not yet reported back: a ring by the line's own counter. An entry names the bytes in the arena, so that they
 * can be sent again over another line, until it is acknowledged, too old, or overwritten by newer ones. So this is the ring of repairs
 * too: what the peer asks for is looked up here, and is remembered as answered, so that asking twice costs nothing.
 *
 * <p>Every datagram has an entry, control datagrams too ({@link #NO_SEQUENCE}). The ring begins small and doubles while it would forget what is younger
 * than a few seconds, so it fits the rate that the line turns out to have; {@link #rest} makes it small again. Confined to the thread that sends.
 */
public final class InFlight {

    /** The sequence of a datagram that carries no inner packet. */
    public static final long NO_SEQUENCE = -1;

    /** What is known of a datagram when somebody asks for it again. */
    public enum Recall {
        /** It was never sent, or is forgotten. */
        UNKNOWN,
        /** It carried no inner packet. */
        NO_PACKET,
        /** It has arrived, or its packet was given to another line. */
        SETTLED,
        /** Its packet was sent again already. */
        REPAIRED,
        /** Its packet was given up already. */
        GONE,
        /** Its packet can be sent again, as far as this ring knows. */
        REPAIRABLE
    }

    private static final byte OPEN = 0;
    private static final byte ARRIVED = 1;
    private static final byte ASSUMED = 2;
    private static final byte SENT_AGAIN = 3;
    private static final byte GIVEN_UP = 4;

    /** Among the flags: it carries no packet, and a stamp nevertheless. */
    public static final int STAMPED = 32;

    /** The sequence of a datagram that carries no inner packet and was not sent to where the line leads: its arrival proves nothing of the line. */
    public static final long ELSEWHERE = -2;

    private static final int LEAST = 64;

    /** What is younger is not forgotten while the ring may grow. Nothing older than a second is sent again. */
    private static final long KEEP_NANOS = 4_000_000_000L;

    private final int most;
    private int mask;
    private long[] sequences;
    private long[] arenaPositions;
    private long[] sentNanos;
    private long[] readNanos;
    private int[] lengths;
    private int[] flowHashes;
    private byte[] flags;
    private int[] flowDistances;
    private byte[] fates;
    private long first;
    private long oldest;
    private long next;

    /** First counter that went to where the line leads. */
    private long present;

    /**
     * Makes an empty ring.
     *
     * @param capacity most datagrams that it may remember, rounded up to a power of two
     */
    public InFlight(int capacity) {
        most = Integer.highestOneBit(Math.max(16, capacity) * 2 - 1);
        int size = Math.min(most, LEAST);
        mask = size - 1;
        sequences = new long[size];
        arenaPositions = new long[size];
        sentNanos = new long[size];
        readNanos = new long[size];
        lengths = new int[size];
        flowHashes = new int[size];
        flags = new byte[size];
        flowDistances = new int[size];
        fates = new byte[size];
    }

    /** Doubles the ring, or makes it small; keeps the newest entries. */
    private void resize(int size) {
        int newMask = size - 1;
        long from = Math.max(0, next - Math.min(size, mask + 1));
        sequences = moved(sequences, new long[size], from);
        arenaPositions = moved(arenaPositions, new long[size], from);
        sentNanos = moved(sentNanos, new long[size], from);
        readNanos = moved(readNanos, new long[size], from);
        lengths = moved(lengths, new int[size], from);
        flowHashes = moved(flowHashes, new int[size], from);
        flags = moved(flags, new byte[size], from);
        flowDistances = moved(flowDistances, new int[size], from);
        fates = moved(fates, new byte[size], from);
        mask = newMask;
        first = Math.max(first, from);
        oldest = Math.max(oldest, from);
    }

    // Arrays of whatever kind, both with a length of a power of two.
    @SuppressWarnings("SuspiciousSystemArraycopy")
    private <T> T moved(T old, T made, long from) {
        int newMask = Array.getLength(made) - 1;
        for (long counter = from; counter < next; ) {
            int at = (int) counter & mask;
            int to = (int) counter & newMask;
            int count = (int) Math.min(next - counter, Math.min(mask + 1 - at, newMask + 1 - to));
            System.arraycopy(old, at, made, to, count);
            counter += count;
        }
        return made;
    }

    /** Nothing has been sent for a while: the ring becomes small, and forgets what is far back. */
    public void rest() {
        if (mask + 1 > LEAST) {
            resize(LEAST);
        }
    }

    /**
     * How many datagrams find room before the ring grows, or forgets the oldest.
     *
     * @return a power of two
     */
    public int size() {
        return mask + 1;
    }

    /** Empties the ring; the next counter is 0. */
    public void reset() {
        first = 0;
        oldest = 0;
        next = 0;
        present = 0;
    }

    /** The line leads to another address of the peer. What is on its way to the one before is lost. */
    void onMoved() {
        present = next;
    }

    /**
     * Whether a datagram was sent to where the line leads now.
     *
     * @param counter its counter
     * @return false if it went to an address that the line has left
     */
    public boolean isToPresentAddress(long counter) {
        return counter >= present;
    }

    /**
     * Counter that the next datagram gets.
     *
     * @return 0 or more
     */
    public long nextCounter() {
        return next;
    }

    /**
     * Lowest counter that may still be unacknowledged.
     *
     * @return at most {@link #nextCounter}
     */
    public long oldestCounter() {
        return oldest;
    }

    /**
     * Records a datagram and takes a counter for it. What was last in the ring is forgotten when it is full.
     *
     * @param leavesNanos when it will have left the line
     * @param sequence global sequence of its inner packet, or {@link #NO_SEQUENCE}
     * @param arenaPosition where the inner packet lies
     * @param length length of the inner packet
     * @param flowHash hash of its flow
     * @param frameFlags flags to be repeated when it is sent again
     * @param flowDistance distance to its group predecessor, 0 if none matters
     * @param taken when the inner packet came from the TUN
     * @return its counter
     */
    public long add(
            long leavesNanos,
            long sequence,
            long arenaPosition,
            int length,
            int flowHash,
            int frameFlags,
            int flowDistance,
            long taken) {
        if (next > mask && mask + 1 < most && leavesNanos - sentNanos[(int) next & mask] < KEEP_NANOS) {
            resize(2 * (mask + 1));
        }
        long counter = next++;
        if (next - oldest > mask + 1) {
            oldest = next - mask - 1;
        }
        int slot = (int) counter & mask;
        sequences[slot] = sequence;
        arenaPositions[slot] = arenaPosition;
        sentNanos[slot] = leavesNanos;
        readNanos[slot] = taken;
        lengths[slot] = length;
        flowHashes[slot] = flowHash;
        flags[slot] = (byte) frameFlags;
        flowDistances[slot] = flowDistance;
        fates[slot] = OPEN;
        return counter;
    }

    /**
     * Whether a datagram is in the ring and not yet acknowledged.
     *
     * @param counter its counter
     * @return false for anything that was never sent, is forgotten or was dealt with
     */
    public boolean isUnacknowledged(long counter) {
        return counter >= oldest && counter < next && fates[(int) counter & mask] == OPEN;
    }

    /**
     * A datagram has arrived, or need not be thought of any more.
     *
     * @param counter its counter
     */
    public void acknowledge(long counter) {
        if (isInRing(counter) && fates[(int) counter & mask] <= ASSUMED) {
            settle(counter, ARRIVED);
        }
    }

    /**
     * Nothing speaks against a datagram's arrival, and nothing proves it: it is not waited for, but the peer may still ask for it.
     *
     * @param counter its counter
     */
    public void assume(long counter) {
        if (isUnacknowledged(counter)) {
            settle(counter, ASSUMED);
        }
    }

    /**
     * The peer has asked for a datagram's packet, and it is sent again.
     *
     * @param counter its counter
     */
    public void sendAgain(long counter) {
        if (isInRing(counter)) {
            settle(counter, SENT_AGAIN);
        }
    }

    /**
     * The peer has asked for a datagram's packet, and will not get it.
     *
     * @param counter its counter
     */
    public void giveUp(long counter) {
        if (isInRing(counter)) {
            settle(counter, GIVEN_UP);
        }
    }

    /**
     * All datagrams below a counter have arrived or been dealt with.
     *
     * @param counter first one that is kept
     */
    public void forgetBelow(long counter) {
        oldest = Math.max(oldest, Math.min(counter, next));
        skipSettled();
    }

    private void settle(long counter, byte fate) {
        fates[(int) counter & mask] = fate;
        skipSettled();
    }

    private void skipSettled() {
        while (oldest < next && fates[(int) oldest & mask] != OPEN) {
            oldest++;
        }
    }

    private boolean isInRing(long counter) {
        return counter >= first && counter < next && counter >= next - mask - 1;
    }

    /**
     * What is known of a datagram that the peer asks for again.
     *
     * @param counter any number
     * @return what can be done
     */
    public Recall recall(long counter) {
        if (!isInRing(counter)) {
            return Recall.UNKNOWN;
        }
        if (!hasPacket(counter)) {
            return Recall.NO_PACKET;
        }
        return switch (fates[(int) counter & mask]) {
            case ARRIVED -> Recall.SETTLED;
            case SENT_AGAIN -> Recall.REPAIRED;
            case GIVEN_UP -> Recall.GONE;
            default -> Recall.REPAIRABLE;
        };
    }

    /**
     * Whether a datagram carries an inner packet.
     *
     * @param counter of a datagram in the ring
     * @return false for control frames alone
     */
    public boolean hasPacket(long counter) {
        return sequences[(int) counter & mask] >= 0;
    }

    /**
     * Whether a datagram tells the receiver about the delay of the line.
     *
     * @param counter of a datagram in the ring
     * @return true for packets and probes
     */
    public boolean hasStamp(long counter) {
        return hasPacket(counter) || (flags(counter) & STAMPED) != 0;
    }

    /**
     * Sequence of the inner packet.
     *
     * @param counter of a datagram in the ring
     * @return its sequence, {@link #NO_SEQUENCE} or {@link #ELSEWHERE}
     */
    public long sequence(long counter) {
        return sequences[(int) counter & mask];
    }

    /**
     * Where the inner packet lies.
     *
     * @param counter of a datagram in the ring
     * @return its arena position
     */
    public long arenaPosition(long counter) {
        return arenaPositions[(int) counter & mask];
    }

    /**
     * When the datagram will have left the line, or has: the time of its stamp.
     *
     * @param counter of a datagram in the ring
     * @return monotonic time in nanoseconds
     */
    public long sentNanos(long counter) {
        return sentNanos[(int) counter & mask];
    }

    /**
     * When the inner packet came from the TUN.
     *
     * @param counter of a datagram in the ring
     * @return monotonic time in nanoseconds
     */
    public long readNanos(long counter) {
        return readNanos[(int) counter & mask];
    }

    /**
     * Length of the inner packet.
     *
     * @param counter of a datagram in the ring
     * @return bytes
     */
    public int length(long counter) {
        return lengths[(int) counter & mask];
    }

    /**
     * Hash of the inner packet's flow.
     *
     * @param counter of a datagram in the ring
     * @return the hash
     */
    public int flowHash(long counter) {
        return flowHashes[(int) counter & mask];
    }

    /**
     * Flags of its frame.
     *
     * @param counter of a datagram in the ring
     * @return the flags, 0 to 255
     */
    public int flags(long counter) {
        return flags[(int) counter & mask] & 0xFF;
    }

    /**
     * Distance to its group predecessor.
     *
     * @param counter of a datagram in the ring
     * @return the distance, 0 if none matters
     */
    public int flowDistance(long counter) {
        return flowDistances[(int) counter & mask];
    }
}
