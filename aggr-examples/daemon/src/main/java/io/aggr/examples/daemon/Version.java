package io.aggr.examples.daemon;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code aggr --version} says. */
final class Version implements IVersionProvider {

    Version() {}

    /** The version in the jar's manifest. */
    static String text() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "(not packaged)");
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "aggr " + text() + " (Java " + System.getProperty("java.version") + ", " + System.getProperty("os.name")
                    + " " + System.getProperty("os.arch") + ")"
        };
    }
}
