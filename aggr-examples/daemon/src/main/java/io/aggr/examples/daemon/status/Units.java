package io.aggr.examples.daemon.status;

import java.util.Locale;

/** Quantities as people read them: three or four digits and a unit. */
final class Units {

    private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P"};

    private Units() {}

    static String bytes(long bytes) {
        return scaled((double) bytes, "B");
    }

    static String rate(double bitsPerSecond) {
        return scaled(bitsPerSecond, "bit/s");
    }

    static String count(long count) {
        return count < 100_000
                ? Long.toString(count)
                : scaled((double) count, "").strip();
    }

    /** {@code -} where it is not known. */
    static String millis(long nanos) {
        return nanos < 0 ? "-" : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }

    static String percent(double ratio) {
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.1f %%", ratio * 100) : "-";
    }

    static String span(long nanos) {
        long seconds = nanos / 1_000_000_000;
        long minutes = seconds / 60;
        long hours = minutes / 60;
        if (hours >= 48) {
            return hours / 24 + " d " + hours % 24 + " h";
        } else if (hours > 0) {
            return hours + " h " + minutes % 60 + " min";
        } else if (minutes > 0) {
            return minutes + " min " + seconds % 60 + " s";
        }
        return seconds + " s";
    }

    private static String scaled(double value, String unit) {
        int prefix = 0;
        double shown = value;
        while (shown >= 999.5 && prefix < PREFIXES.length - 1) {
            shown /= 1000;
            prefix++;
        }
        String digits = prefix == 0 || shown >= 99.95 ? "%.0f" : shown >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, digits, shown) + " " + PREFIXES[prefix] + unit;
    }

    /** Name of a constant as people read it: {@code nothing-to-send}. */
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
