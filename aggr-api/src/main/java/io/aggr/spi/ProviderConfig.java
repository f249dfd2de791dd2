package io.aggr.spi;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * The options that a configuration gives to one plugin. An option that nobody has read when the plugin is made is an error of the
 * configuration, so a misspelt name is never silently ignored: read every option in {@code create}, also those that do not matter yet.
 *
 * <p>Values that cannot be understood are refused with an {@link IllegalArgumentException} that names the option, the value and the rule.
 *
 * @since 0.1
 */
public interface ProviderConfig {

    /**
     * Options from a map, as a test or an embedding program would give them.
     *
     * @param options names and values; copied
     * @return options that know which of them were read
     */
    static ProviderConfig of(Map<String, String> options) {
        return new MapProviderConfig(options);
    }

    /**
     * No options.
     *
     * @return an empty set of options
     */
    static ProviderConfig none() {
        return new MapProviderConfig(Map.of());
    }

    /**
     * A text.
     *
     * @param key name of the option
     * @param fallback what holds when the option is not given
     * @return the value
     */
    String string(String key, String fallback);

    /**
     * A text that must be given.
     *
     * @param key name of the option
     * @return the value
     * @throws IllegalArgumentException if it is not given
     */
    String require(String key);

    /**
     * A whole number.
     *
     * @param key name of the option
     * @param fallback what holds when the option is not given
     * @param min smallest value allowed
     * @param max largest value allowed
     * @return the value
     * @throws IllegalArgumentException if it is no number or outside the range
     */
    long integer(String key, long fallback, long min, long max);

    /**
     * A yes or no: {@code true} or {@code false}.
     *
     * @param key name of the option
     * @param fallback what holds when the option is not given
     * @return the value
     * @throws IllegalArgumentException if it is neither
     */
    boolean flag(String key, boolean fallback);

    /**
     * A time span: a number with a unit of {@code us}, {@code ms}, {@code s}, {@code min} or {@code h}, such as {@code 50 ms}.
     *
     * @param key name of the option
     * @param fallback what holds when the option is not given
     * @return the value, 0 to 100 years
     * @throws IllegalArgumentException if it has no unit, an unknown one, is negative or longer than 100 years
     */
    Duration duration(String key, Duration fallback);

    /**
     * The options that were given and not yet read.
     *
     * @return a copy
     */
    Set<String> unread();
}
