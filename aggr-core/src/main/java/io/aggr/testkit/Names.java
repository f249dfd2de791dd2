package io.aggr.testkit;

import java.util.regex.Pattern;

/** What a provider may be called. */
final class Names {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    private Names() {}

    static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }
}
