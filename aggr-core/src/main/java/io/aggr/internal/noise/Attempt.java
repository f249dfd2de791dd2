package io.aggr.internal.noise;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * One INIT of this end and what has become of it. The same bytes go out over each line, a tenth of a second apart, and twice more while no answer
 * comes; after five seconds a new INIT is due.
 */
final class Attempt {

    private static final long MILLI = 1_000_000;
    private static final long LIFE_NANOS = 5_000 * MILLI;
    private static final long JITTER_NANOS = 333 * MILLI;
    private static final long STAGGER_NANOS = 100 * MILLI;
    private static final long[] COPIES_NANOS = {0, 1_000 * MILLI, 2_500 * MILLI};
    private static final long HURRY_NANOS = 1_000 * MILLI;
    private static final int MOST_FAILURES = 8;

    /** Finds the attempt when its answer comes. */
    final int index;

    /** Serial of the session that it would make. */
    final long serial;

    /** As it goes out, without mac2. */
    final byte[] init;

    private final NoiseIk noise;
    private final long startNanos;
    private final long endNanos;
    private final Map<Integer, Sent> lines = new HashMap<>();
    private int failures;

    private static final class Sent {
        private int copies;
        private long lastNanos;
    }

    Attempt(int index, long serial, byte[] init, NoiseIk noise, long nowNanos, Chance chance) {
        this.index = index;
        this.serial = serial;
        this.init = init;
        this.noise = noise;
        startNanos = nowNanos;
        endNanos = nowNanos + LIFE_NANOS + chance.below(JITTER_NANOS);
    }

    /** The handshake as it was after the INIT. A copy, since an answer that does not fit must not spoil it. */
    NoiseIk noise() {
        return noise.copy();
    }

    long startNanos() {
        return startNanos;
    }

    boolean isOver(long nowNanos) {
        return nowNanos - endNanos >= 0;
    }

    /** An answer did not fit. Returns whether another may be tried. */
    boolean mayTry() {
        return failures < MOST_FAILURES;
    }

    void onFailure() {
        failures++;
    }

    private long dueNanos(int line, int position) {
        Sent sent = lines.get(line);
        int copies = sent == null ? 0 : sent.copies;
        return copies >= COPIES_NANOS.length ? endNanos : startNanos + COPIES_NANOS[copies] + position * STAGGER_NANOS;
    }

    /** Whether a copy has to go out over a line, the so many-th of all. */
    boolean isDue(int line, int position, long nowNanos) {
        Sent sent = lines.get(line);
        return (sent == null || sent.copies < COPIES_NANOS.length) && nowNanos - dueNanos(line, position) >= 0;
    }

    /** A copy has gone out over a line. */
    void onSent(int line, long nowNanos) {
        Sent sent = lines.computeIfAbsent(line, l -> new Sent());
        sent.copies++;
        sent.lastNanos = nowNanos;
    }

    /** Whether nothing has gone out over a line for so long that another copy does no harm. */
    boolean mayHurry(int line, long nowNanos) {
        Sent sent = lines.get(line);
        return sent != null && nowNanos - sent.lastNanos >= HURRY_NANOS;
    }

    long nanosToDeadline(int[] lineNumbers, long nowNanos) {
        long least = endNanos - nowNanos;
        for (int i = 0; i < lineNumbers.length; i++) {
            least = Math.min(least, dueNanos(lineNumbers[i], i) - nowNanos);
        }
        return least;
    }

    void wipe() {
        noise.wipe();
        Arrays.fill(init, (byte) 0);
    }
}
