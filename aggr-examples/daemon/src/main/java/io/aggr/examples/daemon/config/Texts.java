package io.aggr.examples.daemon.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How messages show what somebody has written. */
final class Texts {

    private static final int MOST_SHOWN = 60;

    private Texts() {}

    /** The text on one line and of bounded length, whatever it holds. */
    static String printable(String text) {
        String line = singleLine(text);
        if (line.codePointCount(0, line.length()) <= MOST_SHOWN) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, MOST_SHOWN)) + "...";
    }

    /** The text without anything that moves a terminal's cursor. */
    static String singleLine(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> shown.appendCodePoint(isInvisible(c) ? '?' : c));
        return shown.toString();
    }

    private static boolean isInvisible(int c) {
        return Character.isISOControl(c)
                || switch (Character.getType(c)) {
                    case Character.FORMAT,
                            Character.SURROGATE,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR -> true;
                    default -> false;
                };
    }

    static String quoted(String text) {
        return '"' + printable(text) + '"';
    }

    /** The candidate that somebody probably meant, or null. */
    static @Nullable String closest(String text, Collection<String> candidates) {
        String wanted = text.toLowerCase(Locale.ROOT).replace('_', '-');
        int most = Math.max(1, wanted.length() / 3);
        return candidates.stream()
                .filter(candidate -> wanted.length() <= candidate.length() + most)
                .filter(candidate -> distance(wanted, candidate) <= most)
                .min(Comparator.comparingInt(candidate -> distance(wanted, candidate)))
                .orElse(null);
    }

    /** Levenshtein's distance where swapping two neighbours counts as one step (Damerau, restricted). */
    private static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(steps[i - 1][j - 1] + same, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, steps[i - 2][j - 2] + 1);
                }
                steps[i][j] = least;
            }
        }
        return steps[a.length()][b.length()];
    }
}
