package io.aggr.examples.lab;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;

/** Command lines of programs that the Java of this process runs. */
public final class JavaPrograms {

    /** For programs that live for seconds: start fast, stay small. */
    private static final List<String> QUICK_FLAGS =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m");

    private JavaPrograms() {}

    /** The java program of this process. */
    public static String java() {
        return ProcessHandle.current()
                .info()
                .command()
                .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }

    /** Runs a main class that needs nothing but the jar or directory it is in. */
    public static List<String> alone(Class<?> mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(QUICK_FLAGS);
        command.addAll(List.of("-cp", home(mainClass), mainClass.getName()));
        command.addAll(arguments);
        return command;
    }

    private static String home(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IllegalStateException("where " + type + " was loaded from is not known");
        }
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("where " + type + " was loaded from is no path", e);
        }
    }
}
