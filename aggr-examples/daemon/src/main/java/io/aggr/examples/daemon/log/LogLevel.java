package io.aggr.examples.daemon.log;

import org.slf4j.event.Level;

/**
 * The least level that is written. One for the program, because its SLF4J binding is one for the program.
 *
 * @since 0.1
 */
public final class LogLevel {

    private static volatile Level least = Level.INFO;

    private LogLevel() {}

    /**
     * Sets the level.
     *
     * @param level the least level that is written
     */
    public static void set(Level level) {
        least = level;
    }

    static boolean writes(Level level) {
        return level.toInt() >= least.toInt();
    }

    static boolean writesTraces() {
        return writes(Level.DEBUG);
    }
}
