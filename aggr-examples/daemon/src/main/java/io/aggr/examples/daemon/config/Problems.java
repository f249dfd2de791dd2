package io.aggr.examples.daemon.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a file, so that an operator sees all of it at once. */
final class Problems {

    /** A file of garbage would otherwise fill the screen. */
    private static final int MOST_SHOWN = 20;

    private record Problem(int line, String text) {}

    private final String file;
    private final List<Problem> problems = new ArrayList<>();

    Problems(String file) {
        this.file = Texts.singleLine(file);
    }

    /** Adds a complaint about one key. */
    void add(int line, String key, String text) {
        problems.add(new Problem(line, Texts.printable(key) + ": " + text));
    }

    /** Adds a complaint about one line. */
    void add(int line, String text) {
        problems.add(new Problem(line, text));
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    /** Does nothing unless there was a complaint. */
    void throwIfAny(ConfigException.Kind kind) throws ConfigException {
        if (!problems.isEmpty()) {
            throw asException(kind);
        }
    }

    ConfigException asException(ConfigException.Kind kind) {
        List<String> lines = new ArrayList<>();
        problems.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .limit(MOST_SHOWN)
                .forEach(problem -> lines.add(file + ":" + problem.line + ": " + problem.text));
        if (problems.size() > MOST_SHOWN) {
            lines.add(file + ": and " + (problems.size() - MOST_SHOWN) + " more");
        }
        return new ConfigException(kind, lines);
    }
}
