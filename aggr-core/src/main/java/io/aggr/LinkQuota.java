package io.aggr;

import java.time.Duration;
import java.util.Objects;

/**
 * How many bytes a line may carry in a period, both directions together, headers and probes among them. When they are used up the line is treated
 * like a {@linkplain LinkCost#backup backup}, at both ends, until the next period begins: so it still helps where nothing else is left.
 *
 * <p>A bond counts from its start and remembers nothing beyond its end. Who wants the count to outlive a restart reads
 * {@link BondStats.LinkStats#quotaUsedBytes} and says {@code usedBytes} and {@code elapsed} at the next start.
 *
 * @param bytes bytes in each period, 1 or more
 * @param period length of a period, 1 minute to 10 years
 * @param usedBytes what of the present period's bytes was used before the start, 0 or more
 * @param elapsed how much of the present period was over at the start, 0 to {@code period} exclusive
 * @since 0.1
 */
public record LinkQuota(long bytes, Duration period, long usedBytes, Duration elapsed) {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(3_653);

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a part is out of range
     */
    public LinkQuota {
        Objects.requireNonNull(period, "period");
        Objects.requireNonNull(elapsed, "elapsed");
        if (bytes < 1) {
            throw new IllegalArgumentException("quota must be 1 byte or more, got " + bytes);
        }
        if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("quota-period must be 1 minute to 10 years, got " + period);
        }
        if (usedBytes < 0) {
            throw new IllegalArgumentException("quota-used must be 0 bytes or more, got " + usedBytes);
        }
        if (elapsed.isNegative() || elapsed.compareTo(period) >= 0) {
            throw new IllegalArgumentException(
                    "quota-elapsed must be 0 or more and less than the period, got " + elapsed);
        }
    }

    /**
     * A quota whose first period begins with the bond.
     *
     * @param bytes bytes in each period
     * @param period length of a period
     * @return the quota
     */
    public static LinkQuota of(long bytes, Duration period) {
        return new LinkQuota(bytes, period, 0, Duration.ZERO);
    }
}
