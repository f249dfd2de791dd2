package io.aggr.examples.lab.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * How the display may look on this terminal.
 *
 * @param isTerminal whether lines can be drawn anew
 * @param isColoured whether colours can be used
 * @param isUnicode whether more than ASCII can be shown
 */
record Style(boolean isTerminal, boolean isColoured, boolean isUnicode) {

    private static final String ESCAPE = "\u001b[";
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    /** The colours of the chart's first two series, as a terminal of 256 colours has them. */
    private static final String[] LINES = {"38;5;67", "38;5;208"};

    /** Finds out what the standard output can show. */
    static Style ofStandardOutput() {
        Map<String, String> environment = System.getenv();
        String term = environment.getOrDefault("TERM", "");
        boolean terminal = isTerminalHere() && !term.isEmpty() && !term.equals("dumb");
        boolean coloured = terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Style(terminal, coloured, isUnicode(environment));
    }

    private static boolean isTerminalHere() {
        try {
            String target = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            // Not Linux: what cannot be told is taken for a file.
            return false;
        }
    }

    /** In the order in which locale(7) lets them win. */
    private static boolean isUnicode(Map<String, String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                String upper = value.toUpperCase(Locale.ROOT);
                return upper.contains("UTF-8") || upper.contains("UTF8");
            }
        }
        return false;
    }

    String line(int index, String text) {
        return coloured(LINES[index % LINES.length], text);
    }

    String bold(String text) {
        return coloured("1", text);
    }

    String faint(String text) {
        return coloured("2", text);
    }

    String alarming(String text) {
        return coloured("38;5;161", text);
    }

    private String coloured(String code, String text) {
        return isColoured && !text.isEmpty() ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
    }

    /** A bar whose parts are told apart by colour, or by shade where there is none. */
    String bar(int index, int length) {
        String cell = !isUnicode ? (index == 0 ? "=" : "#") : isColoured || index == 0 ? "█" : "▒";
        return line(index, cell.repeat(Math.max(0, length)));
    }

    /** A column of a strip, a share of its full height. */
    String column(double share) {
        String levels = isUnicode ? " ▁▂▃▄▅▆▇█" : " ..--==##";
        int level = (int) Math.round(Math.max(0, Math.min(1, share)) * (levels.length() - 1));
        return levels.substring(level, level + 1);
    }

    String rule(int length) {
        return (isUnicode ? "─" : "-").repeat(length);
    }

    /** Up to the start of a number of rows above, everything below is gone. */
    static String back(int rows) {
        return rows == 0 ? "" : ESCAPE + rows + "A\r" + ESCAPE + "J";
    }
}
