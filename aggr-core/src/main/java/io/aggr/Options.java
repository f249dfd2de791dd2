package io.aggr;

import java.util.Map;
import java.util.TreeMap;

/** Shows options to people, without the keys among them. */
final class Options {

    private Options() {}

    /** Names and values; instead of a value that is secret, only that there is one. */
    static String show(Map<String, String> options) {
        Map<String, String> shown = new TreeMap<>(options);
        shown.replaceAll((name, value) -> isSecret(name) ? "(secret)" : value);
        return shown.toString();
    }

    private static boolean isSecret(String name) {
        return name.endsWith("private-key") || name.endsWith("preshared-key") || name.endsWith("password");
    }
}
