package io.aggr.examples.daemon.config;

import io.aggr.LinkRates;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units, as people write them. */
final class Quantities {

    private static final Pattern RATE = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?) ?([kMG]?bit/s)");
    private static final Map<String, Long> RATE_UNITS =
            Map.of("bit/s", 1L, "kbit/s", 1_000L, "Mbit/s", 1_000_000L, "Gbit/s", 1_000_000_000L);
    private static final BigDecimal LEAST_RATE = BigDecimal.valueOf(8_000);
    private static final BigDecimal MOST_BYTES = BigDecimal.valueOf(1_000_000_000_000_000_000L);
    private static final BigDecimal MOST_RATE = BigDecimal.valueOf(1_000_000_000_000L);

    private static final Pattern BYTES = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?) ?([kMGT]?B)");
    private static final Map<String, Long> BYTE_UNITS =
            Map.of("B", 1L, "kB", 1_000L, "MB", 1_000_000L, "GB", 1_000_000_000L, "TB", 1_000_000_000_000L);
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9}) ?(s|min|h|d)");
    private static final Map<String, Long> DURATION_UNITS = Map.of("s", 1L, "min", 60L, "h", 3_600L, "d", 86_400L);
    private static final Duration LEAST_PERIOD = Duration.ofMinutes(1);
    private static final Duration MOST_PERIOD = Duration.ofDays(3_653);

    private Quantities() {}

    /**
     * Reads a number of bytes.
     *
     * @return bytes, 0 or more
     * @throws IllegalArgumentException with what is expected
     */
    static long bytes(String text) {
        Matcher matcher = BYTES.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a number of bytes such as \"5 GB\" or \"800 MB\"");
        }
        long unit = Objects.requireNonNull(BYTE_UNITS.get(matcher.group(2)));
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        if (bytes.compareTo(MOST_BYTES) > 0) {
            throw new IllegalArgumentException("expected at most 1000000 TB");
        }
        return bytes.longValue();
    }

    /**
     * Reads a time.
     *
     * @return 0 or more
     * @throws IllegalArgumentException with what is expected
     */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a time such as \"30 d\", \"12 h\", \"5 min\" or \"10 s\"");
        }
        long unit = Objects.requireNonNull(DURATION_UNITS.get(matcher.group(2)));
        return Duration.ofSeconds(Long.parseLong(matcher.group(1)) * unit);
    }

    /**
     * Reads the length of a period.
     *
     * @return 1 minute to 10 years
     * @throws IllegalArgumentException with what is expected
     */
    static Duration period(String text) {
        Duration period = duration(text);
        if (period.compareTo(LEAST_PERIOD) < 0 || period.compareTo(MOST_PERIOD) > 0) {
            throw new IllegalArgumentException("expected a period from 1 min to 3653 d");
        }
        return period;
    }

    /**
     * Reads a rate.
     *
     * @return bits per second
     * @throws IllegalArgumentException with what is expected
     */
    static long rate(String text) {
        Matcher matcher = RATE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a rate such as \"4 Mbit/s\" or \"800 kbit/s\"");
        }
        long unit = Objects.requireNonNull(RATE_UNITS.get(matcher.group(2)));
        BigDecimal rate = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        if (rate.compareTo(LEAST_RATE) < 0 || rate.compareTo(MOST_RATE) > 0) {
            throw new IllegalArgumentException("expected a rate from 8 kbit/s to 1000 Gbit/s");
        }
        return rate.longValue();
    }

    /** A rate, or the word for a line that is not paced. */
    static long rateOrUnlimited(String text) {
        return text.equals("unlimited") ? LinkRates.UNLIMITED : rate(text);
    }
}
