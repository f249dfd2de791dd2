package io.aggr.examples.daemon.config;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the keys of a file stand, for what is said of them after it has been read. */
public final class Places {

    private final String file;
    private final Map<String, Integer> lines = new HashMap<>();
    private final Map<String, String> farEnds = new HashMap<>();

    /**
     * Begins without any key.
     *
     * @param file the file, as messages name it
     */
    Places(String file) {
        this.file = Texts.singleLine(file);
    }

    /** Remembers a table and what is written in it; {@code path} tells it from all others. */
    void add(String path, @Nullable Section section) {
        if (section != null) {
            lines.put(path, section.line());
            section.written().forEach(key -> lines.put(path + "." + key, section.lineOf(key)));
        }
    }

    /** Remembers a link; what its far end is called matters, and not the address that the name has at present. */
    void addLink(String path, Section link) {
        add(path, link);
        String remote = link.text("remote");
        if (remote != null) {
            farEnds.put(path, remote);
        }
    }

    /** The far end of a link, as it is written. */
    @Nullable
    String farEnd(String path) {
        return farEnds.get(path);
    }

    /** Whether it is written at all. */
    boolean has(String path) {
        return lines.containsKey(path);
    }

    /** File and line of a key, or of the table where it would stand, or of the top of the file. */
    String of(String path) {
        Integer line = lines.get(path);
        int dot = path.lastIndexOf('.');
        if (line == null && dot >= 0) {
            line = lines.get(path.substring(0, dot));
        }
        return file + ":" + (line == null ? 1 : line);
    }
}
