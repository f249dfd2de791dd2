package io.aggr.spi;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Options from a map; remembers which were read. */
final class MapProviderConfig implements ProviderConfig {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)\\s*(us|ms|s|min|h)");
    /** In nanoseconds it is a third of what a long holds, so that sums of it and of what the clock says are good. */
    private static final long LONGEST_NANOS = 876_600L * 3_600_000_000_000L;

    private static final Map<String, Long> UNIT_NANOS = Map.of(
            "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L, "min", 60_000_000_000L, "h", 3_600_000_000_000L);

    private final Map<String, String> options;
    private final Set<String> unread;

    MapProviderConfig(Map<String, String> options) {
        this.options = new TreeMap<>(options);
        this.unread = new TreeSet<>(options.keySet());
    }

    @Override
    public String string(String key, String fallback) {
        String value = read(key);
        return value == null ? fallback : value;
    }

    @Override
    public String require(String key) {
        String value = read(key);
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
        return value;
    }

    @Override
    public long integer(String key, long fallback, long min, long max) {
        String value = read(key);
        if (value == null) {
            return fallback;
        }
        try {
            long number = Long.parseLong(value.strip());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the message below, which names the rule.
        }
        throw new IllegalArgumentException(
                key + " must be a whole number from " + min + " to " + max + ", got \"" + value + "\"");
    }

    @Override
    public boolean flag(String key, boolean fallback) {
        String value = read(key);
        if (value == null) {
            return fallback;
        }
        return switch (value.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(key + " must be true or false, got \"" + value + "\"");
        };
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        String value = read(key);
        if (value == null) {
            return fallback;
        }
        Matcher matcher = DURATION.matcher(value.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(key
                    + " must be a time with a unit of us, ms, s, min or h, such as \"50 ms\", got \"" + value + "\"");
        }
        long unitNanos = Objects.requireNonNull(UNIT_NANOS.get(matcher.group(2)));
        BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unitNanos));
        if (nanos.compareTo(BigDecimal.valueOf(LONGEST_NANOS)) > 0) {
            throw new IllegalArgumentException(key + " must be a time of at most 100 years, got \"" + value + "\"");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    @Override
    public Set<String> unread() {
        return new TreeSet<>(unread);
    }

    private @Nullable String read(String key) {
        unread.remove(Objects.requireNonNull(key, "key"));
        return options.get(key);
    }
}
