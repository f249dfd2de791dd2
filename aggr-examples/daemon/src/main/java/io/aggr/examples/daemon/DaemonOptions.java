package io.aggr.examples.daemon;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * What {@code aggr run} is told.
 *
 * @param config the configuration file
 * @param plugins a folder with plugins that is taken instead of the one in the file, or null
 * @param socket where to answer for the status instead of where the file says, or null
 * @param level least level to log
 */
record DaemonOptions(
        Path config, @Nullable Path plugins, @Nullable Path socket, Level level) {

    private static final Set<String> NAMES = Set.of("--config", "-c", "--plugins", "--socket", "--log-level");
    private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");

    /**
     * Reads a command line that is as plain as service files have it: {@code run}, then names and values in turn.
     *
     * <p>A daemon's start must be fast, and picocli would be a quarter of it. So it sees only what is not plain, right or wrong: help, other
     * spellings, mistakes.
     *
     * @param args the command line
     * @return the options, or empty if this is for picocli
     */
    static Optional<DaemonOptions> plain(String... args) {
        if (args.length % 2 == 0 || !args[0].equals("run")) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            String name = args[i].equals("-c") ? "--config" : args[i];
            String value = args[i + 1];
            if (!NAMES.contains(name) || value.isEmpty() || value.startsWith("-") || values.put(name, value) != null) {
                return Optional.empty();
            }
        }
        String config = values.get("--config");
        String level = values.getOrDefault("--log-level", "info");
        return config == null || !LEVELS.contains(level)
                ? Optional.empty()
                : Optional.of(new DaemonOptions(
                        Path.of(config),
                        path(values.get("--plugins")),
                        path(values.get("--socket")),
                        Level.valueOf(level.toUpperCase(Locale.ROOT))));
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }
}
