package io.aggr.internal.schedule;

import io.aggr.spi.ProviderConfig;
import java.time.Duration;
import java.util.Arrays;

/**
 * Remembers for how long the cheaper lines have been saturated without a pause, and says when dearer ones may help. "Cheapest pipe first", as
 * the drafts on multipath DCCP call it, with the time that keeps a short burst from waking a metered line.
 */
final class Overflow {

    private static final Duration DEFAULT_AFTER = Duration.ofMillis(300);

    /** A pause this long between two refusals means that the cheaper lines had room again. */
    private static final long PAUSE_NANOS = 100_000_000;

    /** More tiers than lines do not exist; the last entry stands for all above, which a foreign set of links might have. */
    private static final int LEVELS = 16;

    private final long afterNanos;
    private final long[] sinceNanos = new long[LEVELS];
    private final long[] lastNanos = new long[LEVELS];
    private final boolean[] saturated = new boolean[LEVELS];

    private Overflow(long afterNanos) {
        this.afterNanos = afterNanos;
    }

    /** Reads the option {@code overflow-after}. */
    static Overflow from(ProviderConfig config) {
        return new Overflow(config.duration("overflow-after", DEFAULT_AFTER).toNanos());
    }

    /**
     * The lines up to a level (0 is the cheapest tier) have no room now.
     *
     * @return how long until the next level may be used, 0 if it may now
     */
    long nanosUntilNextLevel(int level, long nowNanos) {
        int i = Math.min(level, LEVELS - 1);
        if (!saturated[i] || nowNanos - lastNanos[i] > PAUSE_NANOS) {
            saturated[i] = true;
            sinceNanos[i] = nowNanos;
        }
        lastNanos[i] = nowNanos;
        return Math.max(0, afterNanos - (nowNanos - sinceNanos[i]));
    }

    /** Forgets what was; for the case that a cheaper line came or went. */
    void clear() {
        Arrays.fill(saturated, false);
    }
}
