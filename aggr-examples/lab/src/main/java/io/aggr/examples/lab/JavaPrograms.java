package io.aggr.examples.lab;

import java.lang.management.ManagementFactory;
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
    static String java() {
        return ProcessHandle.current()
                .info()
                .command()
                .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }

    /**
     * Flags of this process that its children on the same class path shall have too: the archive of classes, which halves their start, and
     * the permission to call native functions, without which Java 24 and newer warn.
     */
    static List<String> inheritedFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-XX:SharedArchiveFile=") || flag.startsWith("--enable-native-access="))
                .toList();
    }

    /**
     * This process once more: the same Java, flags and class path.
     *
     * @param mainClassAndArguments what it runs
     * @return a command line
     */
    public static List<String> again(List<String> mainClassAndArguments) {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(mainClassAndArguments);
        return command;
    }

    /** Runs a main class that needs nothing but the jar or directory it is in. */
    static List<String> alone(Class<?> mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(QUICK_FLAGS);
        command.addAll(List.of("-cp", home(mainClass), mainClass.getName()));
        command.addAll(arguments);
        return command;
    }

    /**
     * A small program of this process's class path that lives for seconds.
     *
     * @param mainClassAndArguments what it runs
     * @return a command line
     */
    public static List<String> small(List<String> mainClassAndArguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(inheritedFlags());
        command.addAll(QUICK_FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(mainClassAndArguments);
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
