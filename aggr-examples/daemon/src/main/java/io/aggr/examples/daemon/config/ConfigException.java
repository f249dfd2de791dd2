package io.aggr.examples.daemon.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A configuration that cannot be used, with everything that is wrong about it.
 *
 * @since 0.1
 */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What a program that starts the daemon may conclude. */
    public enum Kind {
        /** The file has to be changed. */
        WRONG,
        /** The file may be right; something that it refers to is not there now, such as a host name. */
        UNAVAILABLE
    }

    private final Kind kind;
    private final transient List<String> lines;

    ConfigException(Kind kind, List<String> lines) {
        super(String.join("\n", lines), null, false, false);
        this.kind = kind;
        this.lines = List.copyOf(lines);
    }

    /**
     * A file that is wrong in a way that no line shows.
     *
     * @param file the file
     * @param text what is wrong
     * @return the exception
     */
    public static ConfigException wrong(Path file, String text) {
        return new ConfigException(Kind.WRONG, List.of(Texts.singleLine(file + ": " + text)));
    }

    /**
     * What to conclude.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The complaints.
     *
     * @return one line each, in the order of the file, at least one
     */
    public List<String> lines() {
        return lines;
    }
}
