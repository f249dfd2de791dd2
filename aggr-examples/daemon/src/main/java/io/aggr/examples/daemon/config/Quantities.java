package io.aggr.examples.daemon.config;

import java.math.BigDecimal;
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
    private static final BigDecimal MOST_RATE = BigDecimal.valueOf(1_000_000_000_000L);

    private Quantities() {}

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
}
